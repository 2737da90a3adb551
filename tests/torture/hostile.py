#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile files and mutants of them and of good ones: each has an outcome within 25 seconds, and
neither the daemon nor searching suffers. They are dropped in batches of as many as there are
workers, so that a batch's time bounds each of its files'. Queries are asked all the time; every two
seconds of work are followed by one without, with which they are compared.

HOSTILE is an archive of hostile files (none: mutants of the sample programme only), MUTANTS how many
mutants (1,000), WORKERS how many at once (4).
"""
import gzip
import io
import os
import pathlib
import shutil
import tarfile
import time

os.environ.setdefault("WORKERS", "4")
from daemon import PROGRAMME, Daemon, Queries, check, number, seeded

WITHIN = 25
WORK, REST = 2, 1    # seconds of each phase
BUSY, BETWEEN, IDLE = "busy", "between", "idle"
LARGEST = 256 << 20  # of what a bomb is unpacked to


def hostile_files():
    archive = pathlib.Path(os.environ.get("HOSTILE", ""))
    if not archive.is_file():
        print("no archive of hostile files: mutants only")
        return
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and not member.name.endswith("MANIFEST.tsv"):
                yield member.name.replace("./", "").replace("/", "-"), tar.extractfile(member).read()


def mutate(r, data, other):
    out = bytearray(data)
    for _ in range(r.randint(1, 8)):
        at, n = r.randrange(len(out) + 1), r.randint(1, 64)
        how = r.randrange(6)
        if how == 0:
            out[at:at + n] = r.randbytes(n)
        elif how == 1:
            del out[at:at + n]
        elif how == 2:
            out[at:at] = out[at:at + n] * r.randint(1, 50)
        elif how == 3:
            del out[max(at, 1):]
        elif how == 4 and other:
            start = r.randrange(len(other))
            out[at:at] = other[start:start + r.randint(1, 4096)]
        elif out:
            out[at % len(out)] ^= 1 << r.randrange(8)
    return bytes(out)


def corpus(r):
    hostile = list(hostile_files())
    bases = [(n, d) for n, d in hostile if 0 < len(d) < 1 << 20]
    bases += [(p.name, p.read_bytes()) for p in sorted(PROGRAMME.rglob("*"))
              if p.is_file() and p.suffix in (".pdf", ".html", ".txt", ".md")]
    for name, data in hostile:
        if "bomb" in name and name.endswith(".gz"):
            yield name[:-3], gzip.open(io.BytesIO(data)).read(LARGEST)
        yield name, data
    for i in range(number("MUTANTS", 1000)):
        name, data = r.choice(bases)
        yield f"m{i}-{name[-60:]}", mutate(r, data, r.choice(bases)[1])


def drop(d, batch):
    """Writes the files and waits for their outcome: seconds. What takes too long is an error."""
    before, began = sum(d.counts()), time.monotonic()
    for name, data in batch:
        (d.root / name).write_bytes(data)
    wanted = before + len(batch)
    d.until(lambda: sum(d.counts()) >= wanted and d.idle(), WITHIN + 5,
            f"no outcome of {', '.join(n for n, _ in batch)}")
    return time.monotonic() - began


def rest(d, queries):
    """Nothing but what the test itself asks all the time."""
    queries.phase = BETWEEN
    d.settle(WITHIN)
    queries.phase = IDLE
    end = time.monotonic() + REST
    while time.monotonic() < end:
        d.counts()
        d.idle()
        time.sleep(0.02)
    queries.phase = BUSY


def main():
    r = seeded()
    size = number("WORKERS", 4)
    with Daemon() as d:
        shutil.copytree(PROGRAMME, d.root / "programme")
        d.settle()
        programme = sum(d.counts())
        pid, slowest, total, batch = d.process.pid, 0, 0, []
        queries = Queries(d, BETWEEN)
        queries.start()
        rest(d, queries)
        began = time.monotonic()
        for name, data in corpus(r):
            batch.append((name, data))
            total += 1
            if len(batch) == size:
                slowest, batch = max(slowest, drop(d, batch)), []
                if time.monotonic() > began + WORK:
                    rest(d, queries)
                    began = time.monotonic()
        if batch:
            slowest = max(slowest, drop(d, batch))
        queries.stop()
        check(d.alive() and d.process.pid == pid, "the daemon ended")
        check(slowest <= WITHIN, f"an outcome took {slowest:.1f} s")
        indexed, failed, ignored = d.counts()
        check(indexed + failed + ignored == programme + total, "the counts do not add up")
        print(f"hostile: {total} files, each with an outcome, the slowest batch of {size} after "
              f"{slowest:.1f} s; {failed} failed; no restart; {queries.compared(BUSY, IDLE)}")


main()
