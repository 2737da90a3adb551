#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes every PDF of the sample programme again: make-programme.sh MAKE-PROGRAMME DATA-DIRECTORY
set -eu
find "$2/source" -name '*.txt' | sort | while IFS= read -r source; do
    target=$2/programme/${source#"$2/source/"}
    "$1" "$source" "${target%.txt}.pdf"
done
