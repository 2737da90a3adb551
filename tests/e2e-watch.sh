#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Whatever happens to files and folders, the index follows.
. "$(dirname "$0")/e2e.sh"

say()
{
    printf '%s\n' "$2" >"$root/$1"
}

# Found at this path, however busy the machine; e2e-seeds.sh takes the time.
soon()
{
    within 15 finds "$@"
}

soon_not()
{
    within 15 finds_not "$@"
}

say before.txt 'There before the daemon: aardvark.'
start_daemon
settled
check "a file that was there" finds before.txt aardvark

say new.txt 'A new file: badger.'
check "a new file" soon new.txt badger
say new.txt 'The same file with other words: capybara.'
check "a changed file" soon new.txt capybara
check "its old words are gone" finds_not new.txt badger
mv "$root/new.txt" "$root/moved.txt"
check "a renamed file" soon moved.txt capybara
check "its old name is gone" soon_not new.txt capybara
rm "$root/moved.txt"
check "a deleted file" soon_not moved.txt capybara

printf 'Moved in from outside: dormouse.\n' >"$work/outside.txt"
touch -d '2001-02-03' "$work/outside.txt"
mv "$work/outside.txt" "$root/inside.txt"
check "a file with an old time that is moved in" soon inside.txt dormouse
mv "$root/inside.txt" "$work/outside.txt"
check "moved out" soon_not inside.txt dormouse

mkdir -p "$work/folder/deep/deeper"
for i in {1..40}; do
    printf 'Number %d of many: echidna%d.\n' "$i" "$i" >"$work/folder/deep/f$i.txt"
done
printf 'At the bottom: ferret.\n' >"$work/folder/deep/deeper/bottom.txt"
cp -r --no-preserve=mode "$work/folder" "$root/copied"
check "a folder that is made and filled at once" soon copied/deep/deeper/bottom.txt ferret
settled
check "nothing of it is missed" json '.total == 41' < <(search '' folder=copied)
rm -r "$root/copied"
check "a deleted folder" soon_not copied/deep/f7.txt echidna7
mv "$work/folder" "$root/whole"
check "a folder that is moved in" soon whole/deep/deeper/bottom.txt ferret
settled
check "nothing of it is missed either" json '.total == 41' < <(search '' folder=whole)
mv "$root/whole" "$root/renamed"
check "a renamed folder" soon renamed/deep/f7.txt echidna7
settled
check "nothing stays behind" json '.total == 0' < <(search '' folder=whole)
mv "$root/renamed" "$work/folder"
settled
check "a folder moved out" soon_not renamed/deep/f7.txt echidna7
settled
check "the counts add up" within 15 counts_add_up

for name in '~$letter.txt' '.~lock.letter.txt#' letter.part .letter.swp .hidden.txt; do
    say "$name" 'Nobody looks for a gibbon.'
done
say visible.txt 'This one is looked for: gibbon.'
check "a visible file" soon visible.txt gibbon
settled
check "temporary and hidden files are left alone" json '[.hits[].path] == ["visible.txt"]' < <(search gibbon)
check "and counted" within 15 counts_add_up

printf 'Outside the root: hyena.\n' >"$work/secret.txt"
ln -s "$work/secret.txt" "$root/link.txt"
ln -s "$work" "$root/link-to-folder"
mkfifo "$root/pipe.txt"
say after-links.txt 'Made after the links: ibex.'
check "links and pipes hold nothing up" soon after-links.txt ibex
settled
check "a link is not followed" json '.total == 0' < <(search hyena expand=0)
check "links and pipes are counted" json '.roots[0] | .links == 2 and .special == 1' < <(get /status)

if [ "$(id -u)" != 0 ]; then
    say unreadable.txt 'jackal'
    chmod 0 "$root/unreadable.txt"
    listed()
    {
        get /failures | json '.failures | any(.path == "unreadable.txt" and .reason == "io")'
    }
    check "an unreadable file is listed as failed" within 15 listed
    chmod 644 "$root/unreadable.txt"
    check "and read once it may be" within 20 finds unreadable.txt jackal
    rm "$root/unreadable.txt"
fi

newline=$'two\nlines.txt'
latin=$'caf\xe9.txt'
for name in "$newline" "$latin" 'with  blanks &?#%20.txt' '-dash.txt' "quote'\".txt"; do
    say "$name" 'Odd names are fine: kestrel.'
done
odd()
{
    search kestrel size=50 | json '.total == 5 and
        any(.hits[]; .path == "two\nlines.txt") and
        any(.hits[]; .path_bytes == "caf%E9.txt") and
        any(.hits[]; .path == "with  blanks &?#%20.txt") and
        any(.hits[]; .path == "-dash.txt") and any(.hits[]; .path == "quote'"'"'\".txt")'
}
# The same bytes five times are one hit with four other paths.
for name in "$newline" "$latin" 'with  blanks &?#%20.txt' '-dash.txt' "quote'\".txt"; do
    say "$name" "Odd names are fine: kestrel. $RANDOM$RANDOM$RANDOM"
done
check "any bytes in names" within 15 odd
content_of_odd()
{
    local id
    id=$(search kestrel size=50 | jq -r '.hits[] | select(.path_bytes == "caf%E9.txt") | .id')
    get "/documents/$id/content" | cmp - "$root/$latin"
}
check "a file whose name is no UTF-8 is served" content_of_odd

say twin-a.txt 'The very same bytes: lemming.'
say twin-b.txt 'The very same bytes: lemming.'
twins()
{
    search lemming | json '.total == 1 and (.hits[0].duplicates | length == 1)'
}
check "exact duplicates are one hit with its other path" within 15 twins
rm "$root/twin-a.txt"
check "the other stays when one goes" soon twin-b.txt lemming

exec 4>"$root/slow.txt"
printf 'A slow writer: marmot.\n' >&4
sleep 1
check "a file that is being written waits" finds_not slow.txt marmot
exec 4>&-
check "and is read when it is closed" soon slow.txt marmot

mkdir "$root/described"
say described/paper.txt 'Described by its folder: narwhal.'
check "a document in a folder" soon described/paper.txt narwhal
described_as()
{
    search narwhal | json '.hits[0] | .countries == ["FI"] and .date == "2014-10"'
}
printf 'country = FI\ndate = 2014-10\n' >"$root/described/.prospect"
check "a new folder file describes it" within 15 described_as
described_by_side_car()
{
    search narwhal | json '.hits[0] | .title == "On narwhals" and .countries == ["FI"]'
}
printf 'title = On narwhals\n' >"$root/described/paper.txt.meta"
check "a side-car too" within 15 described_by_side_car
rm "$root/described/.prospect" "$root/described/paper.txt.meta"
described_by_title()
{
    search narwhal | json '.hits[0].title == "On narwhals"'
}
undescribed()
{
    search narwhal | json '.hits[0] | (.countries // []) == [] and .title != "On narwhals"'
}
check "both gone" within 15 undescribed

settled
check "the counts add up in the end" within 15 counts_add_up
stopped

# While nobody watches.
say asleep.txt 'Made while it slept: ocelot.'
rm "$root/visible.txt"
touch -r "$root/before.txt" "$work/stamp"
size=$(stat -c %s "$root/before.txt")
printf 'There before the daemon: pangolin.' | head -c "$size" >"$root/before.txt"
touch -r "$work/stamp" "$root/before.txt"
mv "$root/twin-b.txt" "$root/twin-c.txt"
printf 'title = On narwhals\n' >"$root/described/paper.txt.meta"
start_daemon
settled
check "described while nobody watched" described_by_title
check "made while nobody watched" finds asleep.txt ocelot
check "deleted while nobody watched" finds_not visible.txt gibbon
check "changed with its old time and size" finds before.txt pangolin
check "renamed while nobody watched" finds twin-c.txt lemming
check "the counts add up after it" counts_add_up
stopped
rm "$root/described/paper.txt.meta"
start_daemon
settled
check "and no more" undescribed
stopped

# Where there are no events.
printf '[daemon]\nstate = %s\n[root files]\npath = %s\nwatch = polling\npoll_seconds = 1\n' \
    "$work/state2" "$root" >"$work/conf"
http=127.0.0.1:$(free_port)
launch -c "$work/conf" --socket "$sock" --http "$http" --worker "$TOP_BUILDDIR/prospect-worker" \
    --plugin-dir "$plugin_dirs"
check "it starts" within 20 answering
settled
check "it says that it polls" json '.roots[0].watch == "polling"' < <(get /status)
say polled.txt 'Found by looking: quokka.'
check "polling finds a new file" within 20 finds polled.txt quokka
rm "$root/polled.txt"
check "and misses a deleted one" within 20 finds_not polled.txt quokka
stopped
finish
