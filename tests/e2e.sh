# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# What the end-to-end tests have in common: a real prospectd on a folder, state, socket and port of
# its own, and answers as TAP. Sourced by e2e-*.sh:
#
#   start_daemon [OPTION...]   serves $root; $sock and $http then lead to it; $prospectd, $worker
#                              and $plugin_dirs say which program with what
#   check NAME COMMAND...      one test: the command succeeds
#   within SECONDS COMMAND...  true as soon as the command succeeds (sanitizers: more seconds)
#   get PATH [CURL OPTION...], search QUERY [NAME=VALUE...]   answers, by the Unix socket
#   stopped [NAME]             one test: it ends cleanly and leaves no process behind
#   finish                     the plan, and reports of the sanitizers as a last test
#
# E2E_WRAPPER is a command that runs prospectd, and E2E_SLOW how many times longer all may then take.
# Whatever is still running is ended at exit, by its process id.

set -u
: "${TOP_BUILDDIR:=$PWD}"
: "${TOP_SRCDIR:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
work=$(mktemp -d /tmp/prospect-e2e.XXXXXX) || exit 99
root=$work/root
state=$work/state
sock=$work/s
log=$work/log
http=
daemon=
number=0
failed=0
prospectd=$TOP_BUILDDIR/prospectd
worker=$TOP_BUILDDIR/prospect-worker
plugin_dirs=$TOP_BUILDDIR/plugins/.libs
programme=$TOP_SRCDIR/tests/data/programme
mkdir -p "$root"
export XDG_STATE_HOME=$work/xdg-state XDG_RUNTIME_DIR=$work/xdg-run HOME=$work/home
mkdir -p "$XDG_RUNTIME_DIR" "$HOME"
unset PROSPECT_SOCKET NO_COLOR
export LC_ALL=C.UTF-8

slow=${E2E_SLOW:-1}
if grep -q 'define PROSPECT_SANITIZED 1' "$TOP_BUILDDIR/config.h" 2>/dev/null; then
    slow=5
    export ASAN_OPTIONS=log_path=$work/asan:exitcode=99 UBSAN_OPTIONS=log_path=$work/ubsan:print_stacktrace=1
fi

skip_all()
{
    echo "1..0 # SKIP $*"
    exit 0
}

for program in curl jq; do
    command -v "$program" >/dev/null || skip_all "$program is not installed"
done

# Beyond that, prospectd takes nothing in (disk_reserve).
[ "$(df -P "$work" | awk 'NR == 2 { print int($5) }')" -lt 94 ] || skip_all "the disk is almost full"

# Processes of the session that daemon number $1 started.
session()
{
    local stat
    for stat in /proc/[0-9]*/stat; do
        # The name, in brackets, may hold blanks.
        sed 's/^\([0-9]*\) (.*) /\1 /' "$stat" 2>/dev/null
    done | awk -v sid="$1" '$5 == sid && $2 != "Z" { print $1 }'
}

end_processes()
{
    local pid
    [ -n "$daemon" ] || return 0
    for pid in $(session "$daemon"); do
        kill -KILL "$pid" 2>/dev/null
    done
    wait "$daemon" 2>/dev/null
    daemon=
}

at_exit()
{
    end_processes
    if [ "$failed" != 0 ] && [ -n "${E2E_KEEP:-}" ]; then
        echo "# kept: $work"
    else
        chmod -R u+rwX "$work" 2>/dev/null
        rm -rf "$work"
    fi
}
trap at_exit EXIT
trap 'exit 1' INT TERM HUP

diag()
{
    sed 's/^/# /' | cut -c1-400
}

check()
{
    local name=$1 output
    shift
    number=$((number + 1))
    if output=$("$@" 2>&1); then
        echo "ok $number - $name"
    else
        failed=$((failed + 1))
        echo "not ok $number - $name"
        printf '%s\n' "command: $*" "$output" | head -40 | diag
        [ -s "$log" ] && tail -n 15 "$log" | sed 's/^/log: /' | diag
    fi
}

now_ms()
{
    date +%s%3N
}

within()
{
    local until=$(($(now_ms) + $1 * 1000 * slow))
    shift
    while ! "$@"; do
        if [ "$(now_ms)" -ge "$until" ]; then
            return 1
        fi
        sleep 0.05
    done >"$work/within" 2>&1
}

# A free port; that nobody takes it meanwhile is likely enough, and else the start fails loudly.
free_port()
{
    local port
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# Starts prospectd with exactly these options, in a session of its own.
launch()
{
    # shellcheck disable=SC2086 # a command and its options, or nothing
    setsid ${E2E_WRAPPER:-} "$prospectd" --foreground "$@" </dev/null >>"$log" 2>&1 &
    daemon=$!
}

answering()
{
    get /healthz >/dev/null 2>&1
}

start_daemon()
{
    http=127.0.0.1:$(free_port)
    launch --root "$root" --state "$state" --socket "$sock" --http "$http" \
        --worker "$worker" --plugin-dir "$plugin_dirs" "$@"
    within 60 answering || {
        echo "Bail out! prospectd does not start"
        diag <"$log"
        exit 1
    }
}

gone()
{
    [ -z "$(session "$1")" ]
}

# What became of the daemon after the signal.
ended_well()
{
    [ -z "$left" ] || {
        echo "still there after the signal: $left"
        return 1
    }
    [ "$status" = 0 ] || {
        echo "prospectd ended with status $status"
        return 1
    }
}

# Ends the daemon, and tests that it ended with status 0 and left no process behind.
stopped()
{
    local pid=$daemon left='' status=0
    kill -TERM "$pid"
    within 30 gone "$pid" || left=$(session "$pid" | tr '\n' ' ')
    [ -z "$left" ] || end_processes
    wait "$pid" || status=$?
    daemon=
    check "${1:-the daemon stops cleanly and leaves no process}" ended_well
}

kill_daemon()
{
    local pid=$daemon
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null
    within 20 gone "$pid" || end_processes
    daemon=
}

get()
{
    local path=$1
    shift
    curl -sS --max-time 30 --unix-socket "$sock" "$@" "http://x$path"
}

post()
{
    get "$1" -X POST "${@:2}"
}

search()
{
    local options=() parameter
    for parameter in "q=$1" "${@:2}"; do
        options+=(--data-urlencode "$parameter")
    done
    curl -sS --max-time 30 --unix-socket "$sock" -G "${options[@]}" http://x/search
}

# json FILTER: the filter is true of the answer on standard input. (jq -e alone is content with no
# answer at all.)
json()
{
    local answer
    answer=$(cat)
    [ "$(jq "$@" <<<"$answer" 2>&1 | sort -u)" = true ] || {
        echo "not so: ${*: -1}"
        printf '%s\n' "$answer" | head -c 1500
        return 1
    }
}

paths()
{
    search "$@" | jq -r '.hits[].path'
}

first_is()
{
    [ "$(paths "${@:2}" | head -n 1)" = "$1" ] || {
        echo "hits: $(paths "${@:2}" | head -n 5 | tr '\n' ' ')"
        return 1
    }
}

finds()
{
    paths "${@:2}" size=100 | grep -qxF -- "$1" || {
        echo "hits: $(paths "${@:2}" | head -n 8 | tr '\n' ' ')"
        return 1
    }
}

finds_not()
{
    ! finds "$@" >/dev/null
}

idle()
{
    get /status | json '.queue_length == 0 and .busy_workers == 0 and
        ([.roots[] | select(.scanning)] | length == 0) and .plugins != []'
}

settled()
{
    within "${1:-60}" idle
}

# indexed + failed + ignored is the number of regular files of the only root.
counts_add_up()
{
    local files
    files=$(find "$root" -type f -printf x | wc -c)
    get /status | json --argjson files "$files" \
        '.roots[0] | .indexed + .failed + .ignored == $files'
}

no_reports()
{
    local report found=0
    for report in "$work"/asan.* "$work"/ubsan.*; do
        [ -s "$report" ] || continue
        found=1
        head -n 30 "$report"
    done
    grep -n 'runtime error:\|ERROR: AddressSanitizer' "$log" && found=1
    return "$found"
}

finish()
{
    if [ "$slow" != 1 ] && [ "${1:-}" != crashes-wanted ]; then
        check "the sanitizers have nothing to say" no_reports
    fi
    echo "1..$number"
    [ "$failed" = 0 ]
    exit
}
