#!/usr/bin/env bash
# Builds the web app into web/dist, when its sources changed.
source "$(dirname "$0")/env.sh"

# Tracked and new files alike, with their names; what git ignores is not a source.
digest=$(git ls-files -z --cached --others --exclude-standard -- web ':!web/dist' | sort -z |
  { xargs -0 "${hasher[@]}" 2>/dev/null || true; } | sha256)
done_for=bin/.web-digest
if [ -e web/dist/index.html ] && [ "$(cat $done_for 2>/dev/null)" = "$digest" ]; then exit 0; fi

say "building the web app"
(cd web && npm run --silent build)
mkdir -p bin && printf '%s\n' "$digest" >$done_for
