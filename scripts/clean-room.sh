#!/usr/bin/env bash
# Proves the promise of the two commands: makes a clean Debian 12 with only Go, Node.js,
# git and make, copies the checkout in, runs `make run` until a demo film plays by HTTP,
# then `make test`.
#
#   sudo scripts/clean-room.sh [all|base|run|test|shell]
#
# Needs debootstrap and util-linux, and root: the room is a mount and process namespace
# of its own. It shares the machine's network, apt sources, proxies and certificates.
#
#   ROOM_CACHE      where the Debian base and the room are kept   (machine's cache)
#   ROOM_MIRROR     Debian mirror                                 (first one of apt)
#   ROOM_MINUTES    longest time for each command                 (60)
source "$(dirname "$0")/env.sh"

what=${1:-all}
cache=${ROOM_CACHE:-$engine_cache/room}
base=$cache/debian-12
room=$cache/room
minutes=${ROOM_MINUTES:-60}

[ "$(id -u)" = 0 ] || stop "the clean room needs root: sudo scripts/clean-room.sh"
for need in debootstrap unshare pivot_root go node git; do
  have "$need" || stop "the clean room needs $need: apt-get install debootstrap util-linux git, and Go and Node.js"
done

# The machine's own apt sources that Debian signs; others are not part of a clean Debian.
debian_sources() {
  grep -lsE 'debian-archive-keyring|^deb .*debian' /etc/apt/sources.list /etc/apt/sources.list.d/* || true
}
mirror() {
  [ -z "${ROOM_MIRROR:-}" ] || { printf '%s\n' "$ROOM_MIRROR"; return; }
  # shellcheck disable=SC2046
  sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb (\[[^]]*\] )?([^ ]+) .*/\2/p' $(debian_sources) | head -n 1
}

make_base() {
  [ ! -e "$base/.complete" ] || return 0
  local from; from=$(mirror)
  [ -n "$from" ] || stop "no Debian mirror found in apt's sources: set ROOM_MIRROR"
  say "making a Debian 12 base (once)"
  rm -rf "$base.new" && mkdir -p "$base.new"
  debootstrap --variant=minbase --include=ca-certificates,git,make bookworm "$base.new" "$from"
  rm -rf "$base.new"/var/cache/apt/archives/*.deb "$base.new"/var/lib/apt/lists/*
  touch "$base.new/.complete"
  rm -rf "$base" && mv "$base.new" "$base"
}

# The room: the base, Go and Node.js of this machine, its way to the registries, the checkout.
make_room() {
  say "laying out the room"
  rm -rf "$room" && mkdir -p "$room"
  cp -a "$base/." "$room/"

  mkdir -p "$room/usr/local/go"
  cp -a "$(go env GOROOT)/." "$room/usr/local/go/"
  local node; node=$(readlink -f "$(command -v node)")
  local modules; modules=$(dirname "$(dirname "$node")")/lib/node_modules
  [ -d "$modules/npm" ] || stop "no npm found beside $node"
  mkdir -p "$room/usr/local/lib/node_modules"
  cp "$node" "$room/usr/local/bin/node"
  cp -a "$modules/npm" "$room/usr/local/lib/node_modules/"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$room/usr/local/bin/npm"
  ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$room/usr/local/bin/npx"

  local sources; sources=$(debian_sources)
  if [ -n "$sources" ]; then
    rm -f "$room/etc/apt/sources.list"
    # shellcheck disable=SC2086
    cp -L --parents $sources "$room/"
  fi
  cp -L /etc/resolv.conf /etc/hosts "$room/etc/"
  if compgen -G '/usr/local/share/ca-certificates/*' >/dev/null; then
    cp -L /usr/local/share/ca-certificates/* "$room/usr/local/share/ca-certificates/"
  fi

  git clone --quiet --no-local "$root" "$room/root/kkmovies"
}

# inside COMMAND...: runs it in the room, as the first process of its own namespace, so
# that nothing it starts outlives it, and it does not outlive this script.
inside() {
  local vars=(PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" CI="${CI:-}"
    GOPROXY="$(go env GOPROXY)" GOSUMDB="$(go env GOSUMDB)" GONOSUMDB="$(go env GONOSUMDB)"
    GOTOOLCHAIN="$(go env GOTOOLCHAIN)" npm_config_registry="$(npm config get registry)"
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
    apt_proxy="$(apt-config shell p Acquire::http::Proxy | sed "s/^p=//")")
  local v
  for v in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    [ -z "${!v:-}" ] || vars+=("$v=${!v}")
  done
  setpriv --pdeathsig KILL timeout --foreground --signal=KILL "${minutes}m" \
    setpriv --pdeathsig KILL unshare --mount --pid --uts --ipc --fork --kill-child --propagation private \
    bash -c '
      set -e
      mount --bind "$1" "$1"; cd "$1"
      mount --rbind /dev dev; mount -t tmpfs -o mode=1777 room dev/shm
      mkdir -p .outside; pivot_root . .outside
      mount -t proc proc /proc
      umount -l /.outside; rmdir /.outside
      cd /root/kkmovies 2>/dev/null || cd /
      shift; exec env -i "$@"' inside "$room" "${vars[@]}" "$@"
}

prepare_inside='
  update-ca-certificates >/dev/null 2>&1
  [ -z "${apt_proxy:-}" ] || echo "Acquire::http::Proxy $apt_proxy;" >/etc/apt/apt.conf.d/90proxy
'

make_base
[ "$what" != base ] || exit 0
make_room
inside bash -c "$prepare_inside"

case $what in
  shell) inside bash ;;
  run) inside node scripts/try-run.mjs ;;
  test) inside make test ;;
  all)
    inside node scripts/try-run.mjs
    inside make test
    ;;
  *) stop "usage: scripts/clean-room.sh [all|base|run|test|shell]" ;;
esac
say "clean room: $what passed"
