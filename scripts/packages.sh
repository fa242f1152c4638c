#!/usr/bin/env bash
# Installs a folder's npm packages as its lock file has them, when that changed.
#
#   scripts/packages.sh FOLDER
source "$(dirname "$0")/env.sh"

folder=${1:?usage: scripts/packages.sh FOLDER}
done_for=$folder/node_modules/.lock-digest
digest=$(sha256 "$folder/package-lock.json")
[ "$(cat "$done_for" 2>/dev/null)" != "$digest" ] || exit 0

say "installing the npm packages of $folder"
(cd "$folder" && npm_ci)
printf '%s\n' "$digest" >"$done_for"
