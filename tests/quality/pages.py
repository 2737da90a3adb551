#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the page that is shown the right one?

Joins the documents of the relevance collections, several at a time, as the pages of one text file
(form feeds between them), serves the files by a real prospectd, and asks each judged query. Where a
file with a judged page is among the hits, the page shown is to be a judged one.

  pages.py [--builddir DIR] [--data DIR] [--shape NAME] [--wrong] [COLLECTION...]

Three shapes: `even` has 10 to 30 documents to a file and a page for each; `long` has pages of five
documents each; `mixed` has files of 2 to 120 pages and pages of one to eight documents. Which
document lands where is pseudo-random and the same each time.

For each shape and collection a line: queries; those with a judged file among the first ten hits
(found); of these, how often the first such hit shows a judged page (first), and how often all such
hits do (every). Then, for each shape, `first` over all queries, and as the mean of the collections.
Exit status 1 where it is below .90 of all queries in any shape; 77, saying so, where there are no
collections.

In cran, cacm and lisa a query asks for a topic, of which other documents of the file treat as well
without being judged; in the others it has one answer.
"""
import argparse
import collections
import html
import http.client
import json
import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.parse

WANTED = 0.90
SEED = 20161018
SHAPES = {
    # documents of a page, pages of a file
    "even": (lambda r: 1, lambda r: r.randint(10, 30)),
    "long": (lambda r: 5, lambda r: r.randint(6, 12)),
    "mixed": (lambda r: min(8, int(r.paretovariate(1))), lambda r: min(120, 1 + int(r.paretovariate(0.5)))),
}
SKIPPED = 77


def collections_in(data):
    return sorted(p.parent.name for p in data.glob("*/qrels.txt"))


def unpacked(data, builddir):
    """The folder of the collections: as given, or unpacked beside the build from the archive."""
    if data:
        return pathlib.Path(data)
    archive = pathlib.Path(__file__).resolve().parents[3] / "shared/quality/dev-collections.tar.xz"
    into = builddir / "quality"
    if not archive.exists():
        print(f"skipped: no relevance collections ({archive} is not there)")
        sys.exit(SKIPPED)
    if not (into / "unpacked").exists():
        with tarfile.open(archive) as tar:
            tar.extractall(into)
        (into / "unpacked").touch()
    return into if collections_in(into) else next(p for p in into.iterdir() if collections_in(p))


def text_of(path):
    """Title and body of a collection's document as plain text of one page."""
    source = path.read_text(encoding="utf-8", errors="replace")
    title = re.search(r"<title>(.*?)</title>", source, re.S)
    body = re.search(r"<body>(.*)</body>", source, re.S)
    body = re.sub(r"</(p|div|h\d|li|tr)>|<br */?>", "\n\n", body.group(1) if body else source)
    text = (title.group(1).strip() + "\n\n" if title else "") + re.sub(r"<[^>]+>", "", body)
    text = html.unescape(text)
    return text.replace("\f", " ").strip() + "\n"


def bundled(documents, shape, rng):
    """Files as lists of pages, pages as lists of names of documents."""
    per_page, per_file = SHAPES[shape]
    left = list(documents)
    rng.shuffle(left)
    while left:
        pages = []
        for _ in range(per_file(rng)):
            n = per_page(rng)
            if left:
                pages.append(left[:n])
                del left[:n]
        yield pages


def make_files(docs, shape, root):
    """Writes the files; returns where each document went: name -> (file, page from 1)."""
    rng = random.Random(SEED)
    texts = {p.name.rsplit(".", 1)[0]: text_of(p) for p in sorted(docs.iterdir())}
    place = {}
    for number, pages in enumerate(bundled(sorted(texts), shape, rng)):
        name = f"file{number:04}.txt"
        for page, names in enumerate(pages, 1):
            place.update({d: (name, page) for d in names})
        pages = ["\n".join(texts[d] for d in names) for names in pages]
        (root / name).write_text("\f".join(pages), encoding="utf-8")
    return place


def judgements(collection):
    queries = [l.rstrip("\n").split("\t", 1) for l in open(collection / "queries.tsv", encoding="utf-8")]
    judged = collections.defaultdict(set)
    for line in open(collection / "qrels.txt", encoding="utf-8"):
        query, _, document, grade = line.split()
        if int(grade) > 0:
            judged[query].add(document)
    return [(q, text, judged[q]) for q, text in queries if judged[q]]


class Daemon:
    """A prospectd of its own on ROOT, by a local port that was free."""

    def __init__(self, builddir, root, state):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.address = "127.0.0.1:%d" % s.getsockname()[1]
        self.process = subprocess.Popen(
            [builddir / "prospectd", "--foreground", "--root", root, "--state", state, "--http",
             self.address, "--socket", state / "s", "--worker", builddir / "prospect-worker",
             "--plugin-dir", builddir / "plugins/.libs", "--log-level", "warning"])
        self.connection = http.client.HTTPConnection(self.address, timeout=30)

    def ask(self, path):
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        return json.loads(body) if answer.status == 200 else None

    def wait_for(self, files, seconds=600):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                s = self.ask("/status")
                if s["documents"] >= files and not s["queue_length"] and not s["busy_workers"]:
                    return
            except OSError:
                self.connection.close()
            time.sleep(0.2)
        raise TimeoutError("prospectd has not read all files")

    def stop(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait(60)


def right_pages(daemon, query, wanted):
    """For each of the first ten hits that has a judged page: (file, page shown, is it judged)."""
    found = daemon.ask("/search?size=10&q=" + urllib.parse.quote(query))
    if found is None:
        return None
    judged = collections.defaultdict(set)
    for name, page in wanted:
        judged[name].add(page)
    return [(h["path"], h["page"], h["page"] in judged[h["path"]], sorted(judged[h["path"]]))
            for h in found["hits"] if h["path"] in judged]


def share(counts, part, whole):
    return counts[part] / max(1, counts[whole])


def measure(builddir, collection, shape, show_wrong):
    with tempfile.TemporaryDirectory(prefix="prospect-pages.") as work:
        root, state = pathlib.Path(work) / "root", pathlib.Path(work) / "state"
        root.mkdir(), state.mkdir()
        place = make_files(collection / "docs", shape, root)
        daemon = Daemon(builddir, root, state)
        try:
            daemon.wait_for(len(list(root.iterdir())))
            n = collections.Counter()
            for query, text, documents in judgements(collection):
                hits = right_pages(daemon, text, [place[d] for d in documents if d in place])
                n["queries"] += 1
                n["refused"] += hits is None
                if not hits:
                    continue
                n["found"] += 1
                n["first"] += hits[0][2]
                n["hits"] += len(hits)
                n["every"] += sum(h[2] for h in hits)
                if show_wrong and not hits[0][2]:
                    print(f"  {query}: {hits[0][0]} shows {hits[0][1]}, judged {hits[0][3]}: {text}")
        finally:
            daemon.stop()
    return n


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="*", metavar="COLLECTION")
    parser.add_argument("--builddir", default=os.environ.get("TOP_BUILDDIR", "."))
    parser.add_argument("--data", help="the collections, unpacked")
    parser.add_argument("--shape", choices=SHAPES, action="append")
    parser.add_argument("--wrong", action="store_true", help="print each query whose page is wrong")
    options = parser.parse_args()
    builddir = pathlib.Path(options.builddir).resolve()
    data = unpacked(options.data, builddir)
    print(f"{'shape':6} {'collection':12} {'queries':>7} {'refused':>7} {'found':>6} {'first':>6} {'every':>6}")
    worst = 1
    for shape in options.shape or SHAPES:
        counts = []
        for name in options.collections or collections_in(data):
            n = measure(builddir, data / name, shape, options.wrong)
            counts.append(n)
            print(f"{shape:6} {name:12} {n['queries']:7} {n['refused']:7} {n['found']:6} "
                  f"{share(n, 'first', 'found'):6.3f} {share(n, 'every', 'hits'):6.3f}", flush=True)
        total = share(sum(counts, collections.Counter()), "first", "found")
        mean = sum(share(n, "first", "found") for n in counts) / len(counts)
        worst = min(worst, total)
        print(f"{shape:6} first: {total:.3f} of all queries, {mean:.3f} in the mean of collections", flush=True)
    print(f"wanted {WANTED:.2f} of all queries: {'reached' if worst >= WANTED else 'missed'}")
    return worst < WANTED


if __name__ == "__main__":
    sys.exit(main())
