#!/bin/sh
# Each plugin exports its entry and nothing else, and needs none of our symbols; and what hangs on a
# file of 2 KB is never called.
echo 1..2
for plugin in "$TOP_BUILDDIR"/plugins/.libs/*.so; do
    symbols=$(nm -D --defined-only "$plugin" | awk '{ print $3 }' | grep -v '^__\(asan\|odr_asan\|ubsan\)')
    if [ "$symbols" != prospect_plugin_entry ]; then
        echo "# $plugin exports: $symbols"
        bad=1
    fi
    seen=$((seen + 1))
done
[ -z "$bad" ] && [ "$seen" -ge 3 ] || printf 'not '
echo "ok 1 - each plugin exports its entry and nothing else"
forms=$(nm -D --undefined-only "$TOP_BUILDDIR/plugins/.libs/pdf.so" | grep -i 'poppler.*form' | tr '\n' ' ')
[ -z "$forms" ] || printf '# it calls: %s\nnot ' "$forms"
echo "ok 2 - the PDF plugin never asks for form fields"
[ -z "$bad$forms" ]
