#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A watched tree in which everything is wrong that one who may write there can make: things that are
no files, links and folders that point out of it or change places while they are read, files of a
hundred gigabytes with nothing in them, files that change all the time, dates that cannot be, rules
that are devices, texts made to cost their readers much. Nothing outside is ever found, each regular
file has an outcome, and what is left in the end is what is found.

SECONDS says for how long things change places (20).
"""
import bz2
import gzip
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import zipfile

from daemon import PROGRAMME, Daemon, check, number, percentile, seeded

SECRET = "quaggahorn"      # stands outside the tree only
MARK = "salamander"        # in each good file
TOO_LARGE = 100 << 30      # bytes, of a file with holes only
FAR = [0, -1, -(1 << 31), 1 << 32, (1 << 33) + 7, 253402300800, -62135596801]
LEVELS = 100000


def outside(d):
    """What the daemon may read, and nobody asked it to."""
    folder = d.work / "outside"
    folder.mkdir()
    (folder / "secret.txt").write_text(f"{SECRET} and {MARK}")
    (folder / "rules").write_text(f"programme = {SECRET}\n")
    return folder


# ---- what lies there ---------------------------------------------------------------------------

def no_files(root, away):
    """How many of them are no regular files."""
    folder = root / "nofiles"
    folder.mkdir()
    os.mkfifo(folder / "fifo.pdf")
    socket.socket(socket.AF_UNIX).bind(str(folder / "sock.txt"))
    links = [("out.txt", away / "secret.txt"), ("folder", away), ("loop", folder), ("self", "self"),
             ("up", "../.."), ("proc", "/proc/self"), ("mem.txt", "/proc/self/mem"),
             ("shadow.txt", "/etc/shadow"), ("tty", "/dev/tty"), ("dangling.pdf", "nowhere")]
    for name, target in links:
        (folder / name).symlink_to(target)
    if os.geteuid() == 0:
        os.mknod(folder / "zero.txt", 0o020644, os.makedev(1, 5))
        os.mknod(folder / "disk.pdf", 0o060644, os.makedev(250, 250))


def rules_of_all_kinds(root, away):
    """Folders and files whose rules are not what rules are."""
    def folder(name):
        (root / "rules" / name).mkdir(parents=True)
        (root / "rules" / name / "x.txt").write_text(f"{MARK} {name}")
        return root / "rules" / name / ".prospect"

    os.mkfifo(folder("fifo"))
    folder("link").symlink_to(away / "rules")
    folder("dir").mkdir()
    folder("zero").symlink_to("/dev/zero")
    with open(folder("large"), "wb") as f:
        f.truncate(TOO_LARGE)
    folder("nul").write_bytes(b"title = a\0b\n" * 1000)
    folder("line").write_bytes(b"title = " + b"x" * 10000000)
    folder("many").write_text("ignore = *.a?b*c*d*e*f\n" * 100000)
    side = root / "rules" / "side"
    side.mkdir()
    for name in ("fifo", "link", "dir"):
        (side / f"{name}.txt").write_text(f"{MARK} side {name}")
    os.mkfifo(side / "fifo.txt.meta")
    (side / "link.txt.meta").symlink_to(away / "rules")
    (side / "dir.txt.meta").mkdir()


def dates_that_cannot_be(root):
    folder = root / "dates"
    folder.mkdir()
    for i, when in enumerate(FAR):
        (folder / f"{i}.txt").write_text(f"{MARK} {i}")
        try:
            os.utime(folder / f"{i}.txt", (when, when))
        except OSError:
            pass  # not on this file system


def sizes_that_cannot_be(root):
    folder = root / "sizes"
    folder.mkdir()
    for name, size in (("huge.txt", TOO_LARGE), ("huge.pdf", TOO_LARGE), ("holes.txt", 300 << 20),
                       ("holes.html", 300 << 20)):
        with open(folder / name, "wb") as f:
            f.truncate(size)


def deep(root):
    """As deep as names can be, and deeper: a step at a time."""
    here = os.open(root, os.O_RDONLY)
    for i in range(400):
        name = ("n" * 200) if i % 2 else "d"
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("far.txt", os.O_WRONLY | os.O_CREAT, dir_fd=here))
    os.close(here)


def texts(folder):
    """Each costs its reader what it costs least to write."""
    html = "<!doctype html><title>t</title><body>"
    made = {
        "deep.html": html + "<div>" * LEVELS + MARK,
        "attribute.html": html + '<p title="' + "a" * 50000000 + f'">{MARK}',
        "attributes.html": html + "<p " + " ".join(f"a{i}=1" for i in range(500000)) + f">{MARK}",
        "metas.html": "".join(f'<meta name="author" content="a{i}">' for i in range(200000)) + MARK,
        "entity.xhtml": '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "lol">' + "".join(
            f'<!ENTITY a{i} "' + f"&a{i - 1};" * 10 + '">' for i in range(1, 12)) +
            "]><html xmlns='http://www.w3.org/1999/xhtml'><body>&a11;</body></html>",
        "external.xhtml": '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            "<html xmlns='http://www.w3.org/1999/xhtml'><body>&x;</body></html>",
        "quotes.md": "> " * LEVELS + MARK,
        "brackets.md": "[" * LEVELS + MARK,
        "stars.md": "*a **b " * LEVELS + MARK,
        "lists.md": "".join(" " * (2 * i) + "- x\n" for i in range(2000)),
        "table.md": "|a" * 20000 + "|\n" + "|-" * 20000 + "|\n" + "|b" * 20000 + "|\n",
        "pages.txt": "\f" * 2000000,
        "marks.txt": MARK + " e" + "\u0301" * 5000000,
        "word.txt": "w" * 30000000,
        "words.txt": " ".join(f"u{i}" for i in range(2000000)),
        "dates.txt": "2016-10-18 " * 500000,
        "dots.txt": ".\n" * 5000000,
        "controls.txt": "".join(map(chr, range(1, 32))) * 100000,
    }
    folder.mkdir()
    for name, text in made.items():
        (folder / name).write_text(text)
    (folder / "utf16.txt").write_bytes(b"\xff\xfe" + (MARK + "\ud83d" * 3000000).encode("utf-16-le", "surrogatepass"))
    (folder / "utf32.txt").write_bytes(b"\0\0\xfe\xff" + b"\x7f\xff\xff\xff" * 3000000)
    (folder / "utf7.html").write_bytes(b'<meta charset="utf-7">+ADw-script+AD4-alert(1)+ADw-/script+AD4-' * 1000)
    (folder / "overlong.txt").write_bytes(b"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf" * 1000000)
    zeros = bytes(64 << 20)
    (folder / "gz.pdf").write_bytes(gzip.compress(gzip.compress(zeros)))
    (folder / "bz2.txt").write_bytes(bz2.compress(zeros))
    with zipfile.ZipFile(folder / "zip.html", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a" * 60000, zeros)
    (folder / "pdf.txt").write_bytes(b"%PDF-1.7\n" + b"1 0 obj\n<<" * 1000000)
    (folder / "kids.pdf").write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 2147483647"
        b"/Kids[2 0 R 2 0 R]>>endobj\ntrailer<</Root 1 0 R>>")


# ---- what changes places -----------------------------------------------------------------------

def swap_folder(root, away):
    """A folder is itself, then a link out of the tree, then itself."""
    real, aside, link = root / "swap/d", root / "swap/aside", root / "swap/link"
    real.mkdir(parents=True)
    (real / "secret.txt").write_text(f"{MARK} in the tree")

    def turn():
        link.symlink_to(away)
        real.rename(aside)
        link.rename(real)
        real.unlink()
        aside.rename(real)
        (real / "secret.txt").write_text(f"{MARK} in the tree {time.time()}")
    return turn


def swap_file(root, away):
    """A file is itself, then a link, then a pipe."""
    folder = root / "swapfile"
    folder.mkdir()
    name, other = folder / "f.txt", folder / ".next"

    def turn():
        name.write_text(f"{MARK} swapped")
        other.symlink_to(away / "secret.txt")
        other.rename(name)
        os.mkfifo(other)
        other.rename(name)
        name.unlink()
        name.write_text(f"{MARK} swapped {time.time()}")
    return turn


def change_content(root, away):
    """A file is cut, grown and replaced while it is read."""
    folder = root / "content"
    folder.mkdir()
    pdf = next(PROGRAMME.rglob("*.pdf")).read_bytes()

    def turn():
        for name in ("a.txt", "b.pdf"):
            (folder / name).write_bytes(pdf)
            os.truncate(folder / name, len(pdf) // 3)
            with open(folder / name, "ab") as f:
                f.write(b"x" * 100000)
            (folder / "next").write_bytes(f"{MARK} {name} {time.time()}".encode() * 1000)
            (folder / "next").rename(folder / name)
    return turn


def rename_folders(root, away):
    """Folders change their names, into each other, while files are added."""
    for i in range(5):
        (root / f"moving{i}").mkdir()

    def turn():
        for i in range(5):
            (root / f"moving{i}" / f"{time.time_ns()}.txt").write_text(f"{MARK} moved {i}")
        (root / "moving0").rename(root / "moving1/inner")
        (root / "moving1/inner").rename(root / "moving0")
    return turn


def change_places(d, away, seconds):
    """All of that at once, by a thread each; searches never see what is outside."""
    end, errors = time.monotonic() + seconds, []

    def again(turn):
        try:
            while time.monotonic() < end:
                turn()
                time.sleep(0.003)
        except OSError as e:
            errors.append(e)

    turns = [make(d.root, away) for make in (swap_folder, swap_file, change_content, rename_folders)]
    threads = [threading.Thread(target=again, args=[t]) for t in turns]
    for t in threads:
        t.start()
    while time.monotonic() < end:
        check(d.search(SECRET, expand=0)["total"] == 0, "what is outside was read")
        time.sleep(0.05)
    for t in threads:
        t.join()
    check(not errors, f"the test itself could not: {errors}")


# ---- and what comes of it ----------------------------------------------------------------------

def files_of(fd):
    """Regular files below the open folder FD, which it closes; links are not followed. By
    descriptors: no path reaches the deepest."""
    found, folders = 0, []
    with os.scandir(fd) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            found += entry.is_file(follow_symlinks=False)
    for name in folders:
        found += files_of(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=fd))
    os.close(fd)
    return found


def texts_found(d, folder):
    """Every text of FOLDER is the one that is there now."""
    for path in folder.rglob("*.txt"):
        if path.is_symlink() or not path.is_file():
            continue
        name = str(path.relative_to(d.root))
        hits = d.search(MARK, size=100, folder=str(path.parent.relative_to(d.root)))["hits"]
        ids = [h["id"] for h in hits if h["path"] == name]
        check(ids, f"{name} is not found")
        text = d.get(f"/documents/{ids[0]}/text")[1].decode()
        check(text.split() == path.read_text().split(), f"{name} has another text: {text[:80]!r}")


def remove_deep(root):
    """shutil cannot: the names are longer than any path."""
    subprocess.run(["rm", "-rf", "d"], cwd=root)


def main():
    seeded()
    with Daemon() as d:
        away, pid = outside(d), d.process.pid
        d.settle()
        for make in (no_files, rules_of_all_kinds):
            make(d.root, away)
        for make in (dates_that_cannot_be, sizes_that_cannot_be, deep):
            make(d.root)
        began = time.monotonic()
        d.settle(300)
        took = time.monotonic() - began
        slowest = []
        texts(d.root / "texts")
        began = time.monotonic()
        while not d.idle():
            slowest.append(d.get("/search?q=" + MARK)[2])
            check(time.monotonic() < began + 600, "texts are still being read")
            time.sleep(0.1)
        read = time.monotonic() - began
        change_places(d, away, number("SECONDS", 20))
        d.settle(300)
        check(d.alive() and d.process.pid == pid, "the daemon ended")
        check(d.search(SECRET, expand=0)["total"] == 0, "what is outside was read")
        for folder in ("swap", "swapfile", "rules", "dates", "content"):
            texts_found(d, d.root / folder)
        indexed, failed, ignored = d.counts()
        sys.setrecursionlimit(5000)
        files = files_of(os.open(d.root, os.O_RDONLY))
        failures = d.json("/failures?size=1000")
        for f in failures["failures"]:
            print(f"{f['path'][-60:]!r}: {f['reason']}: {(f['detail'] or '')[:90]}")
        print(f"tree: {files} files, read within {took:.1f} and (costly texts) {read:.1f} s: {indexed} indexed, "
              f"{failed} not, {ignored} ignored, {failures['total']} listed with a reason; nothing outside "
              f"was found; no restart; p99 of queries beside costly texts {percentile(slowest, 0.99):.0f} ms")
        check(indexed + failed + ignored == files, f"counts do not add up to {files}")
        remove_deep(d.root)


main()
