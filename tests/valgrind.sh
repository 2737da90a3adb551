#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs tests under valgrind's memcheck: errors and definite leaks fail.
#
#   valgrind.sh DIRECTORY UNIT-TEST... SCRIPT.sh...
#
# Of a unit test, what it forks is looked at too, but not the programs that it executes: some of them
# crash on purpose. A script runs prospectd, and with it the worker, behind E2E_WRAPPER (e2e.sh).
# DIRECTORY gets the reports. Prints a line for each test, and ends with their sum.
set -u
reports=$1
shift
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
command -v valgrind >/dev/null || { echo "valgrind is not installed" && exit 1; }
mkdir -p "$reports" && rm -f "$reports"/*
passed=0 failed=0
export UNDER_VALGRIND=1

memcheck="valgrind --quiet --error-exitcode=97 --leak-check=full --errors-for-leak-kinds=definite
 --show-leak-kinds=definite --num-callers=30 --suppressions=$here/valgrind.supp --log-fd=9"

# A daemon's children may write no files, so that valgrind's words go through a pipe.
with_pipe()
{
    rm -f "$reports/pipe"
    mkfifo "$reports/pipe" || exit 99
    cat "$reports/pipe" >"$1" &
    reader=$!
    shift
    "$@" 9>"$reports/pipe"
    status=$?
    wait "$reader"
    rm -f "$reports/pipe"
    return "$status"
}

run()
{
    case $1 in
    *.sh) with_pipe "$2.valgrind" env E2E_WRAPPER="$memcheck --trace-children=yes" E2E_SLOW=20 bash "$1" ;;
    # shellcheck disable=SC2086 # a list of words
    *) with_pipe "$2.valgrind" $memcheck "$1" ;;
    esac
}

# Lines that start with == are findings; the others only say that openat2() is unknown to valgrind,
# which does no harm: without it paths are walked name by name.
for test in "$@"; do
    name=$(basename "$test")
    if run "$test" "$reports/$name" >"$reports/$name.log" 2>&1 &&
        ! grep -q '^==' "$reports/$name.valgrind"; then
        passed=$((passed + 1))
        echo "ok - $name"
    else
        failed=$((failed + 1))
        echo "not ok - $name"
        grep '^not ok' "$reports/$name.log"
        grep '^==' "$reports/$name.valgrind" | head -n 40
    fi
done
echo "valgrind: $passed passed, $failed failed"
[ "$failed" = 0 ]
