#!/bin/sh
# Builds Gitea from its Go module and prints the path of the folder that holds the program and the files it serves.
# It takes four to seven minutes and some 5 GB of module and build cache, once; after that it prints the path at once.
# Needs Go and a C compiler.
set -eu

version=v1.26.0
into=${XDG_CACHE_HOME:-$HOME/.cache}/muniment-test/gitea-$version
go=${GO:-go}

if [ -x "$into/gitea" ]; then
	echo "$into"
	exit 0
fi
command -v cc >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || {
	echo "forge: Gitea needs a C compiler, and there is none" >&2
	exit 1
}
echo "forge: building Gitea $version into $into (some minutes, once)" >&2
module=$(cd / && $go mod download -json "code.gitea.io/gitea@$version" | sed -n 's/.*"Dir": "\(.*\)",*/\1/p')
making=$into.$$
trap 'rm -rf "$making"' EXIT
mkdir -p "$making"
cp -R "$module" "$making/src" # the module cache is read-only, and replace directives need a main module
chmod -R u+w "$making/src"
(cd "$making/src" && GOFLAGS='' nice -n 19 "$go" build -buildvcs=false -trimpath -tags "sqlite sqlite_unlock_notify" \
	-ldflags "-s -w -X main.Version=${version#v}" -o "$making/gitea" .) >&2
mkdir "$making/static"
mv "$making/src/templates" "$making/src/options" "$making/src/public" "$making/static/"
rm -rf "$making/src"
rm -rf "$into"
mv "$making" "$into"
trap - EXIT
echo "$into"
