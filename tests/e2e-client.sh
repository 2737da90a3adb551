#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line against a running daemon.
. "$(dirname "$0")/e2e.sh"

p()
{
    "$TOP_BUILDDIR/prospect" --socket "$sock" "$@"
}

# status_is N COMMAND...
status_is()
{
    local wanted=$1 got
    shift
    "$@" >"$work/out" 2>&1
    got=$?
    [ "$got" = "$wanted" ] || {
        echo "status $got"
        cat "$work/out"
        return 1
    }
}

# shows PATTERN COMMAND...
shows()
{
    "${@:2}" >"$work/shown" 2>&1
    grep -qE -- "$1" "$work/shown" || {
        cat "$work/shown"
        return 1
    }
}

check "no daemon: status 3" status_is 3 p status
check "and a line that says so" shows 'cannot be reached' p status
check "no command: status 2" status_is 2 "$TOP_BUILDDIR/prospect"
check "an unknown command: status 2" status_is 2 p frobnicate
check "an unknown option: status 2" status_is 2 p search --frob

for command in search status failures rescan retry reindex plugins extract check help; do
    check "$command --help" shows "Usage: prospect $command|Usage: prospect \[OPTION\]" p "$command" --help
done

cp -r --no-preserve=mode "$programme/2016-10-be" "$programme/2018-11-bg" "$root"
printf '%%PDF-1.4 and nothing more' >"$root/broken.pdf"
printf '\033[31mred\033[0m herring\n' >"$root/"$'esc\033[31m.txt'
start_daemon
check "status --watch --until-idle ends when all is read" status_is 0 timeout 120 "$TOP_BUILDDIR/prospect" --socket "$sock" status --watch --until-idle
check "with lines where there is no terminal" shows '^[0-9]+ of [0-9]+ files' cat "$work/out"
check "search" shows 'Belgian gender pay gap law' p search pay gap law
check "with the page" shows 'page [0-9]+' p search mediator complaints
check "no colours without a terminal" shows '^ 1\. [A-Z]' p search pay gap
check "nothing found: status 1" status_is 1 p search xyzzyqwert --expand 0
check "--explain: which words made the score" shows '^ +[0-9.]+ +[0-9]+%  word “gaps”: .*gap ×[0-9]+.*; in the title$' p search --explain gender gaps --country BE
check "and the score of the page" shows '^ +page score [0-9.]+$' p search --explain gender gaps --country BE
check "a filter" shows '1 document,' p search --country BE --lang fr mediateur
check "--json" json '.hits[0].path == "2018-11-bg/zheni-v-it.pdf"' < <(p --json search равнопоставеността)
check "a wrong value is explained: status 2" status_is 2 p search --size 1000 pay
check "in the daemon's words" shows 'size' p search --size 1000 pay
check "control bytes in names are escaped" shows 'esc\\x1b\[31m\.txt' p search herring
check "options may follow the words" shows 'Belgian' p search pay gap --country BE
check "facets" shows '^country: ' p search --facet country pay
check "status" shows '[0-9]+ indexed, 1 failed' p status
check "status --json" json '.roots | length == 1' < <(p status --json)
check "failures: status 1" status_is 1 p failures
check "which and why" shows 'broken\.pdf.*: damaged' p failures
check "failures --json" json '.total == 1' < <(p failures --json)
check "rescan" status_is 0 p rescan
check "retry" status_is 0 p retry broken.pdf
check "retry of what did not fail: status 1" status_is 1 p retry 2016-10-be/agenda.html
check "retry of nothing: status 2" status_is 2 p retry
settled
check "reindex" status_is 0 p reindex
settled
check "everything is still found" shows 'Belgian' p search pay gap law
check "reindex --read" status_is 0 p reindex --read
settled
check "everything is found again" shows 'Belgian' p search pay gap law
check "by TCP" shows 'Belgian' "$TOP_BUILDDIR/prospect" --http "$http" search pay gap law
check "an order by TCP without a token: status 1" status_is 1 "$TOP_BUILDDIR/prospect" --http "$http" rescan
by_environment()
{
    PROSPECT_SOCKET=$sock "$TOP_BUILDDIR/prospect" status
}
check "the socket from the environment" status_is 0 by_environment

check "plugins" shows 'pdf' p plugins
check "plugins --json" json '[.. | .name? | select(. == "html")] | length > 0' < <(p plugins --json)
for file in 2016-10-be/pay-gap-law.pdf 2016-10-be/agenda.html 2016-10-be/kommentar-deutschland.txt; do
    check "extract $file" status_is 0 p extract "$root/$file"
done
check "extract shows the text" shows 'mediator' p extract "$root/2016-10-be/pay-gap-law.pdf"
check "extract --json" json '.units | length == 8' < <(p extract --json "$root/2016-10-be/pay-gap-law.pdf")
check "extract of a broken file: status 1" status_is 1 p extract "$root/broken.pdf"
check "extract of no file: status 1 or 2" status_is 1 p extract /nowhere/at/all
stopped
check "check" status_is 0 p check --root "$root" --state "$state"
check "check of a state folder alone" status_is 0 p check --state "$state"
check "no index is not sound" status_is 1 p check --state "$work/nothing"
check "check --repair" status_is 0 p check --repair --root "$root" --state "$state"
finish
