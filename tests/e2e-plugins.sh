#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Plugins that crash, hang, flood and lie: each costs its own document and nothing else.
. "$(dirname "$0")/e2e.sh"

sins=$TOP_BUILDDIR/tests/sins
built=$sins/text/.libs
plugin_dirs=$work/plugins
mkdir -m 755 "$plugin_dirs"
install -m 644 "$built"/{hostile,clock}.so "$sins"/.libs/{good,old_abi,no_symbol,twin}.so "$plugin_dirs"
printf 'not even an object\n' >"$plugin_dirs/rubbish.so"

for sin in crash hang spin deaf memory exit utf8 order garbage; do
    printf '%s\nfile of the sin.\n' "$sin" >"$root/$sin.txt"
done
for i in 1 2 3 4 5 6 7 8 9; do
    printf 'good document %d, gnu%d\n' "$i" "$i" >"$root/good$i.txt"
done
printf '<p>an HTML page</p>\n' >"$root/page.html"
write_conf()
{
    printf '[daemon]\nstate = %s\n[limits]\nextract_seconds = %d\ncpu_seconds = 2\nmemory = 128M\ntext = 1M\n[root r]\npath = %s\n' \
        "$state" $((3 * slow)) "$root" >"$work/conf"
}
run_daemon()
{
    http=127.0.0.1:$(free_port)
    launch -c "$work/conf" --socket "$sock" --http "$http" \
        --worker "$TOP_BUILDDIR/prospect-worker" --plugin-dir "$plugin_dirs"
}
write_conf
# A sanitized child does not obey RLIMIT_AS, and would eat the machine.
[ "$slow" = 1 ] || rm "$root/memory.txt"
run_daemon
check "it starts among bad plugins" within 20 answering

# What each child is held by; sanitizers and valgrind lift it.
confined()
{
    get /status | json '.sandbox.seccomp and .sandbox.rlimits
        and .sandbox.degraded == (.sandbox.landlock == 0)'
}
[ "$slow" != 1 ] || check "the readers are confined" within 20 confined

check "the good documents are read meanwhile" within 20 finds good9.txt gnu9
settled 120
check "all of them" json '.total == 9' < <(search 'good AND document')
check "the counts add up" counts_add_up

# failed_as SIN PATTERN: /failures has it, with this reason and a line for people.
failed_as()
{
    get /failures | json --arg path "$1.txt" --arg reason "$2" \
        '.failures | any(.path == $path and (.reason | test($reason)) and (.detail | length > 5))'
}
check "a crash is recorded" failed_as crash '^crashed$'
check "a hang" failed_as hang '^timeout$'
check "a busy loop" failed_as spin '^(timeout|limit|crashed)$'
check "a flood" failed_as deaf '^(limit|timeout|protocol)$'
[ "$slow" != 1 ] || check "a glutton" failed_as memory '^(memory|crashed|limit)$'
check "one that leaves in silence" failed_as exit '^(crashed|protocol)$'
check "pages in disorder" failed_as order '^protocol$'
check "nonsense on the socket" failed_as garbage '^(protocol|crashed)$'
check "what came before a crash is kept" finds crash.txt kept
check "bytes that are no UTF-8 are mended" finds utf8.txt 'caf*'
check "and the text is UTF-8" iconv -f UTF-8 -t UTF-8 -o /dev/null <(get "/documents/$(search 'caf*' | jq -r '.hits[0].id')/text?unit=1")
check "a failure is found by its name" finds hang.txt hang
check "the daemon is still the same" kill -0 "$daemon"

refused()
{
    get /status | json --arg file "$1" --arg words "$2" \
        '.plugins_refused | any((.file | endswith($file)) and (.reason | test($words)))'
}
check "an ABI of another time is explained" refused old_abi.so 'ABI 99'
check "a missing symbol" refused no_symbol.so 'prospect_plugin_entry'
check "a duplicate claim" refused twin.so 'which .good.'
check "rubbish" refused rubbish.so '.'
explained()
{
    "$TOP_BUILDDIR/prospect" plugins --plugin-dir "$plugin_dirs" --worker "$TOP_BUILDDIR/prospect-worker" >"$work/out" 2>&1
    grep -q 'ABI 99' "$work/out" && grep -q 'hostile' "$work/out" || {
        cat "$work/out"
        return 1
    }
}
check "prospect plugins says the same" explained

# A new version of one plugin: its documents are read again, the others' not.
tick()
{
    get "/documents/$(search tick | jq -r '.hits[0].id')/text?unit=1"
}
before=$(tick)
check "the other plugin's text" test -n "$before"
rm "$root"/{crash,hang,spin,deaf,exit,order,garbage}.txt "$root/memory.txt" 2>/dev/null
stopped
install -m 644 "$built/hostile2.so" "$plugin_dirs/hostile.so"
run_daemon
within 20 answering
second()
{
    search '"version 2 speaking" AND "good document"' expand=0 | json '.total == 9'
}
within 20 second
check "after an upgrade its documents are read again" second
settled
check "the others' are not" test "$(tick)" = "$before"
stopped
finish crashes-wanted
