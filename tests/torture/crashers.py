#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that crash their reader among many good ones, the daemon killed now and then: all good ones
are indexed, and no bad one is read more than twice, restarts included (those that a kill met are
read once more).

GOOD (10,000) and BAD (100) say how many, KILLS (3) how often it is killed.
"""
import os
import re
import shutil
import time

from daemon import BUILD, Daemon, check, number, seeded


def plugins(folder):
    """The plugin that does what a text says."""
    folder.mkdir(mode=0o755)
    shutil.copy(BUILD / "tests/sins/text/.libs/hostile.so", folder)
    os.chmod(folder / "hostile.so", 0o644)
    return folder


def deaths(d):
    """How often each bad file ended its reader."""
    seen = {}
    for path in re.findall(r"r/(bad\d+\.txt): the plugin crashed", d.log.read_text()):
        seen[path] = seen.get(path, 0) + 1
    return seen


def main():
    r = seeded()
    good, bad, kills = number("GOOD", 10000), number("BAD", 100), number("KILLS", 3)
    d = Daemon()
    conf = d.conf.read_text().replace(str(BUILD / "plugins/.libs"), str(plugins(d.work / "plugins")))
    d.conf.write_text(conf)
    names = [f"good{i}.txt" for i in range(good)] + [f"bad{i}.txt" for i in range(bad)]
    r.shuffle(names)
    for name in names:
        text = f"crash {name}" if name.startswith("bad") else f"a good document {name}"
        (d.root / name).write_text(text)
    began = time.monotonic()
    with d:
        for _ in range(kills):
            time.sleep(r.uniform(1, 6))
            d.kill()
            d.start()
        d.settle(1800)
        found = d.search("document", size=1, expand=0)["total"]
        failures = d.json("/failures?size=1")["total"]
        most = max(deaths(d).values(), default=0)
        check(found == good, f"{found} of {good} good files were indexed")
        check(failures == bad, f"{failures} of {bad} bad files are listed")
        check(most <= 2 + kills, f"a bad file was read {most} times")
        twice = sum(n <= 2 for n in deaths(d).values())
        print(f"crashers: {good} good files all indexed, {bad} bad ones listed, {twice} of them read "
              f"at most twice and none more than {most} times; {kills} kills, "
              f"{time.monotonic() - began:.0f} s")


main()
