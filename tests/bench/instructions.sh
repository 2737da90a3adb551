#!/bin/sh
# Instructions of three fixed operations, beside what was recorded: they are the same whatever else
# the machine does. usage: instructions.sh PROGRAM TEXT RECORD
#
# RECORD has a line "operation count" each. They depend on compiler and libraries too: after a change
# of these, record anew what an old revision needs, before a new one is judged.
set -eu
program=$1 text=$2 record=$3
if ! command -v valgrind >/dev/null; then
    echo "bench-instructions: skipped, valgrind is not installed"
    exit 0
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
printf '%-10s %14s %14s %7s\n' operation instructions recorded ratio
for operation in analyse index query; do
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=measured \
        "$program" "$operation" "$text" 2>"$log" || { cat "$log"; exit 1; }
    now=$(sed -n 's/.*Collected : *\([0-9]*\).*/\1/p' "$log")
    then=$(sed -n "s/^$operation \([0-9]*\)$/\1/p" "$record")
    awk -v o="$operation" -v n="$now" -v t="${then:-0}" \
        'BEGIN { printf "%-10s %14d %14d %7s\n", o, n, t, t ? sprintf("%.3f", n / t) : "-" }'
done
