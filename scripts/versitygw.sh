#!/usr/bin/env bash
# Keeps the S3 server of the tests in the cache, built once from its pinned version: it
# takes minutes. test/engines looks for it in the folder named after that version.
source "$(dirname "$0")/env.sh"

version=$(cat test/engines/versitygw.version)
place=$engine_cache/engines/versitygw-$version
[ ! -d "$place" ] || exit 0

say "building the S3 server of the tests (versitygw $version); this takes some minutes, once"
mkdir -p "$engine_cache/engines"
work=$(mktemp -d "$engine_cache/engines/.new.XXXXXX")
trap 'rm -rf "$work"' EXIT
# Outside this module, whose requirements are not its own.
(cd "$work" && GOBIN="$work" GOWORK=off go install -trimpath -ldflags=-s "github.com/versity/versitygw/cmd/versitygw@$version") ||
  stop "versitygw $version could not be built: the lines above say why."
chmod 0755 "$work"
mv -T "$work" "$place" 2>/dev/null || [ -d "$place" ]
