#!/usr/bin/env python3
"""What a daemon answers a second, and how long answers take.

usage: queries.py BUILD FOLDER QUERIES STATE

The daemon serves FOLDER (indexed in STATE, unless that is done) over TCP, with default settings, and
tests/bench/load asks it from the same machine. QUERIES has a query in each line; where it is not
there, 200 are taken from the words of the titles that the index has. Prints a table in Markdown. In
the end changed copies of FOLDER's files are put into a second watched folder, STATE-bulk, and the
daemon is asked while it reads these.
"""
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
FACETS = "type,lang,year"
COSTLY = ["a* the of and to in is that for it", "ab* cd* OR ef OR gh", "NOT zzzz", "the NEAR/10 of",
          '"of the" OR "in the" OR "to the" OR "and the"', "con* pro* with from this that have been"]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Served:
    """A daemon on a TCP port of its own, that has come to rest with so many documents at least."""

    def __init__(self, build, folder, state, documents=1, more=None):
        os.makedirs(state, exist_ok=True)
        self.port, self.build, self.first_answer = free_port(), build, None
        self.log = open(os.path.join(state, "bench.log"), "ab")
        served = ["--config", config_of(state, folder, more)] if more else ["--root", folder]
        self.process = subprocess.Popen(
            [os.path.join(build, "prospectd"), "--foreground", *served, "--state", state,
             "--http", f"127.0.0.1:{self.port}", "--socket", os.path.join(state, "bench.sock"),
             "--worker", os.path.join(build, "prospect-worker"),
             "--plugin-dir", os.path.join(build, "plugins", ".libs"), "--log-level", "warning"],
            stderr=self.log)
        while not self.is_quiet(documents):
            if self.process.poll() is not None:
                raise RuntimeError("prospectd has ended; see " + self.log.name)
            time.sleep(0.2 if self.first_answer else 0.005)

    def read(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return answer.read()

    def get(self, path):
        return json.loads(self.read(path))

    def is_quiet(self, documents):
        try:
            now = self.get("/status")
        except OSError:
            return False
        self.first_answer = self.first_answer or time.monotonic()
        return now["documents"] >= documents and not now["queue_length"] and not now["busy_workers"]

    def load(self, targets, connections, seconds=SECONDS):
        before = cpu(self.process.pid)
        out = subprocess.run([os.path.join(self.build, "tests", "bench", "load"), str(self.port),
                              str(connections), str(seconds), targets],
                             capture_output=True, check=True).stdout
        result = json.loads(out)
        result["cpu"] = 1000 * (cpu(self.process.pid) - before) / result["requests"]
        return result

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def config_of(state, *folders):
    path = os.path.join(state, "bench.conf")
    with open(path, "w") as file:
        for number, folder in enumerate(folders):
            file.write(f"[root {'ab'[number]}]\npath = {os.path.abspath(folder)}\n")
    return path


def cpu(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def queries_of(daemon, path):
    if os.path.exists(path):
        with open(path) as file:
            return [line.strip() for line in file if line.strip()]
    chosen, words = random.Random(7), []
    for hit in daemon.get("/search?size=1000&snippets=0")["hits"]:
        words += re.findall(r"\w{4,}", hit["title"])
    return [" ".join(chosen.sample(words, 1 + i % 3)) for i in range(200)]


def write_targets(state, name, targets):
    path = os.path.join(state, name + ".targets")
    with open(path, "w") as file:
        file.write("".join(target + "\n" for target in targets))
    return path


def search(query, **more):
    return "/search?" + urllib.parse.urlencode({"q": query, **more})


def beginnings(queries):
    """Queries as they are typed."""
    return ["/suggest?" + urllib.parse.urlencode({"q": query[:n]})
            for query in queries for n in range(2, min(len(query), 9))]


def with_costly(daemon, targets, costly):
    """The same load while another client sends the costliest queries, one after the other."""
    ends = threading.Event()

    def ask():
        while not ends.is_set():
            for target in costly:
                try:
                    daemon.get(target)
                except OSError:
                    pass

    other = threading.Thread(target=ask)
    other.start()
    try:
        return daemon.load(targets, 1)
    finally:
        ends.set()
        other.join()


def copy_changed(folder, target):
    """FOLDER's files with a few bytes more each, so that no text that is known can be used for them."""
    for at, _, names in os.walk(folder):
        to = os.path.join(target, os.path.relpath(at, folder))
        os.makedirs(to, exist_ok=True)
        for name in names:
            with open(os.path.join(at, name), "rb") as file:
                content = file.read()
            with open(os.path.join(to, name), "wb") as file:
                file.write(content + b"\n%% bulk\n")


def while_indexing(daemon, targets, folder, bulk):
    """The same load while changed copies of all documents are read; None if that was over too soon."""
    waiting = bulk + ".new"
    shutil.rmtree(waiting, ignore_errors=True)
    copy_changed(folder, waiting)
    os.rename(waiting, os.path.join(bulk, "copies"))
    try:
        while not daemon.get("/status")["queue_length"]:
            time.sleep(0.05)
        time.sleep(1)
        result = daemon.load(targets, 1)
        return result if daemon.get("/status")["queue_length"] else None
    finally:
        shutil.rmtree(os.path.join(bulk, "copies"))


def tell(name, r):
    print(f"| {name} | {r['per_second']} | {r['p50']:.2f} | {r['p95']:.2f} | {r['p99']:.2f} | "
          f"{r['max']:.1f} | {r['cpu']:.2f} |", flush=True)
    if r["failed"]:
        print(f"{r['failed']} answers were not 200", file=sys.stderr)


def main():
    build, folder, path, state = sys.argv[1:]
    bulk = state + "-bulk"
    shutil.rmtree(bulk, ignore_errors=True)
    os.makedirs(bulk)
    os.makedirs(state, exist_ok=True)
    daemon = Served(build, folder, state, more=bulk)
    try:
        queries = queries_of(daemon, path)
        full = write_targets(state, "full", [search(q, facet=FACETS) for q in queries])
        hits = write_targets(state, "hits", [search(q, snippets=0) for q in queries])
        typed = write_targets(state, "typed", beginnings(queries))
        costly = [search(q, facet="all", size=100, timeout_ms=2000) for q in COSTLY]
        print("| | answers/s | p50 | p95 | p99 | most, ms | CPU each, ms |\n"
              "| --- | --- | --- | --- | --- | --- | --- |")
        daemon.load(full, 4, 2)
        for connections in (1, 2, 16):
            tell(f"full answers, {connections} at once", daemon.load(full, connections))
        for connections in (1, 16):
            tell(f"hits only, {connections} at once", daemon.load(hits, connections))
        tell("suggestions, 1 at once", daemon.load(typed, 1))
        tell("full answers, 1 at once, beside the costliest queries",
             with_costly(daemon, full, costly))
        indexing = while_indexing(daemon, full, folder, bulk)
        if indexing:
            tell("full answers, 1 at once, while as many documents are read", indexing)
    finally:
        daemon.stop()


if __name__ == "__main__":
    main()
