#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Killed at any moment of indexing, it goes on where it was: nothing is lost, nothing is left over.
. "$(dirname "$0")/e2e.sh"

cp -r --no-preserve=mode "$programme/." "$root"
mkdir "$root/many"
for i in $(seq 1 400); do
    printf 'Document %d of the flood, with its own word flood%d.\n%s\n' "$i" "$i" \
        "$(head -c 3000 "$programme/mobility/posted-workers.txt")" >"$root/many/$i.txt"
done
files=$(find "$root" -type f ! -name .prospect ! -name '*.meta' -printf x | wc -c)

# Often enough for one text to be in hand each time: whoever kills the daemon has no file suspected.
for round in 1 2 3 4 5 6 7; do
    start_daemon
    seen=$(get /status | jq '.roots[0].indexed')
    sleep "0.$((RANDOM % 9))"
    later=$(get /status | jq '.roots[0].indexed')
    kill_daemon
    check "round $round: no worker outlives the daemon" test -z "$daemon"
    check "round $round: what was indexed is not read anew" test "${later:-0}" -ge "${seen:-0}"
done
start_daemon
before=$(get /status | jq '.roots[0].indexed')
check "what was committed is still there" test "$before" -ge "$later"
settled 120
check "everything is there" json --argjson files "$files" '.total == $files' < <(search '')
check "the counts add up" counts_add_up
check "the last of the flood" finds many/400.txt flood400
check "nothing failed" json '.total == 0' < <(get /failures)

# While documents change.
for i in $(seq 1 200); do
    printf 'Changed document %d, tide%d.\n' "$i" "$i" >"$root/many/$i.txt"
done
rm "$root/many/400.txt"
sleep 0.3
kill_daemon
start_daemon
settled 120
check "a change that a kill interrupted" finds many/200.txt tide200
check "no word of the old text" finds_not many/200.txt flood200
check "a removal that a kill interrupted" finds_not many/400.txt flood400
check "the counts add up again" counts_add_up

# A worker's death is one document's matter at most.
worker=$(for pid in $(session "$daemon"); do
    [ "$pid" != "$daemon" ] && echo "$pid"
done | sort -n | head -n 1)
kill -KILL "$worker"
printf 'After the death of the worker: vicuna.\n' >"$root/after.txt"
check "the worker is started again" within 20 finds after.txt vicuna
stopped
check "the index is whole" "$TOP_BUILDDIR/prospectd" --check --root "$root" --state "$state"
finish
