#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a caller is told does not depend on what others have hidden: the short form of torture/access.py.
. "$(dirname "$0")/e2e.sh"
command -v python3 >/dev/null || skip_all "python3 is not installed"

# asked QUERIES MOVES
asked()
{
    TOP_BUILDDIR=$TOP_BUILDDIR TOP_SRCDIR=$TOP_SRCDIR QUERIES=$1 MOVES=$2 \
        python3 -B "$TOP_SRCDIR/tests/torture/access.py" >"$work/out" 2>&1 || {
        cat "$work/out"
        return 1
    }
}
check "the same bytes with and without hidden documents, on every resource" asked 150 0
check "documents that move between groups are shown to none that may not see them" asked 1 3
finish
