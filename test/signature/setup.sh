#!/bin/sh
# Gets what the tests of signatures are compared with: OpenSSH's own program and Wycheproof's vectors. It never fails: the
# tests themselves say what is missing and leave only that comparison out.
set -u

have() { command -v "$1" >/dev/null 2>&1; }

"${GO:-go}" mod download -modfile=vectors.mod github.com/c2sp/wycheproof ||
	echo "signature: the vectors could not be fetched, so nothing is compared with them"

if have ssh-keygen; then
	exit 0
fi
as=""
if [ "$(id -u)" -ne 0 ]; then
	as="sudo -n"
fi
echo "signature: installing OpenSSH's client from Debian's packages"
if ! have apt-get || ! { $as apt-get update -qq && $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openssh-client; } >/dev/null 2>&1; then
	echo "signature: there is no ssh-keygen and it could not be installed, so nothing is compared with it"
fi
