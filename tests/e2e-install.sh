#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What "make install" leaves: programs that run, manuals, and a kit to build plugins with. A plugin
# built with nothing but that takes a type over while the daemon runs.
. "$(dirname "$0")/e2e.sh"

stage=$work/stage
# Its own make: the one that runs the tests hands down flags, and a descriptor that is not ours.
installed()
{
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$TOP_BUILDDIR" install DESTDIR="$stage"
}
check "it installs" installed

placed()
{
    local file
    file=$(find "$stage" -type f -path "*$1")
    [ -n "$file" ] && printf '%s\n' "$file"
}
worker=$(placed /prospect-worker)
plugin_dirs=$(dirname "$(placed /plugins/pdf.so)")
only_shared_objects()
{
    [ "$(cd "$plugin_dirs" && echo *)" = "html.so pdf.so text.so" ]
}
check "the plugins' folder holds plugins and nothing else" only_shared_objects
only_two_headers()
{
    [ "$(cd "$(dirname "$(placed /prospect/plugin.h)")" && echo *)" = "plugin.h status.h" ]
}
check "the headers are those of a plugin, and no others" only_two_headers
mit_licensed()
{
    grep -q 'SPDX-License-Identifier: MIT' "$(placed "/prospect/$1")"
}
check "plugin.h is MIT" mit_licensed plugin.h
check "and status.h" mit_licensed status.h
for page in man1/prospect.1 man5/prospect.conf.5 man7/prospect-plugin.7 man8/prospectd.8; do
    check "there is $page" placed "/$page"
done

# The plugin of doc/plugin.md, by the staged pkg-config file alone.
build_card_plugin()
{
    local flags
    flags=$(PKG_CONFIG_SYSROOT_DIR=$stage PKG_CONFIG_PATH=$(dirname "$(placed /prospect-plugin.pc)") \
        pkg-config --cflags prospect-plugin) || return
    awk '$0 == "```" { on = 0 } on { print } $0 == "```c" { on = 1 }' \
        "$TOP_SRCDIR/doc/plugin.md" >"$work/vcard.c"
    # shellcheck disable=SC2086 # flags are words
    "${CC:-cc}" -std=gnu11 -Wall -Wextra -Werror -fPIC -fvisibility=hidden $flags -shared \
        "$work/vcard.c" -o "$work/vcard.so"
}
check "a plugin builds with what is installed" build_card_plugin

printf 'BEGIN:VCARD\nVERSION:3.0\nFN:Ada Example\nNOTE:Knows statistics\nEND:VCARD\n' >"$root/ada.vcf"
printf 'plain words\n' >"$root/plain.txt"
prospectd=$(placed /sbin/prospectd)
start_daemon
check "the installed daemon reads" settled

read_by()
{
    local id
    id=$(search "$2" | jq -r '.hits[0].id')
    get "/documents/$id" | json --arg plugin "$1" '.plugin == $plugin'
}
client=$(placed /bin/prospect)
found_by_client()
{
    [ "$("$client" --socket "$sock" search "$1" --json | jq .total)" = 1 ]
}
check "the installed client finds" found_by_client statistics
check "a card is read as text" read_by text statistics
install -m 644 "$work/vcard.so" "$plugin_dirs"
kill -HUP "$daemon"
check "until a plugin for it is there: then it is read again" within 30 read_by vcard statistics
check "others are not" read_by text plain
stopped
finish
