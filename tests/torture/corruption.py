#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Index files with random bytes changed, cut, emptied, zeroed or gone, of a daemon that is stopped
or that runs: it says so or answers as before, shows no other text, and heals by itself, unattended,
until everything is found again and the check is content.

ROUNDS says how many (200). NOTED=0: there are no checksums of the blocks yet, and what nobody sees is
only counted.
"""
import json
import os
import shutil
import subprocess
import time
import urllib.parse

from daemon import BUILD, PROGRAMME, Daemon, check, number, seeded

QUERIES = ["gender", "pay gap law", '"tax systems"', "agenda", "Gleichstellung", "écart salarial"]
STOPPED, RUNNING = "stopped", "running"


def damage(r, folder):
    """One file of the index; what was done to it. In place, as disks do it."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size
                   and p.name not in ("flintlock", "lock"))
    path = r.choice(files)
    size = path.stat().st_size
    how = r.choice(["bits", "bits", "bits", "block", "zeros", "cut", "empty", "gone"])
    with open(path, "r+b", buffering=0) as f:
        if how == "bits":
            for _ in range(r.randint(1, 16)):
                at = r.randrange(size)
                byte = os.pread(f.fileno(), 1, at)[0]
                os.pwrite(f.fileno(), bytes([byte ^ 1 << r.randrange(8)]), at)
        elif how in ("block", "zeros"):
            at = r.randrange(size) // 4096 * 4096
            n = min(4096, size - at)
            os.pwrite(f.fileno(), r.randbytes(n) if how == "block" else bytes(n), at)
        elif how == "cut":
            f.truncate(r.randrange(size))
        elif how == "empty":
            f.truncate(0)
        else:
            path.unlink()
    return f"{how} of {path.relative_to(folder)}"


def answers(d):
    """What each query finds; None where it says that it cannot."""
    found = []
    for q in QUERIES:
        code, body, _ = d.get("/search?" + urllib.parse.urlencode({"q": q, "size": 50}))
        check(code in (200, 500, 503), f"{q}: {code}")
        hits = json.loads(body)
        found.append([(h["path"], h.get("page"), h["title"]) for h in hits["hits"]]
                     if code == 200 and not hits["partial"] else None)
    return found


def texts(d, ids):
    """The text of each document; None where it says that it cannot."""
    return [body if code == 200 else None
            for code, body, _ in (d.get(f"/documents/{i}/text") for i in ids)]


def degraded(d):
    """True, too, where not even that can be said."""
    code, body, _ = d.get("/status")
    return code != 200 or json.loads(body)["health"]["degraded"]


def as_before(got, good):
    return all(g is None or g == w for g, w in zip(got, good))


def forget_checksums(state):
    for path in [*state.glob("index/*/sums-*"), *state.glob("index/verified")]:
        path.unlink()


def becomes_whole(d, ids, good, good_texts, seconds):
    end = time.monotonic() + seconds
    while not healed(d, ids, good, good_texts):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def healed(d, ids, good, good_texts):
    try:
        return (not degraded(d) and d.idle() and answers(d) == good
                and texts(d, ids) == good_texts)
    except (OSError, AssertionError):
        return False


def one_round(r, d, ids, good, good_texts, when, noted):
    """(what was done, whether it was said, whether other answers were given while it was not, whether
    it was whole in the end)"""
    what = damage(r, d.state / "index") if when == STOPPED else None
    d.start(60)
    if when == RUNNING:
        answers(d)
        what = damage(r, d.state / "index")
    silent, said, pid = False, False, d.process.pid
    end = time.monotonic() + r.uniform(0.1, 1)
    while time.monotonic() < end:
        try:
            before = degraded(d)
            same = as_before(answers(d), good)
            said = said or before or degraded(d)
            silent = silent or not same and not said
            check(as_before(texts(d, ids), good_texts), f"{what}: other text")
        except OSError:
            said = True  # it is being started anew, and nobody is told anything wrong
            d.until(d.answers, 60, f"{what}: it does not answer")
    if when == RUNNING:
        if r.random() < 0.5:
            d.kill()
        else:
            check(d.stop() == 0, f"{what}: it ended with {d.process.returncode}")
        d.start(60)
    else:
        check(d.process.pid == pid and d.alive(), f"{what}: it ended")
    whole = becomes_whole(d, ids, good, good_texts, 120 if noted else 30)
    check(whole or not noted, f"{what}: not whole again")
    check(d.stop() == 0, f"{what}: it ended with {d.process.returncode}")
    status = subprocess.run([BUILD / "prospectd", "--check", "-c", d.conf], capture_output=True,
                            timeout=120).returncode
    check(status == 0 or not noted, f"{what}: healed, and the check is not content")
    return what, said, silent, whole


def main():
    r = seeded()
    rounds = number("ROUNDS", 200)
    noted = number("NOTED", 1) != 0
    told = silent = unseen = 0
    slowest = 0.0
    d = Daemon()
    shutil.copytree(PROGRAMME, d.root / "programme")
    with d:
        d.settle()
        ids = [h["id"] for h in d.json("/search?q=&size=50")["hits"]]
        good, good_texts = answers(d), texts(d, ids)
        check(all(good) and all(t is not None for t in good_texts), "not even unharmed")
        d.stop()
        if not noted:
            forget_checksums(d.state)
        keep = d.work / "keep"
        shutil.copytree(d.state, keep)
        for i in range(rounds):
            shutil.rmtree(d.state)
            shutil.copytree(keep, d.state)
            when = RUNNING if i % 4 == 3 else STOPPED
            began = time.monotonic()
            what, said, other, whole = one_round(r, d, ids, good, good_texts, when, noted)
            slowest = max(slowest, time.monotonic() - began)
            told += said
            unseen += not whole
            if other and noted and when == STOPPED:
                silent += 1
                print(f"round {i}: {what}: other answers, and nothing is said")
        deaths = sum("was started anew" in line for line in open(d.log, errors="replace"))
        print(f"corruption: {rounds} rounds, {told} told of, {silent} answered otherwise with nothing "
              f"said, {unseen} not seen at all; {deaths} fatal signals; whole again after {slowest:.1f} s at most, unattended")
        check(silent == 0, "nonsense was answered")


main()
