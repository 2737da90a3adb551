#!/usr/bin/env python3
"""How prospect grows: documents taken in a second, and how long answers take, at 10^3 to 10^6 documents.

usage: growth.py BUILD CORPUS WORK RESULTS [points] [queries]

CORPUS is a folder of real documents, whose texts, by language, the generated ones are made of
(tests/bench/texts.c). Two collections: "long", documents of 3,000 words, "short", of 120.
`points` fills them by steps, each moved into the watched folder at once, asks the daemon at each, and
keeps a copy of the index there (WORK/long/state-10000). `queries` asks these copies only, again.
Without either: `points`. RESULTS gets growth.tsv and, where gnuplot is installed, growth.png.

GROWTH_POINTS='long:1000,10000 short:1000000' chooses others; GROWTH_SECONDS is how long each set of
queries is asked. CPU is that of the daemon, its worker and all of its children.
"""
import collections
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time

import measure
import queries
from queries import search

POINTS = os.environ.get("GROWTH_POINTS", "long:1000,3000,10000,30000,100000 "
                        "short:10000,30000,100000,300000,1000000")
SECONDS = int(os.environ.get("GROWTH_SECONDS", "3"))
WORDS = {"long": 3000, "short": 120}
FACETS = "type,lang,year"
LANGUAGES = "en de fr it es pt pl nl sv da cs ro hu el ru".split()
SAMPLE_LEAST, SAMPLE_MOST = 200_000, 8_000_000  # bytes of a language
ROOM = 12e9                                     # bytes that stay free on the disk
COUNTED = 300                                   # documents that queries are taken from
SETS = ("mixed", "hits only", "middling", "frequent", "sentence", "phrase", "prefix", "typo", "suggestions")
COLUMNS = ["collection", "documents", "per second", "CPU ms", "others", "MB", "MiB", "start ms"] \
    + [f"{name} {what}" for name in SETS for what in ("p50", "p99")]


# ---- the sample ----------------------------------------------------------------------------------

def texts_of(daemon, language):
    size = 0
    for first in range(0, 1000, 100):
        target = search("", lang=language, size=100, snippets=0, **{"from": first})
        hits = daemon.get(target)["hits"]
        for hit in hits:
            if hit["lang"] != language or size > SAMPLE_MOST:
                continue
            text = daemon.read(f"/documents/{hit['id']}/text")
            size += len(text)
            yield text
        if len(hits) < 100:
            break


def make_sample(build, corpus, folder):
    """LANG.txt with what an index of CORPUS has in each language, where that is enough."""
    if os.path.isdir(folder):
        return
    print("indexing the sample", file=sys.stderr)
    daemon = queries.Served(build, corpus, folder + "-state")
    try:
        os.makedirs(folder + ".new", exist_ok=True)
        for language in LANGUAGES:
            text = b"\n\n".join(texts_of(daemon, language))
            if len(text) >= SAMPLE_LEAST:
                with open(os.path.join(folder + ".new", language + ".txt"), "wb") as file:
                    file.write(text)
        os.rename(folder + ".new", folder)
    finally:
        daemon.stop()


# ---- queries -------------------------------------------------------------------------------------

def words_in(text):
    return re.findall(r"[^\W\d_]{3,}", text)


def some_documents(root, chosen):
    """Texts of COUNTED documents of the first folders."""
    paths = []
    for folder, _, names in os.walk(root):
        paths += [os.path.join(folder, name) for name in names if name.endswith(".txt")]
    for path in chosen.sample(sorted(paths), min(COUNTED, len(paths))):
        with open(path, encoding="utf-8", errors="replace") as file:
            yield file.read()


def mistyped(word, chosen):
    at = chosen.randrange(1, len(word) - 1)
    kind = chosen.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1:]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2:]
    return word[:at] + chosen.choice("aeinrst") + word[at + 1:]


def kinds_of_queries(texts, chosen, each=200):
    """Lists of queries, from what the documents say."""
    counts = collections.Counter()
    for text in texts:
        counts.update({word.lower() for word in words_in(text)})
    sentences = [s.split() for text in texts for s in re.split(r"[.!?]\s", text)]
    sentences = [s for s in sentences if 6 <= len(s) <= 14]

    def between(low, high):
        return sorted(w for w, n in counts.items() if low * len(texts) <= n < high * len(texts))

    def picks(words):
        return [" ".join(chosen.sample(words, 1 + i % 3)) for i in range(each)]

    def pair():
        words = chosen.choice(sentences)
        at = chosen.randrange(len(words) - 2)
        return words[at:at + 2 + chosen.randrange(2)]

    long_words = [w for w in between(0.01, 0.2) if len(w) >= 6]
    phrases = [" ".join(re.sub(r"\W", "", w) for w in pair()) for _ in range(each)]
    return {
        "middling": picks(between(0.01, 0.08)),
        "frequent": picks(between(0.08, 0.5)),
        "sentence": [" ".join(chosen.choice(sentences)) for _ in range(each)],
        "phrase": [f'"{phrase}"' for phrase in phrases],
        "prefix": [f"{chosen.choice(long_words)[:4]}* {chosen.choice(long_words)}" if i % 2
                   else f"{chosen.choice(long_words)[:5]}*" for i in range(each)],
        "typo": [f"{chosen.choice(long_words)} {mistyped(chosen.choice(long_words), chosen)}"
                 for _ in range(each)],
    }


def write_sets(work, root):
    """Files of targets, made once, from the collection's first documents; a path for each of SETS."""
    paths = {name: os.path.join(work, name.replace(" ", "-") + ".targets") for name in SETS}
    if all(os.path.exists(path) for path in paths.values()):
        return paths
    chosen = random.Random(11)
    kinds = kinds_of_queries(list(some_documents(root, chosen)), chosen)
    plain = [kind for kind in kinds if kind != "typo"]
    mixed = [kinds[plain[i % len(plain)]][i // len(plain)] for i in range(500)]
    targets = {kind: [search(q, facet=FACETS) for q in kinds[kind]] for kind in kinds}
    targets["mixed"] = [search(q, facet=FACETS) for q in mixed]
    targets["hits only"] = [search(q, snippets=0) for q in mixed]
    targets["suggestions"] = queries.beginnings(
        kinds["middling"][:100] + [p.strip('"') for p in kinds["phrase"][:100]])
    for name, lines in targets.items():
        chosen.shuffle(lines)
        queries.write_targets(work, os.path.basename(paths[name])[:-len(".targets")], lines)
    return paths


def ask(daemon, paths):
    """Milliseconds, p50 and p99, of each set, one request at a time."""
    row = {}
    daemon.load(paths["mixed"], 1, 2)
    for name in SETS:
        got = daemon.load(paths[name], 1, 2 * SECONDS if name == "mixed" else SECONDS)
        if got["failed"]:
            print(f"{name}: {got['failed']} answers were not 200", file=sys.stderr)
        row[name + " p50"], row[name + " p99"] = got["p50"], got["p99"]
    return row


# ---- points --------------------------------------------------------------------------------------

class Collection:
    """Generated documents in folders, the steps, of which those in `root` are watched."""

    def __init__(self, build, work, kind, steps):
        self.build, self.kind, self.steps = build, kind, steps
        self.work = os.path.join(work, kind)
        self.root, self.waiting = (os.path.join(self.work, name) for name in ("root", "waiting"))
        for path in (self.root, self.waiting):
            os.makedirs(path, exist_ok=True)

    def state(self, step):
        return os.path.join(self.work, f"state-{step}")

    def generate(self, sample, step):
        name = f"to-{step}"
        if os.path.exists(os.path.join(self.root, name)) \
                or os.path.exists(os.path.join(self.waiting, name)):
            return
        first = max([0] + [s for s in self.steps if s < step])
        new = os.path.join(self.work, "new")
        shutil.rmtree(new, ignore_errors=True)
        subprocess.run([os.path.join(self.build, "tests", "bench", "texts"), sample, new, str(first),
                        str(step - first), str(WORDS[self.kind])], check=True,
                       stdout=subprocess.DEVNULL)
        os.rename(new, os.path.join(self.waiting, name))

    def watch_up_to(self, step):
        """Has the folders of all steps up to STEP under `root`, and no others."""
        for s in self.steps:
            source, target = (self.waiting, self.root) if s <= step else (self.root, self.waiting)
            path = os.path.join(source, f"to-{s}")
            if os.path.exists(path):
                os.rename(path, os.path.join(target, f"to-{s}"))

    def serve(self, state, documents):
        began = time.monotonic()
        daemon = queries.Served(self.build, self.root, state, documents)
        daemon.answered = 1000 * (daemon.first_answer - began)
        return daemon

    def add(self, daemon, step, documents):
        """Moves STEP's documents in; what taking them in cost."""
        new = step - documents
        cpu, watch = measure.cpu_seconds(daemon.process.pid), measure.Watch()
        self.watch_up_to(step)
        peak = wait_for(daemon, step)
        used = measure.cpu_seconds(daemon.process.pid) - cpu
        watch.stop(used)
        return {"per second": round(new / watch.wall, 1), "CPU ms": round(1000 * used / new, 3),
                "others": round(watch.others, 2), "MiB": round(peak)}


def wait_for(daemon, documents):
    """Until it rests with so many DOCUMENTS; the most memory of all its processes meanwhile, MiB."""
    peak, looked = 0, 0
    while not daemon.is_quiet(documents):
        if daemon.process.poll() is not None:
            raise RuntimeError("prospectd has ended; see " + daemon.log.name)
        if time.monotonic() - looked > 2:
            peak = max(peak, measure.resident_family(daemon.process.pid))
            looked = time.monotonic()
        time.sleep(0.1)
    return peak


def fill(collection, sample, results):
    """All steps, each added to what the one before has."""
    live, documents = os.path.join(collection.work, "state"), 0
    shutil.rmtree(live, ignore_errors=True)
    collection.watch_up_to(0)
    for step in collection.steps:
        if not has_room(collection.work, live):
            print(f"no room for {collection.kind} {step}", file=sys.stderr)
            return
        collection.generate(sample, step)
        daemon = collection.serve(live, documents)
        try:
            row = {"collection": collection.kind, "documents": step,
                   "start ms": round(daemon.answered)}
            row.update(collection.add(daemon, step, documents))
            row["MB"] = round(measure.folder_mb(live))
            row.update(ask(daemon, write_sets(collection.work, collection.root)))
        finally:
            daemon.stop()
        note(results, row)
        shutil.rmtree(collection.state(step), ignore_errors=True)
        shutil.copytree(live, collection.state(step))
        documents = step
    shutil.rmtree(live, ignore_errors=True)


def ask_again(collection, results):
    for step in collection.steps:
        if not os.path.isdir(collection.state(step)):
            print(f"there is no {collection.state(step)}", file=sys.stderr)
            continue
        collection.watch_up_to(step)
        daemon = collection.serve(collection.state(step), step)
        try:
            row = {"collection": collection.kind, "documents": step,
                   "start ms": round(daemon.answered),
                   "MB": round(measure.folder_mb(collection.state(step)))}
            row.update(ask(daemon, write_sets(collection.work, collection.root)))
        finally:
            daemon.stop()
        note(results, row)


def has_room(folder, state):
    """For the index to double, and a copy of that."""
    size = 1e6 * measure.folder_mb(state) if os.path.isdir(state) else 0
    return shutil.disk_usage(folder).free > ROOM + 3 * size


# ---- results -------------------------------------------------------------------------------------

def read_rows(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    rows = [dict(zip(lines[0], line)) for line in lines[1:]]
    return {(row["collection"], int(row["documents"])): row for row in rows}


def note(results, row):
    """Puts ROW in; what it does not say stays as it was."""
    print(json.dumps(row), flush=True)
    path = os.path.join(results, "growth.tsv")
    rows = read_rows(path)
    key = (row["collection"], row["documents"])
    rows[key] = {**rows.get(key, {}), **{name: str(value) for name, value in row.items()}}
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for key in sorted(rows):
            file.write("\t".join(rows[key].get(name, "nan") for name in COLUMNS) + "\n")
    os.rename(path + ".new", path)


def plot(results):
    if not shutil.which("gnuplot"):
        print("no plot is made: gnuplot is missing (Debian: gnuplot-nox)", file=sys.stderr)
        return
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "growth.gnuplot")
    subprocess.run(["gnuplot", script], cwd=results, check=True)


def main():
    build, corpus, work, results, *what = sys.argv[1:]
    os.makedirs(work, exist_ok=True)
    sample = os.path.join(work, "sample")
    make_sample(build, corpus, sample)
    for part in POINTS.split():
        kind, steps = part.split(":")
        collection = Collection(build, work, kind, [int(step) for step in steps.split(",")])
        if what == ["queries"]:
            ask_again(collection, results)
        else:
            fill(collection, sample, results)
    plot(results)


if __name__ == "__main__":
    main()
