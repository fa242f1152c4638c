#!/usr/bin/env bash
# Fuzzes every parser, one after the other: each target for FUZZTIME (a minute), those of
# FUZZ alone when it is set; and then every operation of the API for as long, a dozen at once. An input that breaks a promise is kept below testdata/fuzz of
# its package, where `go test` tries it again from then on: commit it with the fix.
source "$(dirname "$0")/env.sh"

time=${FUZZTIME:-60s} failed=()
while IFS=: read -r file line; do
  target=$(sed -E 's/^func (Fuzz[A-Za-z0-9]+).*/\1/' <<<"$line")
  [[ $target =~ ${FUZZ:-.} ]] || continue
  printf '\n── %s, %s\n' "$(dirname "$file")" "$target"
  go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 2s -parallel "${FUZZ_PARALLEL:-2}" "./$(dirname "$file")" || failed+=("$target")
done < <(git grep -E --no-color '^func Fuzz' -- '*_test.go' | sort)

target=TestEveryOperationHoldsWhateverIsSent
if [[ $target =~ ${FUZZ:-.} ]]; then
  printf '\n── internal/httpapi, every operation\n'
  go test ./internal/httpapi -run "^$target\$" -count=1 -timeout 0 -v -args -each "$time" || failed+=("$target")
fi

[ ${#failed[@]} -eq 0 ] || stop "broken: ${failed[*]}"
