#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at random moments of indexing, changing and deleting. What /status acknowledged as indexed
is there afterwards, the index opens each time, and in the end the index says what the folder says.

KILLS says how many rounds (50).
"""
import time

from daemon import Daemon, check, number, seeded

FILES = 300


def change(r, root, wanted, step):
    """Some files are written, some go; WANTED is what each name should be found by."""
    for _ in range(r.randint(5, 60)):
        name = f"f{r.randrange(FILES)}.txt"
        if name in wanted and r.random() < 0.2:
            (root / name).unlink()
            del wanted[name]
        else:
            wanted[name] = f"w{step}x{r.randrange(1 << 30)}"
            (root / name).write_text(f"the word is {wanted[name]}, " + "and many others follow " * 99)


def lost(d, wanted):
    """Names that are not found by their word."""
    return [n for n, word in wanted.items()
            if [h["path"] for h in d.search(word, expand=0)["hits"]] != [n]]


def main():
    r = seeded()
    rounds, acknowledged, slowest = number("KILLS", 50), 0, 0
    wanted = {}
    with Daemon({"quiet_ms": 50}) as d:
        for step in range(rounds):
            change(r, d.root, wanted, step)
            settled = step % 5 == 0
            if settled:
                d.settle()  # all of it is acknowledged now; then it is killed in other work
                kept = dict(wanted)
                change(r, d.root, wanted, step + rounds)
            time.sleep(r.random() * 0.8)
            d.kill()
            began = time.monotonic()
            d.start()
            slowest = max(slowest, time.monotonic() - began)
            if settled:
                same = {n: w for n, w in kept.items() if wanted.get(n) == w}
                gone = lost(d, same)
                check(not gone, f"round {step}: acknowledged and lost: {gone[:5]}")
                acknowledged += len(same)
        d.settle()
        gone = lost(d, wanted)
        check(not gone, f"not as in the folder: {gone[:5]}")
        check(d.search("word", expand=0, size=1)["total"] == len(wanted), "more than the folder holds")
        check(d.counts() == (len(wanted), 0, 0), f"counts: {d.counts()}")
        print(f"kills: {rounds} kills, {acknowledged} acknowledged documents looked up, none lost; "
              f"answering again after {slowest:.1f} s at most")


main()
