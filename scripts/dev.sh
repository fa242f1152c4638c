#!/usr/bin/env bash
# The server, and in front of it the web app with hot reload. Ctrl-C stops both.
source "$(dirname "$0")/env.sh"

listen=${KK_LISTEN:-:8080}
go build -tags noweb -o bin/kkmovies-dev ./cmd/kkmovies
KK_DEMO_DIR=${KK_DEMO_DIR:-$home_cache/demo} bin/kkmovies-dev serve --demo &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server"' EXIT
cd web && KK_DEV_BACKEND=http://127.0.0.1:${listen##*:} npm run --silent dev
