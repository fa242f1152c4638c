#!/usr/bin/env bash
# Makes this machine ready, and says in one sentence what is missing where it cannot.
#
#   scripts/setup.sh run|build|lint|test
#
# Whatever is there already is left alone; what is missing comes through apt on Debian.
source "$(dirname "$0")/env.sh"

what=${1:?usage: scripts/setup.sh run|build|lint|test}

# ── Go, Node.js, git: the only things asked of a machine ──
at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

check_toolchains() {
  local go_version node_version
  have git || stop "git is missing: install it and run this again."
  have go || stop "Go 1.26 or newer is missing: install it from go.dev/dl and run this again."
  go_version=$(go env GOVERSION 2>/dev/null | sed 's/^go//')
  at_least 1.26 "$go_version" || stop "Go $go_version is too old: KKMovies needs 1.26 or newer (go.dev/dl)."
  { have node && have npm; } || stop "Node.js 20 or newer (with npm) is missing: install it from nodejs.org and run this again."
  node_version=$(node --version | sed 's/^v//')
  at_least 20 "$node_version" || stop "Node.js $node_version is too old: KKMovies needs 20 or newer (nodejs.org)."
}

# ── packages: one line each: what must be there | Debian | Fedora | Homebrew ──
needs_of() {
  case $1 in run | test)
    echo 'ffmpeg|ffmpeg|ffmpeg|ffmpeg'
    [ "$(uname)" != Linux ] || echo 'bwrap|bubblewrap|bubblewrap|'
    [ ! -e /etc/debian_version ] || echo '/etc/ssl/certs/ca-certificates.crt|ca-certificates||'
    ;;
  esac
  case $1 in test)
    echo 'cc|gcc|gcc|'
    [ ! -e /etc/debian_version ] || echo '/usr/include/stdlib.h|libc6-dev||'
    echo 'redis-server|redis-server|redis|redis'
    echo 'chromium|chromium|chromium|chromium'
    [ ! -e /etc/debian_version ] || echo '/usr/share/fonts/truetype/liberation|fonts-liberation||'
    ;;
  esac
}

there() { case $1 in /*) [ -e "$1" ] ;; *) have "$1" ;; esac; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# What apt prints matters only when it fails.
apt_get() {
  local log code=0
  log=$(mktemp)
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1 || code=$?
  [ $code = 0 ] || tail -n 30 "$log" >&2
  rm -f "$log"
  return $code
}

# A test engine is a program to start, not a service to leave running: Debian asks this
# file before it starts one.
policy=/usr/sbin/policy-rc.d
forbid_services() {
  [ ! -e $policy ] || return 0
  trap 'as_root rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
  as_root chmod 0755 $policy
}

apt_install() {
  say "installing with apt: $*"
  forbid_services
  compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || apt_get update
  apt_get install -y --no-install-recommends "$@" && return
  apt_get update # the lists may name versions that are gone
  apt_get install -y --no-install-recommends "$@" ||
    stop "apt could not install $*: the lines above say why."
}

check_packages() {
  local debian=() fedora=() brew=() need deb rpm formula
  while IFS='|' read -r need deb rpm formula; do
    if there "$need"; then continue; fi
    debian+=("$deb") fedora+=("${rpm:-$need}") brew+=("${formula:-$need}")
  done < <(needs_of "$what")
  [ ${#debian[@]} -gt 0 ] || return 0

  if have apt-get && { [ "$(id -u)" = 0 ] || have sudo; }; then
    apt_install "${debian[@]}"
  elif have apt-get; then
    stop "as root, run: apt-get install ${debian[*]}; then run this again."
  elif have dnf; then
    stop "run: sudo dnf install ${fedora[*]} (ffmpeg comes from RPM Fusion); then run this again."
  elif [ "$(uname)" = Darwin ]; then
    stop "run: brew install ${brew[*]}; then run this again."
  else
    stop "install these and run this again: ${debian[*]}."
  fi
}

check_toolchains
if [ "$what" = test ] && [ "$(uname -sm)" != 'Linux x86_64' ]; then
  stop "the tests' engines are built for Linux on x86-64: run the tests there, in a container or a virtual machine."
fi
check_packages
scripts/packages.sh web
case $what in run | test) scripts/film.sh ;; esac
if [ "$what" = test ]; then
  scripts/packages.sh test/e2e/browser
  scripts/packages.sh test/budgets
  scripts/engines.sh
  scripts/versitygw.sh
  scripts/ferretdb.sh
fi
