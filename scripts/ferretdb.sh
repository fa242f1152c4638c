#!/usr/bin/env bash
# Keeps a MongoDB-protocol server of the tests in the cache, built once from its own module:
# it takes minutes. test/engines looks for it in the folder named after its version.
source "$(dirname "$0")/env.sh"

version=$(cat test/engines/ferretdb.version)
place=$engine_cache/engines/ferretdb-$version
[ ! -d "$place" ] || exit 0

say "building a MongoDB-protocol server of the tests (FerretDB $version); this takes some minutes, once"
mkdir -p "$engine_cache/engines"
work=$(mktemp -d "$engine_cache/engines/.new.XXXXXX")
trap 'rm -rf "$work"' EXIT
GOWORK=off go build -C test/engines/ferretdb -trimpath -ldflags=-s -o "$work/ferretdb" . ||
  stop "FerretDB $version could not be built: the lines above say why."
chmod 0755 "$work"
mv -T "$work" "$place" 2>/dev/null || [ -d "$place" ]
