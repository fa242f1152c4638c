#!/usr/bin/env bash
# Takes a picture of every screen, at the widths and in the languages we promise, of the built program with its demo
# library, to be looked at. The library is kept outside the work tree: the first time its posters take minutes.
#
#   scripts/screenshots.sh [FOLDER]     where the pictures go; .shots in web without one
#   KK_SHOTS_WIDTHS=390 KK_SHOTS_LANGUAGES=en scripts/screenshots.sh     fewer of them
source "$(dirname "$0")/env.sh"

scripts/build.sh
export KK_DATA_DIR=$home_cache/screenshots KK_DEMO_DIR=${KK_DEMO_DIR:-$home_cache/demo} KK_LISTEN=127.0.0.1:0 KK_LOG_FORMAT=json
export KK_ADMIN_EMAIL=ana@example.com KK_ADMIN_PASSWORD=a-house-of-pictures-alone # reached from this machine, and only now
log=$(mktemp)
mkdir -p "$KK_DATA_DIR"
# A setting that is none stops the server, and those of the pictures are not the server's.
env -u KK_SHOTS_WIDTHS -u KK_SHOTS_LANGUAGES -u KK_SHOTS_OUT bin/kkmovies serve --demo 2>"$log" & server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -f "$log"' EXIT
for _ in $(seq 100); do
  address=$(sed -n 's/.*"msg":"ready","address":"\([^"]*\)".*/\1/p' "$log")
  [ -z "$address" ] || break
  kill -0 $server 2>/dev/null || { cat "$log" >&2; stop 'the server did not start'; }
  sleep 0.2
done
[ -n "$address" ] || { cat "$log" >&2; stop 'the server was not ready within 20 seconds'; }
out=${1:-}
cd web
KK_SHOTS_DRAWN=1 KK_SHOTS_EMAIL=$KK_ADMIN_EMAIL KK_SHOTS_PASSWORD=$KK_ADMIN_PASSWORD ${out:+env KK_SHOTS_OUT="$(cd "$root" && realpath -m "$out")"} \
  npm run --silent shots -- "$address" / /browse /search '/search?q=farol' /list '/title/{film}' '/watch/{video}' /history \
  /account /profiles /upload /people /insight /import
