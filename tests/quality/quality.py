#!/usr/bin/env python3
"""Search quality over HTTP: the real daemon on collections with relevance judgements.

usage: quality.py [--bench PROGRAM] BUILD DATA [COLLECTION...]

BUILD is the build directory; DATA holds dev-collections.tar.xz, which is unpacked into
BUILD/tests/quality-data. Each collection has docs/, queries.tsv and qrels.txt. What is derived from
them is made there too:
  NAME, accents stripped   the same documents, the queries without accents
  all in one               every collection a folder of one root; each query still wants its own
  NAME, long and short     half of the documents joined, as pages, to files of 5,000 words
Settings are the defaults. Without DATA nothing is done, and said.

--bench runs PROGRAM INDEX QUERIES on each collection's index instead.
"""
import concurrent.futures
import html
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import tarfile
import time
import unicodedata
import urllib.parse
import urllib.request

PORT = int(os.environ.get("QUALITY_PORT", "7719"))
ACCENTED = ["xquad-de", "xquad-es", "xquad-en", "faquad"]
LONG_WORDS = 5000
ARCHIVE = "dev-collections.tar.xz"


# ---- collections ---------------------------------------------------------------------------------

class Collection:
    """Queries {id: text} and judgements {query: {document: grade}} for the documents in DOCS."""

    def __init__(self, name, docs, queries, judged):
        self.name, self.docs, self.queries, self.judged = name, docs, queries, judged

    @classmethod
    def load(cls, path):
        queries, judged = {}, {}
        with open(os.path.join(path, "queries.tsv"), encoding="utf-8") as lines:
            for line in lines:
                if "\t" in line:
                    key, text = line.rstrip("\n").split("\t", 1)
                    queries[key] = text
        with open(os.path.join(path, "qrels.txt"), encoding="utf-8") as lines:
            for line in lines:
                key, _, document, grade = line.split()
                judged.setdefault(key, {})[document] = int(grade)
        return cls(os.path.basename(path), os.path.join(path, "docs"), queries, judged)

    def without_accents(self):
        plain = {k: "".join(c for c in unicodedata.normalize("NFD", q)
                            if not unicodedata.combining(c)) for k, q in self.queries.items()}
        return Collection(self.name + ", accents stripped", self.docs, plain, self.judged)


def page_text(path):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    title = re.search(r"<title>(.*?)</title>", source, re.S)
    body = re.search(r"<body>(.*)</body>", source, re.S)
    plain = re.sub(r"<[^>]+>", " ", (body.group(1) if body else source).replace("</p>", "\n\n"))
    return html.unescape(title.group(1) if title else "") + "\n\n" + html.unescape(plain)


def join_half(collection, folder):
    """Every second document, in an order that chance gave once, into long files with a form feed
    between; a long file is relevant where any of its documents is."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    names = sorted(os.listdir(collection.docs))
    random.Random(7).shuffle(names)
    half, where, pages, words, files = len(names) // 2, {}, [], 0, 0
    for at, name in enumerate(names):
        stem = os.path.splitext(name)[0]
        if at >= half:
            shutil.copy(os.path.join(collection.docs, name), folder)
            continue
        pages.append(page_text(os.path.join(collection.docs, name)))
        where[stem] = "long%d" % files
        words += len(pages[-1].split())
        if words >= LONG_WORDS or at == half - 1:
            with open(os.path.join(folder, where[stem] + ".txt"), "w", encoding="utf-8") as file:
                file.write("\f".join(pages))
            pages, words, files = [], 0, files + 1
    judged = {}
    for key, grades in collection.judged.items():
        for document, grade in grades.items():
            best = judged.setdefault(key, {})
            document = where.get(document, document)
            best[document] = max(grade, best.get(document, 0))
    return Collection(collection.name + ", long and short", folder, collection.queries, judged)


# ---- the daemon ----------------------------------------------------------------------------------

class Daemon:
    def __init__(self, build, root, state):
        shutil.rmtree(state, ignore_errors=True)
        os.makedirs(state)
        self.base = "http://127.0.0.1:%d" % PORT
        self.process = subprocess.Popen(
            [os.path.join(build, "prospectd"), "--foreground", "--root", root, "--state", state,
             "--http", "127.0.0.1:%d" % PORT, "--socket", os.path.join(state, "s"),
             "--worker", os.path.join(build, "prospect-worker"),
             "--plugin-dir", os.path.join(build, "plugins", ".libs"), "--log-level", "warning"])
        self.files = sum(len(files) for _, _, files in os.walk(root))

    def __enter__(self):
        while True:
            if self.process.poll() is not None:
                raise SystemExit("quality: prospectd ended; is port %d free?" % PORT)
            try:
                status = self.get("/status")
                root = status["roots"][0]
                if (root["indexed"] + root["failed"] + root["ignored"] >= self.files and
                        status["queue_length"] == status["busy_workers"] == 0):
                    return self
            except OSError:
                pass
            time.sleep(0.2)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def get(self, target):
        with urllib.request.urlopen(self.base + target, timeout=120) as answer:
            return json.load(answer)

    def search(self, text):
        answer = self.get("/search?size=100&highlight=none&q=" + urllib.parse.quote(text))
        return [hit["path"] for hit in answer["hits"]]


# ---- measuring -----------------------------------------------------------------------------------

def measure_one(ranked, grades):
    """(nDCG@10, average precision, recall at 100), by the usual definitions."""
    gain = lambda row: sum(g / math.log2(i + 2) for i, g in enumerate(row[:10]))
    relevant = sum(g > 0 for g in grades.values())
    found, precision, row = 0, 0.0, []
    for place, document in enumerate(ranked, 1):
        grade = max(grades.get(document, 0), 0)
        row.append(grade)
        if grade > 0:
            found += 1
            precision += found / place
    best = gain(sorted(grades.values(), reverse=True))
    return gain(row) / best, precision / relevant, found / relevant


def measure(daemon, collection, name_of):
    """Means over the judged queries; one that is refused or finds nothing counts as nought."""
    judged = {k: g for k, g in collection.judged.items() if any(x > 0 for x in g.values())}

    def one(key):
        try:
            ranked = [name_of(p) for p in daemon.search(collection.queries[key])]
        except OSError as trouble:
            print("%s: query %s: %s" % (collection.name, key, trouble), file=sys.stderr)
            ranked = []
        return measure_one(ranked, judged[key])

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(one, judged))
    return [sum(column) / len(rows) for column in zip(*rows)]


def stem_of(path):
    return os.path.splitext(os.path.basename(path))[0]


def show(name, figures):
    print("| %-28s | %.4f | %.4f | %.4f |" % ((name,) + tuple(figures)), flush=True)


def run_alone(build, state, collection, *variants):
    figures = []
    with Daemon(build, collection.docs, state) as daemon:
        for one in (collection,) + variants:
            figures.append(measure(daemon, one, stem_of))
            show(one.name, figures[-1])
    return figures


def run_together(build, state, folder, collections, alone):
    """All in one root. What is found of other collections takes places, and is never relevant."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for c in collections:
        shutil.copytree(c.docs, os.path.join(folder, c.name))
    lost = []
    with Daemon(build, folder, state) as daemon:
        for c in collections:
            own = {k: {c.name + "/" + d: g for d, g in grades.items()}
                   for k, grades in c.judged.items()}
            figures = measure(daemon, Collection(c.name, c.docs, c.queries, own),
                              lambda path: os.path.splitext(path)[0])
            show(c.name + ", all in one", figures)
            lost.append(alone[c.name][0] - figures[0])
    print("mean loss of nDCG@10, all in one: %.4f" % (sum(lost) / len(lost)))


def unpack(build, data):
    """The folder that holds the collections."""
    work = os.path.join(build, "tests", "quality-data")
    if not os.path.isdir(work):
        os.makedirs(work)
        with tarfile.open(os.path.join(data, ARCHIVE)) as tar:
            tar.extractall(work, filter="data")
    return next(os.path.dirname(path) for path, _, files in os.walk(work) if "qrels.txt" in files)


def report(build, state, derived, collections):
    alone = {}
    print("| %-28s | nDCG@10 | MAP | recall at 100 |\n| --- | --- | --- | --- |" % "collection")
    for c in collections:
        plain = [c.without_accents()] if c.name in ACCENTED else []
        alone[c.name] = run_alone(build, state, c, *plain)[0]
    for c in collections:
        run_alone(build, state, join_half(c, derived))
    if len(collections) > 1:
        run_together(build, state, derived, collections, alone)
    three = [alone[n][0] for n in ("cran", "cacm", "lisa") if n in alone]
    if len(three) == 3:
        print("mean nDCG@10 of cran, cacm and lisa: %.4f" % (sum(three) / 3))


def bench(program, build, state, collections):
    for c in collections:
        with Daemon(build, c.docs, state):
            pass
        print("\n%s, %d documents\n" % (c.name, len(os.listdir(c.docs))), flush=True)
        queries = os.path.join(os.path.dirname(c.docs), "queries.tsv")
        subprocess.run([program, os.path.join(state, "index"), queries], check=True)


def main(program, build, data, *names):
    if not os.path.exists(os.path.join(data, ARCHIVE)):
        print("quality: skipped, there are no collections in %s" % data)
        return
    base = unpack(build, data)
    known = sorted(n for n in os.listdir(base) if os.path.exists(os.path.join(base, n, "qrels.txt")))
    collections = [Collection.load(os.path.join(base, n)) for n in known if not names or n in names]
    state, derived = (os.path.join(build, "tests", "quality-" + n) for n in ("state", "derived"))
    if program:
        bench(program, build, state, collections)
    else:
        report(build, state, derived, collections)
    shutil.rmtree(state, ignore_errors=True)
    shutil.rmtree(derived, ignore_errors=True)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    benched = arguments[1] if arguments[:1] == ["--bench"] else None
    arguments = arguments[2:] if benched else arguments
    if len(arguments) < 2:
        raise SystemExit(__doc__)
    main(benched, *arguments)
