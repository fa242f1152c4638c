#!/usr/bin/env bash
# Runs the checks, part by part, with the seconds each took; the first that fails stops
# the run and says how to repeat that part alone.
#
#   scripts/check.sh [lint] [go] [proofs] [web] [e2e] [budgets] [scaled] [bench]
source "$(dirname "$0")/env.sh"

tool() { go tool -modfile=tools/go.mod "$@"; }

summary=()
# part NAME COMMAND...
part() {
  local name=$1 began=$SECONDS; shift
  printf '\n── %s\n' "$name"
  if "$@"; then
    summary+=("$(printf '%5d s  %s' $((SECONDS - began)) "$name")")
    return
  fi
  printf '\n── %s failed after %d s. Run it again alone with: scripts/check.sh %s\n' \
    "$name" $((SECONDS - began)) "$group" >&2
  exit 1
}

formatted() {
  local unformatted
  unformatted=$(git ls-files -z --cached --others --exclude-standard '*.go' | xargs -0 gofmt -l)
  [ -z "$unformatted" ] || { printf 'not formatted, run gofmt -w on:\n%s\n' "$unformatted"; return 1; }
}

# The database of known vulnerabilities is online: without it there is nothing to check,
# and that is said, not failed. With it, a finding fails.
known_vulnerabilities() {
  if [[ $(timeout 60 go tool -modfile=tools/go.mod govulncheck -version) != *'DB updated'* ]]; then
    echo "the vulnerability database cannot be reached from here: not checked"
    return
  fi
  tool govulncheck -tags e2e,far,bench,budgets,mutations ./...
}

# The app's types are made from this document; it must be the one the server serves.
contract() {
  go run ./cmd/kkmovies openapi | diff web/openapi.json - ||
    { echo 'web/openapi.json is not what the server serves: run make contract'; return 1; }
  go run ./cmd/kkmovies openapi --access | diff docs/reference/access.md - ||
    { echo 'docs/reference/access.md is not what the routes say: run make contract'; return 1; }
}

# Only what has tests is worth a line.
go_test() { go test "$@" 2>&1 | { grep --line-buffered -v '\[no test files\]$' || true; }; }

npm_run() { (cd web && npm run --silent "$1"); }

lint() {
  part 'gofmt' formatted
  part 'go vet' go vet -tags e2e,far,bench,budgets,mutations ./...
  part 'import law' go test -count=1 ./internal/archtest
  part 'staticcheck' tool staticcheck -tags e2e,far,bench,budgets,mutations ./...
  part 'govulncheck' known_vulnerabilities
  part 'API contract' contract
  part 'web types' npm_run check
  part 'web lint' npm_run lint
}

# Races are looked for in all that runs but two libraries, with which tests take three times as
# long when they are watched: SQLite, which is C translated to Go and is entered by one goroutine
# per connection (its driver is watched), and the hash of passwords, which shares nothing.
unwatched=()
for library in modernc.org/sqlite/lib modernc.org/libc/... golang.org/x/crypto/argon2 golang.org/x/crypto/blake2b; do
  unwatched+=("-gcflags=$library=-race=false")
done
# go vet has had its say before. Many tests wait for a lease to end, a rest or an engine, so
# more of them run at once than there are cores: what waits leaves them to what computes.
go_tests() {
  local at_once=$(($(getconf _NPROCESSORS_ONLN) + 2))
  part 'go test -race' go_test -race "${unwatched[@]}" -vet=off -p "$at_once" -parallel "$at_once" -timeout 30m ${CI:+-count=1} ./...
}
# A hundred thousand histories of devices, and the rule of watching broken in every way that is
# listed: the table says which test sees which. Without -race, with which there are fewer histories.
proofs() { part 'watching: histories and broken rules' watching; }
watching() {
  go test -tags mutations -vet=off -v ${CI:+-count=1} -timeout 30m -run 'EveryHistory|EveryBrokenRule' ./internal/watch 2>&1 |
    { grep -vE '^=== |^ +--- PASS' || true; }
}
web_tests() { part 'web unit tests' npm_run test; }
e2e() {
  part 'build' scripts/build.sh
  part "the app's sizes" sizes
  # One package after the other: each keeps both cores of a small machine busy, and viewers
  # of one would wait for the encoders of the other.
  # Always anew: they kill at new moments each time, and a browser, ffmpeg and servers take part
  # of which Go's cache of test results knows nothing.
  part 'end to end' go_test -tags e2e -timeout 30m -count=1 -p 1 ./test/e2e/... ./test/faults
}
# What the app promises whoever looks at it, each figure in a line with its limit: alone and last,
# for what is measured here is time.
budgets() {
  part 'build' scripts/build.sh
  part "the app's budgets" go_test -tags budgets -timeout 20m -count=1 -v ./test/budgets
}
# A checker that sees nothing is no checker: with a player's engine in each, everything is too large.
sizes() {
  npm_run size || return 1
  local seen
  seen=$(cd web && KK_SIZE_WITH=shaka npm run --silent size -- --json | grep -c '"passed": false') || true
  echo "broken on purpose, a player's engine in each: $seen of 4 are too large"
  [ "$seen" = 4 ]
}
# The same scenarios on two API nodes and two workers, and what a cut cable and a store that
# answers nothing cost them: an hour on a small machine.
scaled() {
  part 'build' scripts/build.sh
  part 'end to end, several processes' go_test -tags e2e -timeout 60m -count=1 ./test/e2e -args -scaled
  part 'faults of many machines' go_test -tags e2e,far -timeout 60m -count=1 -v -run 'Bucket|Cable|NoAcknowledged' ./test/faults
}
bench() {
  part 'benchmarks' go_test -run '^$' -bench "${BENCH:-.}" -benchmem -timeout 30m ./...
  part 'build' scripts/build.sh
  part 'load' go_test -tags bench -run "${BENCH:-.}" -timeout 90m -count=1 -v ./test/load
  [ -n "${BENCH:-}" ] || part 'kills' go_test -tags e2e -timeout 60m -count=1 -v ./test/faults -args -kills 25 -away 30s
}

for group in "$@"; do
  case $group in
    lint) lint ;;
    go) go_tests ;;
    proofs) proofs ;;
    web) web_tests ;;
    e2e) e2e ;;
    budgets) budgets ;;
    scaled) scaled ;;
    bench) bench ;;
    *) stop "usage: scripts/check.sh [lint] [go] [proofs] [web] [e2e] [budgets] [scaled] [bench]" ;;
  esac
done

printf '\n── all passed in %d s\n' $SECONDS
printf '%s\n' "${summary[@]}"
