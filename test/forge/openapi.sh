#!/bin/sh
# Gets GitHub's published description of its API, which requests and answers are compared with. It never fails: the test says
# what is missing and leaves only that comparison out. Of the package, 385 MB unpacked, one file is kept.
set -u

version=23.0.2
integrity=sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==
cd "$(dirname "$0")"
if [ -f out/github-$version.json ]; then
	exit 0
fi
echo "forge: GitHub's description of its API, version $version (29 MB, once)"
mkdir -p out
packed=$(mktemp -d)
trap 'rm -rf "$packed"' EXIT
if ! npm pack --silent --pack-destination "$packed" "@octokit/openapi@$version" >/dev/null; then
	echo "forge: npm could not fetch it, so nothing is compared with it"
	exit 0
fi
found="sha512-$(openssl dgst -sha512 -binary "$packed"/*.tgz | openssl base64 -A)"
if [ "$found" != "$integrity" ]; then
	echo "forge: the package is not the one that was looked at, so nothing is compared with it"
	exit 0
fi
tar -xzf "$packed"/*.tgz -C "$packed" package/generated/api.github.com.json &&
	mv "$packed/package/generated/api.github.com.json" out/github-$version.json
