#!/usr/bin/env bash
# The server, and in front of it the web app with hot reload. Ctrl-C stops both.
source "$(dirname "$0")/env.sh"

scripts/build.sh
export KK_DEMO_DIR=${KK_DEMO_DIR:-$home_cache/demo}
bin/kkmovies serve --demo &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server"' EXIT
(cd web && npm run --silent dev)
