#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Files may be called anything: the short form of torture/names.py.
. "$(dirname "$0")/e2e.sh"
command -v python3 >/dev/null || skip_all "python3 is not installed"

names()
{
    TOP_BUILDDIR=$TOP_BUILDDIR TOP_SRCDIR=$TOP_SRCDIR NAMES=20 \
        python3 -B "$TOP_SRCDIR/tests/torture/names.py" >"$work/out" 2>&1 || {
        cat "$work/out"
        return 1
    }
}
check "names of any bytes are found, told and served exactly, and escaped where people read them" names
finish
