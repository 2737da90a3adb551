#!/bin/sh
# Each plugin exports its entry and nothing else, and needs none of our symbols.
echo 1..1
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
[ -z "$bad" ]
