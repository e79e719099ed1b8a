#!/usr/bin/env bash
# Runs every fuzz target of the module for the given time each (30s), one after the other.
set -euo pipefail
time=${1:-30s}
cd "$(dirname "$0")/.."
for file in $(grep -rl --include='*_test.go' '^func Fuzz' . | sort); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
		echo "$target in $(dirname "$file") for $time"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$(dirname "$file")" | tail -n 2
	done
done
