#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs libFuzzer's targets, for FUZZ_SECONDS each (60), in a build for fuzzing (`make fuzz`).
#
#   run.sh TARGET...     e.g. tests/fuzz/query-fuzz
#
# What was found worth keeping stays in corpus/NAME, and is where the next run begins; an input that
# breaks something stays in findings/. Prints a line for each target.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
export ASAN_OPTIONS="${ASAN_OPTIONS:-allocator_may_return_null=1}"
mkdir -p corpus findings
failed=0
for target in "$@"; do
    name=$(basename "$target" -fuzz)
    mkdir -p "corpus/$name"
    dict=$here/dict/$name.dict
    case $name in
    html | pdf | text) samples=$here/../data/programme ;;
    *) samples= ;;
    esac
    # shellcheck disable=SC2086 # a folder or nothing
    FUZZ_SEEDS_TO=corpus/$name nice "./$target" -max_total_time="${FUZZ_SECONDS:-60}" \
        -max_len=65536 -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="findings/$name-" ${FUZZ_OPTIONS:-} \
        $([ -f "$dict" ] && echo "-dict=$dict") "corpus/$name" $samples >"$name.log" 2>&1
    status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$name.log")
    if [ "$status" = 0 ]; then
        echo "ok - $name: ${runs:-0} executions"
    else
        failed=$((failed + 1))
        echo "not ok - $name: ${runs:-?} executions"
        grep -E '^(==.*(ERROR|SUMMARY)|SUMMARY|.*runtime error|.*Test unit written)' "$name.log" |
            head -n 10
    fi
done
echo "fuzz: $failed targets with findings"
[ "$failed" = 0 ]
