#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# doc/plugin.md followed to the letter, outside the tree: its C is saved, its commands are run, and
# what it shows is what comes out.
set -eu
echo 1..3
doc=$TOP_SRCDIR/doc/plugin.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
chmod 755 .
export PKG_CONFIG_PATH="$TOP_BUILDDIR" PATH="$TOP_BUILDDIR:$PATH"

# The text of all blocks of one language.
blocks() {
	awk -v fence="\`\`\`$1" '$0 == "```" { on = 0 } on { print } $0 == fence { on = 1 }' "$doc"
}

check() {
	number=$1; shift
	what=$1; shift
	if "$@"; then echo "ok $number - $what"; else echo "not ok $number - $what"; cat out >&2; fi
}

blocks c >vcard.c
blocks sh >commands
shows() { blocks text | grep -v '^cost' >expected; grep -v '^cost' out | sed -n '/^file/,$p' | diff -u expected - >&2; }
check 1 "the example builds and every command runs" \
	sh -e -c '. ./commands >out 2>&1 && ! grep -i warning out'
check 2 "it is listed" grep -q '^vcard 1 (ABI 0, MIT)$' out
check 3 "it yields what the page shows" shows
