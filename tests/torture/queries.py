#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Costly queries: none takes over a second, none is answered by 5xx other than 503, and the daemon's
memory does not grow with them.

QUERIES says how many (10,000), DOCUMENTS in how many documents (3,000; beside them are 100 long ones
of few words, which are what phrases and pages cost most in), CLIENTS how many ask at once (2).
"""
import threading
import urllib.parse

from daemon import Daemon, check, number, percentile, seeded

COMMON = 40  # words that stand in the long documents
GROWTH = 64 << 20
SLOWEST = 1000


def word(r):
    """Of few letters, so that wildcards and typos meet many."""
    return "".join(r.choices("aeinrst", k=r.randint(3, 9)))


def costly(r, words):
    def w():
        return r.choice(words)

    n = r.randint(2, 64)
    shapes = [
        lambda: " ".join(w() for _ in range(n)),
        lambda: " OR ".join(w() for _ in range(n)),
        lambda: '"' + " ".join(w() for _ in range(n)) + '"',
        lambda: " ".join(f'"{w()} {w()}"' for _ in range(n // 2)),
        lambda: " OR ".join('"' + " ".join(r.choices(words[:COMMON], k=6)) + '"' for _ in range(10)),
        lambda: " OR ".join('"' + " ".join([c] * 6) + '"' for c in r.sample(words[:COMMON], 9)),
        lambda: " OR ".join(f"{a} NEAR/9 {b}" for a, b in zip(words, words[1:COMMON])),
        lambda: " ".join(words[:COMMON]),
        lambda: f"{w()[:3]}* {w()[:3]}*",
        lambda: f"{w()[:3]}* OR " + " OR ".join(w() for _ in range(n)),
        lambda: "(" * 31 + w() + ")" * 31,
        lambda: "NOT " * n + w(),
        lambda: " ".join("-" + w() for _ in range(n)),
        lambda: "(" * r.randint(1, 1000),
        lambda: " ".join(c for c in w() * 20),
        lambda: " ".join(w() + r.choice("xyzq") for _ in range(n)),
        lambda: "w* " * n,
        lambda: "*",
        lambda: w() * 100,
        lambda: " AND ".join(f"({w()} OR {w()} OR {w()})" for _ in range(n // 3)),
        lambda: "".join(r.choices("\"()*-: aeinrstNOTANDOR\u0301\u00ad", k=r.randint(1, 300))),
    ]
    options = {"q": r.choice(shapes)(), "facet": "all"}
    if r.random() < 0.3:
        options |= {"size": "100", "explain": "1"}
    if r.random() < 0.1:
        options |= {"sort": r.choice(["date", "title"]), "from": "900"}
    return "/search?" + urllib.parse.urlencode(options)


class Client(threading.Thread):
    def __init__(self, d, queries):
        super().__init__(daemon=True)
        self.d, self.queries, self.took, self.codes, self.bad = d, queries, [], {}, []

    def run(self):
        for q in self.queries:
            try:
                code, body, ms = self.d.get(q)
            except OSError as e:
                code, body, ms = 0, str(e), 0
            self.took.append(ms)
            self.codes[code] = self.codes.get(code, 0) + 1
            if code not in (200, 400, 503) or ms > SLOWEST:
                self.bad.append((code, ms, q, body[:200]))


def main():
    r = seeded()
    words = [word(r) for _ in range(5000)]
    with Daemon() as d:
        for i in range(number("DOCUMENTS", 3000)):
            (d.root / f"{i}.txt").write_text(" ".join(r.choices(words, k=r.randint(50, 400))))
        for i in range(100):
            size = 2000000 if i == 0 else 60000
            (d.root / f"long{i}.txt").write_text(" ".join(r.choices(words[:COMMON], k=size)))
        d.settle(1800)
        warm = Client(d, [costly(r, words) for _ in range(500)])
        warm.run()
        before = d.resident()
        clients = number("CLIENTS", 2)
        asked = [Client(d, [costly(r, words) for _ in range(number("QUERIES", 10000) // clients)])
                 for _ in range(clients)]
        for c in asked:
            c.start()
        for c in asked:
            c.join()
        took = [ms for c in asked for ms in c.took]
        codes = {code: sum(c.codes.get(code, 0) for c in asked) for c in asked for code in c.codes}
        growth = d.resident() - before
        bad = [b for c in asked for b in c.bad]
        for code, ms, q, body in bad[:10]:
            print(f"{code} after {ms:.0f} ms: {q[:120]!r} {body!r}")
        print(f"queries: {len(took)} costly ones, answers {codes}, p50 {percentile(took, .5):.0f} ms, "
              f"p99 {percentile(took, .99):.0f} ms, the slowest {max(took):.0f} ms; memory grew by "
              f"{growth / (1 << 20):.1f} MiB")
        check(not bad, f"{len(bad)} queries took too long or failed")
        check(growth < GROWTH, "memory grew")
        check(d.json("/status")["late_searches"] == 0, "spare threads were needed")


main()
