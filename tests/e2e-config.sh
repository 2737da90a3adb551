#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Configuration: wrong ones are explained, right ones obeyed; one daemon a state folder; who sees what.
. "$(dirname "$0")/e2e.sh"

conf=$work/prospect.conf

# refused PATTERN [OPTION...]: exit status 2 and a line like that on standard error.
refused()
{
    local pattern=$1 status
    shift
    timeout 20 "$TOP_BUILDDIR/prospectd" --foreground "$@" >"$work/out" 2>&1 </dev/null
    status=$?
    [ "$status" = 2 ] && grep -qE -- "$pattern" "$work/out" || {
        echo "status $status"
        cat "$work/out"
        return 1
    }
}

wrong()
{
    printf '%s\n' "[daemon]" "state = $state" "[root a]" "path = $root" "$3" >"$conf"
    check "$1" refused "$2" -c "$conf"
}
wrong "an unknown key" "prospect.conf:5: .*colour" 'colour = green'
wrong "an unknown section" "prospect.conf:5: .*garden" '[garden]'
wrong "a number that is none" "prospect.conf:6: .*children" $'[limits]\nchildren = many'
wrong "an address that is none" "prospect.conf:6: .*http" $'[listen]\nhttp = everywhere'
wrong "a folder that is not there" "prospect.conf:[56]: .*nowhere" $'[root b]\npath = /nowhere/at/all'
wrong "a root inside a root" "lie in one another|same folder" $'[root b]\npath = '"$root"
wrong "a line that is none" "prospect.conf:5: " 'just words'
check "no configuration at that path" refused "$work/none.conf" -c "$work/none.conf"
check "a root that is not there" refused "/nowhere/at/all" --root /nowhere/at/all --state "$state"
check "nothing to serve" refused "--root" --state "$state"
check "an unknown option" refused "--help" --colour green
check "the state folder inside the root" refused "state folder" --root "$root" --state "$root/state"

start_daemon
second()
{
    timeout 20 "$TOP_BUILDDIR/prospectd" --foreground --root "$root" --state "$state" \
        --socket "$work/s2" --http '' >"$work/out" 2>&1 </dev/null
    [ $? = 1 ] && grep -q "another prospectd (pid $daemon)" "$work/out" || {
        cat "$work/out"
        return 1
    }
}
check "a second daemon on the same state says who is there" second
check "and does no harm" answering
taken()
{
    mkdir -p "$work/other"
    timeout 20 "$TOP_BUILDDIR/prospectd" --foreground --root "$work/other" --state "$work/state3" \
        --worker "$TOP_BUILDDIR/prospect-worker" --plugin-dir "$plugin_dirs" \
        --socket "$work/s3" --http "$http" >"$work/out" 2>&1 </dev/null
    [ $? = 1 ] && grep -q "${http##*:}" "$work/out" || {
        cat "$work/out"
        return 1
    }
}
check "a port that is taken is named" taken
stopped

# Two roots, access rules.
mkdir -p "$work/open" "$work/closed/inner"
printf 'Open to all: rabbit.\n' >"$work/open/a.txt"
printf 'For the staff: salamander rabbit.\n' >"$work/closed/b.txt"
printf 'For the board: tapir rabbit.\n' >"$work/closed/inner/c.txt"
printf 'access = board, staff\n' >"$work/closed/.prospect"
printf 'access = board, public\n' >"$work/closed/inner/.prospect"
write_conf()
{
    cat >"$conf" <<CONF
; two roots
[daemon]
state = $state
[listen]
http = $http
socket = $sock
$1
[access]
trusted = $(id -un)
[root open]
path = $work/open
url_prefix = https://files.example.org/
[root closed]
path = $work/closed
CONF
}
http=127.0.0.1:$(free_port)
write_conf ''
launch -c "$conf" --worker "$TOP_BUILDDIR/prospect-worker" --plugin-dir "$plugin_dirs"
check "two roots are served" within 20 answering
settled
tcp_paths()
{
    curl -sS -G --data-urlencode 'q=rabbit' "http://$http/search" | jq -c '[.hits[].path] | sort'
}
as()
{
    get /search?q=rabbit -H "X-Prospect-Groups: $1" | jq -c '[.hits[].path] | sort'
}
check "roots have names" json '[.roots[].name] | sort == ["closed", "open"]' < <(get /status)
check "the open document's link" json '.hits[0].url == "https://files.example.org/a.txt"' < <(get '/search?q=rabbit' -H 'X-Prospect-Groups: nobody')
check "everybody sees what is open" test "$(tcp_paths)" = '["a.txt"]'
check "staff sees the staff's" test "$(as staff)" = '["a.txt","b.txt"]'
check "the board sees all: nested lists intersect" test "$(as board)" = '["a.txt","b.txt","inner/c.txt"]'
check "a folder cannot widen what its parent allows" test "$(as public)" = '["a.txt"]'
counted()
{
    curl -sS "http://$http/search?q=salamander&facet=all&expand=0" | json '.total == 0 and .hits == [] and .did_you_mean == null'
}
check "what one may not see is not counted" counted
header_by_tcp()
{
    [ "$(curl -sS -H 'X-Prospect-Groups: staff' "http://$http/search?q=rabbit" | jq -c '[.hits[].path]')" = '["a.txt"]' ]
}
check "a header by TCP is ignored" header_by_tcp
id=$(get '/search?q=salamander' -H 'X-Prospect-Groups: staff' | jq -r '.hits[0].id')
check "by its id" test "$(curl -sS -o /dev/null -w '%{http_code}' "http://$http/documents/$id")" = 404
check "nor its file" test "$(curl -sS -o /dev/null -w '%{http_code}' "http://$http/documents/$id/content")" = 404
opened()
{
    [ "$(tcp_paths)" = '["a.txt","b.txt"]' ]
}
rm "$work/closed/.prospect"
check "a rule that is taken away" within 15 opened
closed_again()
{
    [ "$(tcp_paths)" = '["a.txt"]' ]
}
printf 'access = staff\n' >"$work/closed/.prospect"
check "and put back" within 15 closed_again

host()
{
    curl -sS -o /dev/null -w '%{http_code}' -H 'Host: search.example.org' "http://$http/healthz"
}
check "a foreign host is refused" test "$(host)" != 200
write_conf 'allowed_hosts = search.example.org'
kill -HUP "$daemon"
allowed()
{
    [ "$(host)" = 200 ]
}
check "SIGHUP reads the configuration again" within 15 allowed
write_conf 'nonsense = here'
kill -HUP "$daemon"
explained()
{
    grep -q 'prospect.conf:7: .*nonsense' "$log"
}
check "a wrong one is explained" within 15 explained
check "and the old one kept" test "$(host)" = 200
write_conf 'allowed_hosts = search.example.org'
kill -HUP "$daemon"
stopped

# Good to read, and not to be run: the worker is no program.
sed -i -e "s|^state = .*|&\nworker = $work/worker.sh|" "$conf"
cat >"$work/worker.sh" <<WORKER
#!/bin/sh
exec "$TOP_BUILDDIR/prospect-worker" "\$@"
WORKER
chmod +x "$work/worker.sh"
launch -c "$conf" --plugin-dir "$plugin_dirs"
check "a worker named in the configuration" within 20 answering
sed -i "s|^worker = .*|worker = $work/nowhere|" "$conf"
kill -HUP "$daemon"
refused()
{
    grep -q 'cannot start .*nowhere' "$log"
}
# valgrind's vfork() is a fork(): nobody learns there that a program could not be executed.
[ -n "${UNDER_VALGRIND:-}" ] || check "a configuration that cannot be run is explained" within 10 refused
check "and it goes on as it was" within 20 answering
stopped

only_root()
{
    http=127.0.0.1:$(free_port)
    launch --root "$work/open" --http "$http" --worker "$TOP_BUILDDIR/prospect-worker" \
        --plugin-dir "$plugin_dirs"
    sock=$XDG_RUNTIME_DIR/prospect/prospectd.sock
    within 20 answering
}
only_root
check "with only --root the socket is in the runtime folder" answering
check "and the state below XDG_STATE_HOME" test "$(find "$XDG_STATE_HOME/prospect" -maxdepth 1 -name 'open-*' | wc -l)" = 1
stopped "SIGTERM ends it"
check "the socket is gone" test ! -e "$sock"
finish
