#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An index that is damaged, and a daemon that dies of a signal: both mend by themselves.
. "$(dirname "$0")/e2e.sh"

cp -r --no-preserve=mode "$programme/." "$root"
index=$state/index

health()
{
    get /status | jq "$1"
}

# Without a word of damage, and with all documents.
whole()
{
    [ "$(health '.health.degraded')" = false ] && [ "$(search '' | jq .total)" = "$documents" ]
}

current()
{
    echo "$index/$(cat "$index/current")/everyone"
}

# Writes over some bytes of each block of a table.
spoil()
{
    local file at
    file=$(current)/$1.glass
    for ((at = 4000; at < $(stat -c %s "$file"); at += 8192)); do
        printf 'eaten by a mouse' | dd of="$file" bs=1 seek=$at conv=notrunc status=none
    done
}

# How many of the daemon's children have ended and were not waited for.
zombies()
{
    cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^\([0-9]*\) (.*) /\1 /' |
        awk -v parent="$daemon" '$3 == parent && $2 == "Z"' | wc -l
}

is_sound()
{
    "$TOP_BUILDDIR/prospectd" --check --root "$root" --state "$state"
}

start_daemon
settled 120
documents=$(search '' | jq .total)
check "a sound index is not degraded" test "$(health '.health.degraded')" = false
stopped "the daemon stops"

for table in postlist position termlist; do
    spoil "$table"
    check "the check sees what became of $table" eval '! is_sound'
    start_daemon
    check "$table: everything is found again" within 60 whole
    check "$table: the log says what was wrong" grep -q "is damaged (everyone: $table.glass" "$log"
    stopped "$table: the daemon stops"
    check "$table: the index is sound" is_sound
done

echo nonsense >"$index/current"
start_daemon
check "a pointer that points nowhere: everything is found again" within 60 whole
stopped
rm "$(current)/iamglass"
start_daemon
check "a file that is gone: everything is found again" within 60 whole

# Builds with sanitizers end at once, with a report.
if ! grep -q 'define PROSPECT_SANITIZED 1' "$TOP_BUILDDIR/config.h"; then
    settled 60
    kill -SEGV "$daemon"
    check "after a fatal signal it answers again, in the same process" within 30 whole
    check "and the log says so" grep -q 'died of signal 11' "$log"
    check "no process is left of the life before" test "$(zombies)" = 0
    kill -ABRT "$daemon"
    check "after two it is verified first" within 60 whole
    check "it goes on reading" eval 'printf "A late ocelot.\n" >"$root/late.txt"; within 30 finds late.txt ocelot'
fi
stopped
finish
