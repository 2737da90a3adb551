#!/usr/bin/env python3
"""prospect beside its peers: the same files, one after the other, on the same machine.

usage: bench.py BUILD BUILDER WORK

BUILD is the build directory; BUILDER holds make_corpus.sh, which makes WORK/corpus where it is not
there; without both nothing is done, and said. Prints tables in Markdown, and each run on standard
error when it is over. BENCH_ROUNDS=3 runs all so
often and takes each figure's best. "Others" is what else the machine did meanwhile, in parts of one
processor: above a fifth, wall times are worth nothing.
"""
import datetime
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import corpus as files
import measure
import ours
import peers

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "1"))
LONG_PAGES = 1600


def say(line=""):
    print(line, flush=True)


def table(head, rows):
    say("| " + " | ".join(head) + " |")
    say("| --- " * len(head) + "|")
    for row in rows:
        say("| " + " | ".join(row) + " |")
    say()


def best(old, new):
    """The run with less wall time."""
    return new if not old or new["wall"] < old["wall"] else old


class Bench:
    def __init__(self, build, builder, work):
        self.build, self.builder, self.work = build, builder, work
        self.corpus = files.Corpus(work)
        self.state = os.path.join(work, "run", "state")
        self.log = os.path.join(work, "run", "peer.log")
        self.results = {}

    def keep(self, name, result):
        if result:
            figures = {key: value and round(value, 3) for key, value in result.items()}
            print(name, figures, file=sys.stderr, flush=True)
            self.results[name] = best(self.results.get(name), result)

    # ---- cold ----

    def cold(self):
        c = self.corpus
        self.keep("prospect", ours.cold(self.build, c.all, c.files, self.state, compact=True))
        for make in (peers.Omega, peers.Recoll):
            peer = make(self.work, c.all)
            if not peers.installed(peer):
                say(f"{peer.name} is not installed ({peer.wants}): left out\n")
                continue
            peer.clean()
            self.keep(peer.name, peers.run(peer, self.log))
            self.keep(peer.name + " again", peers.run(peer, self.log))
        self.keep("FTS5", peers.fts5(self.builder, self.work, c.all, self.log))

    def tell_cold(self):
        mine, rows = self.results["prospect"], []
        for name in ("prospect", "omindex", "recollindex", "FTS5"):
            r = self.results.get(name)
            if r:
                rows.append([name + (", texts given" if name == "FTS5" else ""),
                             f"{r['wall']:.1f} s", f"{mine['wall'] / r['wall']:.2f}",
                             f"{r['cpu']:.1f} s", f"{mine['cpu'] / r['cpu']:.2f}",
                             f"{r['memory']:.0f} MiB", f"{r['mb']:.0f} MB", f"{r['others']:.2f}"])
        say(f"Cold index of {self.corpus.files} files ({mine['pages']} pages and sections):\n")
        table(["", "wall", "ours / it", "CPU", "ours / it", "memory, all", "index", "others"], rows)

    # ---- the PDFs alone ----

    def pdfs(self):
        folder, state = self.corpus.pdf, os.path.join(self.work, "run", "state-pdf")
        count = len(files.files_below(folder))
        self.keep("pdf", ours.cold(self.build, folder, count, state))
        self.keep("bare", peers.bare_pipeline(self.builder, self.work, folder, self.log))

    def tell_pdfs(self):
        mine, bare, rows = self.results["pdf"], self.results.get("bare"), []
        for name, r in (("prospect", mine), ("bare poppler and Xapian", bare)):
            if r:
                rows.append([name, f"{r['wall']:.1f} s", f"{mine['pages'] / r['wall']:.0f}",
                             f"{r['cpu']:.1f} s", f"{r['others']:.2f}"])
        say("The PDFs alone:\n")
        table(["", "wall", "pages a second", "CPU", "others"], rows)

    # ---- what changes, and what does not ----

    def changes(self):
        c = self.corpus
        self.keep("unchanged", ours.unchanged(self.build, c.all, c.files, self.state))
        self.results["drops"] = ours.dropped(self.build, c.all, c.files, c.new, self.state)

    def tell_drops(self, what, drops):
        return [[f"{what}, close to hit: median", f"{1000 * drops[len(drops) // 2]:.0f} ms"],
                [f"{what}, p95", f"{1000 * drops[int(0.95 * (len(drops) - 1))]:.0f} ms"]]

    def tell_changes(self):
        r, drops = self.results["unchanged"], self.results["drops"]
        rows = [["start to quiet, nothing changed", f"{1000 * r['wall']:.0f} ms"],
                ["start to first answer", f"{1000 * r['answer']:.0f} ms"],
                *self.tell_drops("a file of ten dropped at once", drops["ten"]),
                *self.tell_drops("of these, one that is no PDF", drops["small"]),
                *self.tell_drops("one text alone", drops["one"])]
        for name in ("omindex", "recollindex"):
            if name + " again" in self.results:
                rows.append([name + ", nothing changed",
                             f"{1000 * self.results[name + ' again']['wall']:.0f} ms"])
        say("What changes, and what does not:\n")
        table(["", ""], rows)

    # ---- memory ----

    def memory(self):
        long = os.path.join(self.work, "run", "long.pdf")
        names = [os.path.join(self.corpus.pdf, f) for f in files.files_below(self.corpus.pdf)]
        if not shutil.which("pdfunite") or not shutil.which("pdfinfo"):
            say("poppler-utils is not installed: no long PDF\n")
            return
        pages, parts = 0, []
        for name in names:
            info = subprocess.run(["pdfinfo", name], capture_output=True).stdout
            found = [line.split()[1] for line in info.splitlines() if line.startswith(b"Pages:")]
            if pages < LONG_PAGES and found:
                pages += int(found[0])
                parts.append(name)
        if subprocess.run(["pdfunite", *parts, long], capture_output=True).returncode == 0:
            folder = os.path.join(self.work, "run", "long")
            more = ours.long_document(self.build, long, folder, folder + "-state")
            self.results["long"] = (pages, os.path.getsize(long) / 1e6, more)

    def tell_memory(self):
        r = self.results
        rows = [["all processes, bulk indexing, at most", f"{r['prospect']['memory']:.0f} MiB"],
                ["main process afterwards, with the dictionaries of the corpus's languages",
                 f"{r['prospect']['idle']:.0f} MiB"],
                ["the same after the PDFs alone", f"{r['pdf']['idle']:.0f} MiB"]]
        if "long" in r:
            rows.append(["a PDF of %d pages and %.0f MB: more, at most" % r["long"][:2],
                         f"{r['long'][2]:.0f} MiB"])
        small = r["prospect"]["compacted"]
        rows.append(["index, compacted", f"{small:.0f} MB" if small else "it was not compacted"])
        say("Memory and disk:\n")
        table(["", ""], rows)

    def run(self):
        say(f"{measure.processors()}, {datetime.date.today()}, "
            f"load {os.getloadavg()[0]:.1f} at the beginning\n")
        self.corpus.warm()
        for _ in range(ROUNDS):
            self.cold()
            self.pdfs()
        self.changes()
        self.memory()
        self.tell_cold()
        self.tell_pdfs()
        self.tell_changes()
        self.tell_memory()


def main():
    build, builder, work = sys.argv[1:]
    if not files.build(builder, work):
        say(f"bench: skipped, there is no {builder}/make_corpus.sh and no {work}/corpus")
        return
    Bench(build, builder, work).run()


if __name__ == "__main__":
    main()
