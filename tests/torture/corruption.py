#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Index files with random bytes changed, cut or emptied: the check or the daemon says so, or the
answers are as before; no crash, no other answers.

ROUNDS says how many (200).
"""
import json
import shutil
import subprocess
import time
import urllib.parse

from daemon import BUILD, PROGRAMME, Daemon, check, number, seeded

QUERIES = ["gender", "pay gap law", '"tax systems"', "agenda", "Gleichstellung", "écart salarial"]


def damage(r, folder):
    """One file of the index; what was done to it."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size and p.name != "flintlock")
    path = r.choice(files)
    data = bytearray(path.read_bytes())
    how = r.choice(["bits", "bits", "block", "cut", "empty"])
    if how == "bits":
        for _ in range(r.randint(1, 16)):
            data[r.randrange(len(data))] ^= 1 << r.randrange(8)
    elif how == "block":
        at = r.randrange(len(data))
        data[at:at + 4096] = r.randbytes(len(data[at:at + 4096]))
    elif how == "cut":
        del data[r.randrange(len(data)):]
    else:
        data.clear()
    path.write_bytes(data)
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


def checked(d):
    """Whether `prospectd --check` is content; it may not crash either."""
    status = subprocess.run([BUILD / "prospectd", "--check", "-c", d.conf], capture_output=True,
                            timeout=120).returncode
    check(status in (0, 1, 2), f"prospectd --check ended with {status}")
    return status == 0


def look(d, good):
    """The damaged index, served: (whether the daemon started, whether answers were as before)."""
    try:
        d.start(30)
    except AssertionError:
        check(not d.alive() and d.process.returncode > 0,
              f"neither serving nor refusing: {d.process.returncode}")
        return False, True
    found = answers(d)
    end = time.monotonic() + 5  # what cannot be written is tried again for ever
    while time.monotonic() < end and not d.idle():
        time.sleep(0.1)
    later = answers(d)
    check(d.alive(), "the daemon crashed")
    check(d.stop() >= 0, "the daemon crashed at its end")
    return True, all(f is None or f == g for f, g in zip(found, good)) and \
        all(f is None or f == g for f, g in zip(later, good))


def main():
    r = seeded()
    rounds = number("ROUNDS", 200)
    reported = refused = silent = 0
    d = Daemon()
    shutil.copytree(PROGRAMME, d.root / "programme")
    with d:
        d.settle()
        good = answers(d)
        d.stop()
        keep = d.work / "keep"
        shutil.copytree(d.state, keep)
        for i in range(rounds):
            shutil.rmtree(d.state)
            shutil.copytree(keep, d.state)
            what = damage(r, d.state / "index")
            content = checked(d)
            started, same = look(d, good)
            reported += not content
            refused += not started
            if content and not same:
                silent += 1
                print(f"round {i}: {what}: other answers, and the check is content")
        print(f"corruption: {rounds} rounds, no crash; the check reported {reported}, {refused} not "
              f"served, {silent} answered otherwise with nothing reported")
        check(silent == 0, "nonsense was answered")


main()
