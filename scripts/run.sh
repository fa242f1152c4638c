#!/usr/bin/env bash
# Builds, then becomes the server with its demo library. Ctrl-C reaches it directly.
source "$(dirname "$0")/env.sh"

scripts/build.sh
export KK_DEMO_DIR=${KK_DEMO_DIR:-$home_cache/demo}
exec bin/kkmovies serve --demo
