#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a caller is told does not depend on what that caller may not see: every resource is asked
without hidden documents, with them, and after they are gone, and the answers are the same bytes,
but for how long they took. And documents that move between groups are never shown to the wrong one,
killed at any moment.

QUERIES says how many searches and suggestions (1,000), MOVES how often the daemon is killed while
documents move (50).
"""
import http.client
import os
import re
import shutil
import time
import urllib.parse

from daemon import PROGRAMME, Daemon, UnixConnection, check, number, seeded

TOOK = re.compile(rb'"took_ms":[0-9.e-]+|<p class="total">.*')
UNSTABLE = ("date", "content-length")
TRIES = 4  # a busy machine may cut a suggestion short, but hardly each time

FACETS = ["type", "country", "year", "lang", "programme", "event", "author", "concept", "role", "mime",
          "folder", "all"]
FILTERS = [("country", "BE"), ("country", "SE"), ("lang", "en"), ("lang", "de"), ("year", "2016"),
           ("mime", "application/pdf"), ("mime", "text/plain"), ("type", "presentation"),
           ("folder", "open"), ("folder", "hidden"), ("author", "salamander"), ("programme", "tapir")]


class Caller:
    """The public by TCP, or members of GROUP by way of a trusted search box."""

    def __init__(self, d, group=None, admin=False):
        self.d, self.group, self.admin = d, group, admin

    def ask(self, path):
        if self.admin:
            connection = http.client.HTTPConnection("127.0.0.1", self.d.port, timeout=60)
            headers = {"Authorization": "Bearer " + self.d.token}
        elif self.group:
            connection = UnixConnection(self.d.socket, 60)
            headers = {"X-Prospect-Groups": self.group}
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.d.port, timeout=60)
            headers = {"X-Prospect-Groups": "hidden"}  # from anyone else it is ignored
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        kept = sorted((k, v) for k, v in answer.getheaders() if k.lower() not in UNSTABLE)
        return answer.status, kept, TOOK.sub(b"", body)


class Groups(Daemon):
    """Whoever runs this test is trusted to speak for groups; the admin has a token."""

    def __init__(self):
        self.token = "a token of the test's own, as long as it takes"
        super().__init__({"quiet_ms": 50})
        token = self.work / "token"
        token.write_text(self.token + "\n")
        user = __import__("pwd").getpwuid(os.getuid()).pw_name
        self.conf.write_text(self.conf.read_text().replace(
            "[limits]", f"[access]\ntrusted = {user}\ntoken_file = {token}\n[limits]"))


# ---- without and with ---------------------------------------------------------------------------

def show(root):
    """What everybody, or group a, may see; with something that fails and something ignored."""
    shutil.copytree(PROGRAMME, root / "open")
    shutil.copytree(PROGRAMME / "skills", root / "a")
    (root / "a/.prospect").write_text("access = a\n")
    (root / "open/broken.pdf").write_bytes(b"%PDF-1.4 that is all")
    (root / "a/broken.pdf").write_bytes(b"%PDF-1.4 that is all of it")
    (root / "open/~$lock").write_text("x")
    (root / "open/link").symlink_to("README.md")


def hide(root, r):
    """What neither may see: by folder and by side-car, alike to what they may and not. The rule
    comes before what it hides."""
    hidden = root / "open/hidden"
    hidden.mkdir()
    (hidden / ".prospect").write_text("access = hidden\nprogramme = tapir\n")
    shutil.copytree(PROGRAMME, hidden / "programme")
    words = re.findall(r"[^\W\d_]{4,}", "".join(
        p.read_text(errors="replace") for p in PROGRAMME.rglob("*") if p.suffix in (".txt", ".md")))
    for i in range(60):
        (hidden / f"{i}.txt").write_text(
            " ".join(r.choices(words, k=300)) + f" salamander rabbit{i} " + "gendre paygap " * 9)
    (hidden / "broken.pdf").write_bytes(b"%PDF-1.4 that is all")  # as the open one
    (hidden / "~$lock").write_text("x")
    (hidden / "link").symlink_to("0.txt")
    os.mkfifo(hidden / "fifo")
    nobody = root / "a/nobody"
    nobody.mkdir()
    (nobody / ".prospect").write_text("access = hidden\n")  # meets nobody: a's list stands above
    (nobody / "x.html").write_text("<title>salamander</title>" + "<p>pay gap law tapir</p>" * 50)
    for folder in root / "open", root / "a":
        (folder / "secret.txt.meta").write_text("access = hidden\ntitle = Salamander\n")
        (folder / "secret.txt").write_text("salamander pay gap seminar " * 50)


def unhide(root):
    for folder in root / "open/hidden", root / "a/nobody":
        folder.rename(root.parent / "gone")  # at once: without its rules it must not be seen
        shutil.rmtree(root.parent / "gone")
    for folder in root / "open", root / "a":
        (folder / "secret.txt").unlink()
        (folder / "secret.txt.meta").unlink()


def a_search(r, words):
    q = [r.choice(words) for _ in range(r.choice([1, 1, 2, 2, 3, 6]))]
    if r.random() < 0.3:
        at = r.randrange(len(q))
        q[at] = r.choice([q[at][:3] + "*", q[at][1:] or "x", '"' + q[at] + " " + r.choice(words) + '"',
                          "-" + q[at], "title:" + q[at], "NOT " + q[at], q[at] + " OR tapir"])
    options = [("q", " ".join(q)), ("timeout_ms", "2000")]
    if r.random() < 0.4:
        options.append(("facet", ",".join(r.sample(FACETS, 3))))
    for name, values in (("sort", ["date", "-date", "title"]), ("size", ["1", "50"]), ("from", ["3"]),
                         ("expand", ["0"]), ("explain", ["1"]), ("snippets", ["0"]), ("after", ["2017"]),
                         ("format", ["csv"]), ("highlight", ["none"])):
        if r.random() < 0.2:
            options.append((name, r.choice(values)))
    if r.random() < 0.3:
        options.append(r.choice(FILTERS))
    return ("/" if r.random() < 0.05 else "/search") + "?" + urllib.parse.urlencode(options)


def a_suggestion(r, words):
    typed = r.choice(words)
    start = r.choice(words) + " " if r.random() < 0.4 else ""
    return "/suggest?q=" + urllib.parse.quote(start + typed[:r.randint(1, len(typed))])


def requests(r, n, ids):
    words = re.findall(r"\w{3,}", "".join(p.read_text(errors="replace")
                                          for p in PROGRAMME.rglob("*.md")))
    words += ["salamander", "rabbit7", "tapir", "gendre", "paygap", "seminr", "genderr"]
    asked = [a_suggestion(r, words) if r.random() < 0.25 else a_search(r, words) for _ in range(n)]
    asked += [p + "?q=salamander&prefix=sal" for p in ("/feed", "/terms", "/events", "/queries",
                                                       "/metrics", "/opensearch.xml", "/ignored")]
    asked += ["/status", "/failures", "/failures?from=1&size=1", "/search", "/search?facet=all&size=100",
              "/", "/search?q=salamander", "/suggest?q=sala", "/healthz"]
    for i in ids:
        asked += [f"/documents/{i}{p}" for p in ("", "/content", "/text", "/text?unit=1", "/similar",
                                                 "/cite", "/pages/1.png", "/hits?q=salamander+pay")]
    return asked


def ids_seen(caller, q=""):
    """The ids that a caller finds."""
    found, start = set(), 0
    while True:
        code, _, body = caller.ask(f"/search?snippets=0&size=100&from={start}&q={q}")
        check(code == 200, f"{code} {body[:200]!r}")
        new = re.findall(rb'"id":"([0-9a-f]+)"', body)
        if not new:
            return found
        found.update(i.decode() for i in new)
        start += 100


def steady(caller, path):
    """The answer, that of a suggestion once it is the same twice: else none that was cut short."""
    answer = caller.ask(path)
    for _ in range(TRIES if path.startswith("/suggest") else 0):
        last, answer = answer, caller.ask(path)
        if answer == last:
            break
    return answer


def differences(caller, answers, asked):
    """The requests that are answered otherwise than ANSWERS has it."""
    left = asked
    for _ in range(TRIES):
        left = [path for path in left if caller.ask(path) != answers[path]]
    return left


def tell(caller, answers, path, when):
    now, then = caller.ask(path), answers[path]
    at = next((i for i, (a, b) in enumerate(zip(now[2], then[2])) if a != b), 0)
    print(f"{caller.group}, {when}: {path}\n  {then[:2]} ...{then[2][max(0, at - 80):at + 120]!r}\n"
          f"  {now[:2]} ...{now[2][max(0, at - 80):at + 120]!r}")


def unseen(d, r, n):
    """How many requests were compared, each with two callers, twice."""
    callers = [Caller(d), Caller(d, "a")]
    show(d.root)
    d.settle()
    open_ids = [ids_seen(c) for c in callers]
    before = set(ids_seen(Caller(d, admin=True)))
    # Paths make ids, so that those of what will be hidden can be learnt by hiding it once.
    hide(d.root, r)
    d.settle()
    hidden = set(ids_seen(Caller(d, admin=True))) - before
    check(len(hidden) > 60, f"only {len(hidden)} documents are hidden")
    check(ids_seen(Caller(d, "hidden"), "salamander"), "their group does not see them")
    unhide(d.root)
    d.settle()
    asked = requests(r, n, r.sample(sorted(hidden), 8) + r.sample(sorted(open_ids[0]), 8))
    answers = [{path: steady(c, path) for path in asked} for c in callers]
    for when in "with what is hidden", "after it is gone":
        if when.startswith("with"):
            hide(d.root, r)
        else:
            unhide(d.root)
        d.settle()
        for c, known in zip(callers, answers):
            wrong = differences(c, known, asked)
            for path in wrong[:5]:
                tell(c, known, path, when)
            check(not wrong, f"{len(wrong)} of {len(asked)} requests are answered otherwise {when}")
    return len(asked)


# ---- moves --------------------------------------------------------------------------------------

DOCUMENTS = 12
WORD = "axolotl"


def seen_by(d, group):
    code, _, body = Caller(d, group).ask(f"/search?q={WORD}&size=100&snippets=0&expand=0")
    check(code == 200, f"{code} {body[:200]!r}")
    return set(re.findall(rb'"path":"([^"]+)"', body))


def watch_moves(d, r, homes, seconds):
    """Documents move at random between two groups, which HOMES notes; the public never sees one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = f"moves/{r.randrange(DOCUMENTS)}.txt"
        homes[name] = r.choice("bc")
        (d.root / (name + ".meta")).write_text(f"access = {homes[name]}\n")
        check(not seen_by(d, None) and not seen_by(d, "a"), "shown to who may never see it")


def moves(d, r, rounds):
    homes = {}
    (d.root / "moves").mkdir()
    (d.root / "moves/.prospect").write_text("access = b, c\n")
    for i in range(DOCUMENTS):
        (d.root / f"moves/{i}.txt").write_text(f"{WORD} number {i}, " + "and many others " * 200)
        homes[f"moves/{i}.txt"] = "bc"
    d.settle()
    for step in range(rounds):
        watch_moves(d, r, homes, r.random())
        d.kill()
        d.start()
        check(not seen_by(d, None), f"round {step}: shown to the public after a kill")
        d.settle()
        for group in "bc":
            right = {name.encode() for name, home in homes.items() if group in home}
            check(seen_by(d, group) == right, f"round {step}: {group} sees {seen_by(d, group) ^ right}")
    return rounds


def main():
    r = seeded()
    with Groups() as d:
        asked = unseen(d, r, number("QUERIES", 1000))
        check("X-Prospect-Groups" in d.log.read_text(), "a header that was ignored is not in the log")
        killed = moves(d, r, number("MOVES", 50))
    print(f"access: {asked} requests of two callers, the same answers with and without what is hidden; "
          f"{killed} kills while documents moved between groups, none shown to the wrong one")


main()
