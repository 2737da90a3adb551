#!/usr/bin/env python3
"""How long a daemon takes to start where nothing has changed, with many small documents.

usage: start.py BUILD WORK [FILES]

Makes FILES texts of 120 words (100,000 if not said) in folders of a hundred in WORK, indexes them,
and starts the daemon some times: until its first answer to a search, until nothing is left to do,
and what a scan takes that is asked for. Texts and index stay in WORK for the next time.
"""
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import measure
import ours

WORDS, VOCABULARY, FOLDER = 120, 50000, 100
STARTS = 7
SCAN_WAITS = 0.1  # for more of what a scan is asked for


def make(folder, files):
    """Words are as frequent as their ranks say, as in any language."""
    chance = random.Random(1)
    words = [chance.choice("bdfgklmnprst") + chance.choice("aeiou") + f"{rank:x}"
             for rank in range(VOCABULARY)]
    weights = [1 / (rank + 3) for rank in range(VOCABULARY)]
    made = 0
    while made < files:
        at = os.path.join(folder, f"{made // FOLDER:05d}")
        os.makedirs(at, exist_ok=True)
        taken = iter(chance.choices(words, weights, k=FOLDER * WORDS))
        for _ in range(min(FOLDER, files - made)):
            with open(os.path.join(at, f"{made:07d}.txt"), "w", encoding="utf-8") as file:
                file.write(" ".join(next(taken) for _ in range(WORDS)) + "\n")
            made += 1


def prepare(build, work, files):
    folder, state = os.path.join(work, f"texts-{files}"), os.path.join(work, f"state-{files}")
    if not os.path.isdir(folder):
        make(folder + ".new", files)
        os.rename(folder + ".new", folder)
    d = ours.Daemon(build, folder, state)
    try:
        while not d.status():
            time.sleep(0.01)
        fresh = d.status()["documents"] < files
        d.wait_quiet(files)
        if fresh:
            ours.wait_compacted(state)
    finally:
        d.stop()
    return folder, state


def start(build, folder, state, files):
    """Seconds until the first answer, until it is quiet, of a scan asked for, and of CPU time."""
    d = ours.Daemon(build, folder, state)
    try:
        while d.found("ba0") is None:
            time.sleep(0.002)
        answer = time.monotonic() - d.watch.began
        d.wait_quiet(files, pause=0.002)
        quiet, cpu = time.monotonic() - d.watch.began, d.cpu()
        scan = d.rescan(files)
        return {"answer": answer, "quiet": quiet, "scan": scan and scan - SCAN_WAITS, "cpu": cpu}
    finally:
        d.stop()


def main():
    build, work, files = sys.argv[1], sys.argv[2], int((sys.argv[3:] or ["100000"])[0])
    folder, state = prepare(build, work, files)
    runs = [start(build, folder, state, files) for _ in range(STARTS)]
    print(f"{measure.processors()}, load {os.getloadavg()[0]:.1f}; {files} texts of {WORDS} words, "
          f"index {measure.folder_mb(state):.0f} MB; median and worst of {STARTS} starts:\n")
    print("| | median | worst |\n| --- | --- | --- |")
    for key, what in (("answer", "start to first answer to a search"),
                      ("quiet", "start to quiet, nothing changed"),
                      ("scan", "a scan that was asked for"),
                      ("cpu", "CPU time from start to quiet")):
        times = sorted(run[key] for run in runs if run[key])
        if times:
            print(f"| {what} | {1000 * times[len(times) // 2]:.0f} ms | {1000 * times[-1]:.0f} ms |")


if __name__ == "__main__":
    main()
