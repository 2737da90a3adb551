# SPDX-License-Identifier: GPL-3.0-or-later
"""A real prospectd for the torture tests: on folders of its own, killed and started as they like.

TOP_BUILDDIR says where the programs are, TOP_SRCDIR where the sources, HOSTILE where an archive of
hostile files may lie. A test is a program that prints lines, the last of them with its figures, and
ends with status 0; 77 where something that it needs is not there; anything else is a failure.
"""
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

BUILD = pathlib.Path(os.environ.get("TOP_BUILDDIR", ".")).resolve()
SOURCE = pathlib.Path(os.environ.get("TOP_SRCDIR", BUILD.parent)).resolve()
PROGRAMME = SOURCE / "tests/data/programme"
SKIPPED = 77


def number(name, default):
    """The number that the environment variable NAME chooses."""
    return int(os.environ.get(name, default))


def seeded():
    """A generator of what looks random; SEED repeats a run."""
    seed = number("SEED", random.randrange(1 << 32))
    print(f"SEED={seed}")
    return random.Random(seed)


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=30):
        super().__init__("x", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Daemon:
    """`with Daemon() as d:` it runs; .root is what it watches. LIMITS are keys of [limits]; STATE
    and PLUGINS are folders, where others than usual are wanted."""

    def __init__(self, limits=None, state=None, plugins=None, listen=""):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="prospect-torture."))
        os.chmod(self.work, 0o755)
        self.root = self.work / "root"
        self.root.mkdir()
        self.state = pathlib.Path(state or self.work / "state")
        self.socket = str(self.work / "s")
        self.log = self.work / "log"
        self.port = free_port()
        self.process = None
        settings = "".join(f"{k} = {v}\n" for k, v in ({"disk_reserve": 0} | (limits or {})).items())
        self.conf = self.work / "conf"
        self.conf.write_text(
            f"[daemon]\nstate = {self.state}\nplugin_dir = {plugins or BUILD / 'plugins/.libs'}\n"
            f"worker = {BUILD / 'prospect-worker'}\nworkers = {number('WORKERS', 2)}\n"
            f"[listen]\nsocket = {self.socket}\nhttp = 127.0.0.1:{self.port}\n{listen}"
            f"[limits]\n{settings}[root r]\npath = {self.root}\n")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        if kind:
            lines = self.log.read_text(errors="replace").splitlines(True)
            print("".join(lines[:4] + ["...\n"] + lines[-12:]), end="")
        self.kill()
        shutil.rmtree(self.work, ignore_errors=True)

    def start(self, wait=60):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [BUILD / "prospectd", "--foreground", "-c", self.conf],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.until(self.answers, wait, "it does not answer")

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """kill -9; its workers die with it."""
        if self.alive():
            self.process.send_signal(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)

    def get(self, path, timeout=30):
        """(status code, body, milliseconds)"""
        began = time.monotonic()
        connection = UnixConnection(self.socket, timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        return answer.status, body, (time.monotonic() - began) * 1000

    def json(self, path):
        code, body, _ = self.get(path)
        check(code == 200, f"{path}: {code} {body[:300]!r}")
        return json.loads(body)

    def search(self, query, **options):
        return self.json("/search?" + urllib.parse.urlencode({"q": query} | options))

    def answers(self):
        check(self.alive(), f"it ended with status {self.process.returncode}")
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def until(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while not condition():
            check(time.monotonic() < end, f"{what} after {seconds} s")
            time.sleep(0.02)

    def idle(self):
        s = self.json("/status")
        return (s["plugins"] and s["queue_length"] == 0 and s["busy_workers"] == 0
                and not any(r["scanning"] for r in s["roots"]))

    def counts(self):
        """How many files have an outcome: (indexed, failed, ignored)."""
        r = self.json("/status")["roots"][0]
        return r["indexed"], r["failed"], r["ignored"]

    def settle(self, seconds=600):
        self.until(self.idle, seconds, "it is still at work")

    def resident(self):
        """Bytes of memory in use."""
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0


class Queries(threading.Thread):
    """Asks one query after the other until stop(); during() then tells what each took, in ms.

    A comparison is of phases that follow each other closely, each several times, since whatever
    else the machine does then falls on all of them alike. Queries in which the phase changed count
    for none.
    """

    WORDS = ["gender", "pay gap law", "seminar sweden", '"tax systems"', "agenda", "gleichstellung"]

    def __init__(self, daemon, phase, pause=0.01):
        super().__init__(daemon=True)
        self.asked, self.phase, self.pause = daemon, phase, pause
        self.took, self.count, self.ended, self.error = {}, 0, False, None

    def run(self):
        try:
            while not self.ended:
                q = urllib.parse.quote(self.WORDS[self.count % len(self.WORDS)])
                phase = self.phase
                code, body, ms = self.asked.get("/search?q=" + q)
                check(code == 200, f"a query was answered by {code}: {body[:200]!r}")
                self.count += 1
                if phase == self.phase:
                    self.took.setdefault(phase, []).append(ms)
                time.sleep(self.pause)
        except (OSError, AssertionError) as e:
            self.error = e

    def stop(self):
        self.ended = True
        self.join()
        if self.error:
            raise self.error

    def compared(self, busy, idle="idle"):
        """A line that compares two phases."""
        check(self.took.get(busy) and self.took.get(idle), "no query was answered")
        (b, i), (bm, im) = ([percentile(self.took[p], share) for p in (busy, idle)]
                            for share in (0.99, 0.5))
        return (f"p99 of {len(self.took[busy])} queries meanwhile {b:.1f} ms, of "
                f"{len(self.took[idle])} idle ones in between {i:.1f} ms: {b / i:.2f} times (medians "
                f"{bm:.1f} and {im:.1f}), load {os.getloadavg()[0]:.1f}")
