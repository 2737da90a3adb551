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
mkdir -p "$reports" && rm -f "$reports"/* && reports=$(cd "$reports" && pwd) || exit 1
passed=0 failed=0
export UNDER_VALGRIND=1

memcheck="valgrind --quiet --error-exitcode=97 --leak-check=full --errors-for-leak-kinds=definite
 --show-leak-kinds=definite --num-callers=30 --suppressions=$here/valgrind.supp"

# Each program writes a report of its own: the daemon leaves the worker no descriptor that they could
# share, and valgrind would hold on to standard error, which is the worker's to exchange.
run()
{
    reporting="$memcheck --log-file=$2.valgrind.%p"
    case $1 in
    *.sh) env E2E_WRAPPER="$reporting --trace-children=yes" E2E_SLOW=20 bash "$1" ;;
    # shellcheck disable=SC2086 # a list of words
    *) $reporting "$1" ;;
    esac
}

# Lines that start with == are findings; the others only say that openat2() is unknown to valgrind,
# which does no harm: without it paths are walked name by name.
for test in "$@"; do
    name=$(basename "$test")
    if run "$test" "$reports/$name" >"$reports/$name.log" 2>&1 &&
        ! grep -qs '^==' "$reports/$name".valgrind.*; then
        passed=$((passed + 1))
        echo "ok - $name"
    else
        failed=$((failed + 1))
        echo "not ok - $name"
        grep '^not ok' "$reports/$name.log"
        grep -hs '^==' "$reports/$name".valgrind.* | head -n 40
    fi
done
echo "valgrind: $passed passed, $failed failed"
[ "$failed" = 0 ]
