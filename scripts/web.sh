#!/usr/bin/env bash
# The web app's packages and build, each done only when its sources changed.
#
#   scripts/web.sh deps|build
source "$(dirname "$0")/env.sh"

deps() {
  local digest; digest=$(sha256 web/package-lock.json)
  if [ -d web/node_modules ] && unchanged web-deps "$digest"; then return; fi
  say "installing the web app's packages"
  (cd web && npm_ci)
  mark web-deps "$digest"
}

# Tracked and new files alike, with their names; what git ignores is not a source.
digest_of_sources() {
  git ls-files -z --cached --others --exclude-standard -- web ":!web/dist" | sort -z |
    { xargs -0 "${hasher[@]}" 2>/dev/null || true; } | sha256
}

build() {
  local digest; digest=$(digest_of_sources)
  if [ -e web/dist/index.html ] && unchanged web-build "$digest"; then return; fi
  say "building the web app"
  (cd web && npm run --silent build)
  mark web-build "$digest"
}

case ${1:-} in
  deps) deps ;;
  build) build ;;
  *) stop "usage: scripts/web.sh deps|build" ;;
esac
