#!/usr/bin/env bash
# Keeps the test engines that no distribution packages in the cache, in a folder named
# after the lock file's digest, where test/engines looks for them.
source "$(dirname "$0")/env.sh"

lock=test/engines/package-lock.json
place=$engine_cache/engines/$(sha256 "$lock" | cut -c1-16)
[ ! -d "$place" ] || exit 0

say "installing the PostgreSQL servers and jongodb for the tests"
mkdir -p "$engine_cache/engines"
work=$(mktemp -d "$engine_cache/engines/.new.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp test/engines/package*.json "$work/"
cd "$work" || exit
npm_ci --ignore-scripts
for package in node_modules/postgres-*; do
  # The one thing its install script does: npm packages cannot hold symbolic links.
  (cd "$package" && node scripts/hydrate-symlinks.js)
done
chmod 0755 "$work" # another user runs them when the tests run as root
mv -T "$work" "$place" 2>/dev/null || [ -d "$place" ]
