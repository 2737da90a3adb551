#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index on a small disk that others fill up at random moments, to the last byte: nothing that
was acknowledged is lost, it opens and writes again each time there is room, unattended.

Needs root (a tmpfs is mounted). ROUNDS says how many (20).
"""
import os
import pathlib
import subprocess
import tempfile
import time

from daemon import Daemon, check, number, seeded, skip

SIZE = "96m"


def fill(ballast):
    """All that is left of the disk."""
    with open(ballast, "wb", buffering=0) as f:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while f.write(b"x" * size):
                    pass
            except OSError:
                pass


def write(r, root, step, wanted, n):
    for i in range(n):
        name, word = f"{step}-{i}.txt", f"w{step}x{i}"
        text = " ".join("".join(r.choices("abcdefghijklmnop", k=7)) for _ in range(2000))
        (root / name).write_text(f"{word} {text}")
        wanted[name] = word


def lost(d, wanted):
    return [n for n, word in wanted.items()
            if [h["path"] for h in d.search(word, expand=0)["hits"]] != [n]]


def main():
    if os.geteuid() != 0:
        skip("mounting a small disk needs root")
    r = seeded()
    disk = pathlib.Path(tempfile.mkdtemp(prefix="prospect-disk."))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", disk]).returncode:
        skip("a small disk cannot be mounted here")
    rounds, refused, kept, restarts = number("ROUNDS", 20), 0, {}, 0
    ballast = disk / "ballast"
    try:
        with Daemon(state=disk / "state") as d:
            for step in range(rounds):
                for name in list(kept):  # room for the next
                    (d.root / name).unlink()
                kept.clear()
                write(r, d.root, step, kept, 20)
                d.settle(120)
                check(not lost(d, kept), f"round {step}: what was written with room is not there")
                fresh = {}
                write(r, d.root, f"{step}f", fresh, r.randint(1, 60))
                time.sleep(r.random())
                fill(ballast)
                time.sleep(r.uniform(0.5, 2))
                check(d.alive(), f"round {step}: it ended with {d.process.returncode}")
                missing = lost(d, kept)
                check(not missing, f"round {step}: acknowledged and lost: {missing[:5]}")
                refused += len(lost(d, fresh)) > 0
                if r.random() < 0.3:
                    d.kill()
                    ballast.unlink()
                    d.start()
                    restarts += 1
                else:
                    ballast.unlink()
                kept |= fresh
                d.until(lambda: not lost(d, kept), 120, f"round {step}: not all is there again")
            print(f"full disk: {rounds} rounds on {SIZE}, in {refused} of them documents had to "
                  f"wait, {restarts} kills; nothing acknowledged lost, all written when there was room")
    finally:
        subprocess.run(["umount", disk])
        disk.rmdir()


main()
