#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of any bytes: whatever a file is called, it is found, told and served by exactly that name, and
neither the log nor a header nor a terminal gets a control byte of it.

NAMES says how many names are made at random beside those that are known to be awkward (100).
"""
import os
import subprocess
import urllib.parse

from daemon import BUILD, Daemon, UnixConnection, check, number, seeded

AWKWARD = [
    b"new\nline", b"cr\r\nX-Evil: 1", b"\x01\x02", b"latin\xe9", b"\xff\xfe", b"quote\"'<b>", b"back\\slash",
    b"tab\t", b"%0a%00", b"-dash", b"\xe2\x80\xaertl", b"a" * 251, b"semi;colon&q=1#frag?", b"esc\x1b[2Jx",
    b" lead", b"trail ", b"\xc2\x85", b"\xe2\x80\xa8", b"*", b"!", b"!/".replace(b"/", b"!"), b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80", b"e\xcc\x81"]
FOLDERS = [b"", b"d\n\xff/", b"d\n\xff/sub\x1b/"]
WORD = "salamander"


def random_name(r):
    while True:
        name = bytes(r.choice([b for b in range(1, 256) if b != 0x2F]) for _ in range(r.randint(1, 60)))
        if name[:1] not in (b".", b"~"):  # temporary files are no documents
            return name


def exact(told):
    """The bytes of the path that an answer tells."""
    if "path_bytes" in told:
        return urllib.parse.unquote_to_bytes(told["path_bytes"])
    return told["path"].encode()


def controls(text):
    return {b for b in text if (b < 0x20 and b != 0x0A) or b == 0x7F}


def ask(d, method, path):
    connection = UnixConnection(d.socket)
    connection.request(method, path)
    answer = connection.getresponse()
    return answer, answer.read()


def found(d):
    hits, start = {}, 0
    while True:
        page = d.search(WORD, size=100, expand=0, **{"from": start})["hits"]
        if not page:
            return hits
        hits.update({exact(h): h for h in page})
        start += 100


def serve_well(d, root, hits):
    for path, hit in hits.items():
        answer, body = ask(d, "GET", f"/documents/{hit['id']}/content")
        with open(root + b"/" + path, "rb") as f:
            check(answer.status == 200 and body == f.read(), f"{path!r}: {answer.status}")
        disposition = answer.getheader("Content-Disposition")
        check(not controls(disposition.encode()) and answer.getheader("X-Evil") is None, disposition)
        check(answer.getheader("X-Content-Type-Options") == "nosniff", f"{path!r}: no nosniff")
        check("sandbox" in answer.getheader("Content-Security-Policy"), f"{path!r}: not sandboxed")
        for part in "", "/text", f"/hits?q={WORD}":
            answer, _ = ask(d, "GET", f"/documents/{hit['id']}{part}")
            check(answer.status == 200, f"{path!r}{part}: {answer.status}")


def failed(d):
    return {exact(f) for f in d.json("/failures")["failures"]}


def fail_well(d, bad):
    for path in bad:
        answer, body = ask(d, "POST", "/retry?path=" + urllib.parse.quote_from_bytes(path))
        check(answer.status == 202, f"{path!r}: {body!r}")
        done = subprocess.run([BUILD / "prospect", "retry", "--socket", d.socket, path], capture_output=True)
        check(done.returncode == 0, f"{path!r}: {done.stderr!r}")
    d.settle()


def show_well(d):
    for command in ["failures"], ["search", WORD, "--size", "100"]:
        out = subprocess.run([BUILD / "prospect", *command, "--socket", d.socket], capture_output=True)
        check(not controls(out.stdout), f"{command}: {controls(out.stdout)} on the terminal")
    log = d.log.read_bytes()
    lines = [line for line in log.split(b"\n") if line and not line.startswith(b"20")]
    check(not controls(log) and not lines, f"in the log: {controls(log)}, {lines[:3]}")


def main():
    r = seeded()
    names = AWKWARD + [random_name(r) for _ in range(number("NAMES", 100))]
    with Daemon({"quiet_ms": 50}) as d:
        root = os.fsencode(str(d.root))
        os.makedirs(root + b"/" + FOLDERS[-1])
        paths = {FOLDERS[i % 3] + name + b".txt"[:255 - len(name)] for i, name in enumerate(names)}
        for path in paths:
            with open(root + b"/" + path, "wb") as f:
                f.write(f"{WORD} of {len(path)} bytes".encode() + path.hex().encode())
        bad = {b"broken\n\xff.pdf", b"d\n\xff/brok\x1b[31men.pdf"}
        for path in bad:
            with open(root + b"/" + path, "wb") as f:
                f.write(b"%PDF-1.4 " + path)
        d.until(lambda: set(found(d)) == paths, 60, "not all that is in the folder is found")
        d.until(lambda: failed(d) == bad, 60, "not all that is broken is told")
        d.settle()
        hits = found(d)
        serve_well(d, root, hits)
        fail_well(d, bad)
        show_well(d)
        moved = sorted(paths)[0]
        os.rename(root + b"/" + moved, root + b"/moved\n\xfe.txt")
        d.until(lambda: set(found(d)) == paths - {moved} | {b"moved\n\xfe.txt"}, 30, "a move is not seen")
        print(f"names: {len(paths)} of any bytes found, told and served by exactly these; nothing of "
              f"them in headers, on terminals or in the log but what is printed")


main()
