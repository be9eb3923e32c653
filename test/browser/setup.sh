#!/bin/sh
# Gets what the browser tests need: the checkers from npm and, where this user may install packages, Chromium. It never
# fails: the tests themselves say what is missing, after everything else has been tested.
set -u

have() { command -v "$1" >/dev/null 2>&1; }

if have npm; then
	"$MAKE" test/browser/node_modules/.installed || echo "browser: npm could not install the checkers"
else
	echo "browser: npm is not installed"
fi

if [ -n "${CHROMIUM:-}" ] || have chromium || have chromium-browser || have google-chrome-stable || have google-chrome; then
	exit 0
fi
if ! have apt-get; then
	echo "browser: there is no Chromium, and no apt-get to install it with"
	exit 0
fi
if [ "$(id -u)" -eq 0 ]; then
	as=""
elif have sudo && sudo -n true 2>/dev/null; then
	as="sudo -n"
else
	echo "browser: there is no Chromium, and this user may not install it"
	exit 0
fi
echo "browser: installing Chromium from Debian's packages"
log=$(mktemp)
if ! { $as apt-get update -qq && $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation; } >"$log" 2>&1; then
	echo "browser: Chromium could not be installed:"
	tail -5 "$log"
fi
rm -f "$log"
