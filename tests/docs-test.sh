#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual pages are well-formed and leave out no option and no key.
: "${TOP_BUILDDIR:=$PWD}"
: "${TOP_SRCDIR:=$(cd "$(dirname "$0")/.." && pwd)}"
number=0
failed=0

check()
{
    local output
    number=$((number + 1))
    if output=$("${@:2}" 2>&1); then
        echo "ok $number - $1"
    else
        failed=1
        echo "not ok $number - $1"
        printf '%s\n' "$output" | sed 's/^/# /'
    fi
}

# The words of standard input that stand nowhere in the files.
all_stand_in()
{
    local word missing=0 words=0
    while read -r word; do
        words=$((words + 1))
        grep -qwF -- "$word" "$@" && continue
        echo "missing: $word"
        missing=1
    done
    [ "$words" -gt 0 ] && [ "$missing" = 0 ]
}

options_of()
{
    "$@" --help 2>&1 | grep -oE -- '--[a-z][-a-z]+' | sort -u | sed 's/^--//'
}

# In mdoc a long option is `Fl -name`, or `, -name` in a row of them.
in_manual()
{
    all_stand_in "$1" < <(sed 's/^/-/')
}

keys()
{
    sed -n 's/^ *{"[a-z]*", "\([a-z_]*\)", TYPE_.*/\1/p' "$TOP_SRCDIR/daemon/config_keys.c"
}

there_are_keys()
{
    [ "$(keys | wc -l)" -gt 25 ]
}

if command -v mandoc >/dev/null; then
    for page in "$TOP_SRCDIR"/doc/*.[1-8]; do
        check "${page##*/} is well-formed" mandoc -Tlint -W warning "$page"
    done
else
    echo "ok $((number += 1)) # SKIP mandoc is not installed"
fi
check "the keys of the configuration can be listed" there_are_keys
check "prospect.conf(5) has them all" all_stand_in "$TOP_SRCDIR/doc/prospect.conf.5" < <(keys)
check "dist/prospect.conf too" all_stand_in "$TOP_SRCDIR/dist/prospect.conf" < <(keys)
for command in search status failures rescan retry reindex plugins extract check; do
    check "prospect(1) has the options of $command" in_manual "$TOP_SRCDIR/doc/prospect.1" < <(options_of "$TOP_BUILDDIR/prospect" "$command")
done
check "prospectd(8) has prospectd's options" in_manual "$TOP_SRCDIR/doc/prospectd.8" < <(options_of "$TOP_BUILDDIR/prospectd")
echo "1..$number"
exit "$failed"
