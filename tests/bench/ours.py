"""prospect itself: the real daemon with default settings, asked over its socket."""
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.parse

import measure

PATIENCE = 1800
REST = 7  # seconds after which it has given back what many documents needed
DROP_POLL = 0.01  # more often, and asking takes what reading needs
COMPACT = 90  # it compacts after half a minute with nothing to do


class Daemon:
    def __init__(self, build, folder, state, fresh=False):
        if fresh:
            shutil.rmtree(state, ignore_errors=True)
        os.makedirs(state, exist_ok=True)
        self.state, self.path = state, os.path.join(state, "bench.sock")
        self.log = open(os.path.join(state, "bench.log"), "ab")
        self.watch = measure.Watch()
        self.process = subprocess.Popen(
            [os.path.join(build, "prospectd"), "--foreground", "--root", folder, "--state", state,
             "--http", "", "--socket", self.path, "--worker", os.path.join(build, "prospect-worker"),
             "--plugin-dir", os.path.join(build, "plugins", ".libs"), "--log-level", "warning"],
            stderr=self.log)

    def get(self, path, method="GET"):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.path)
            s.sendall(f"{method} {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            answer = b""
            while part := s.recv(1 << 16):
                answer += part
        return json.loads(answer.split(b"\r\n\r\n", 1)[1])

    def status(self):
        try:
            return self.get("/status")
        except (OSError, ValueError, IndexError):
            return None

    def found(self, query):
        """How many documents have QUERY; None while nobody answers."""
        try:
            return self.get("/search?" + urllib.parse.urlencode({"q": query}))["total"]
        except (OSError, ValueError, IndexError, KeyError):
            return None

    def rescan(self, documents):
        """Seconds from asking for a scan of all until it was seen to run and is over; None if it
        was over too soon to be seen."""
        began, seen = time.monotonic(), False
        self.get("/rescan", "POST")
        while time.monotonic() - began < 1 or seen:
            now = any(root["scanning"] for root in self.get("/status")["roots"])
            if seen and not now:
                self.wait_quiet(documents, pause=0.002)
                return time.monotonic() - began
            seen = seen or now
            time.sleep(0.001)
        return None

    def wait_quiet(self, documents, pause=0.1):
        """Until nothing waits and there are DOCUMENTS; the largest family meanwhile, MiB."""
        until, peak, looked = time.monotonic() + PATIENCE, 0, 0
        while time.monotonic() < until:
            now = self.status()
            if now and not now["queue_length"] and not now["busy_workers"] \
                    and now["documents"] >= documents:
                return peak
            if pause >= 0.1 and time.monotonic() - looked > 0.3:
                peak, looked = max(peak, measure.resident_family(self.process.pid)), time.monotonic()
            if self.process.poll() is not None:
                break
            time.sleep(pause)
        raise RuntimeError("prospectd does not come to rest; see " + self.log.name)

    def cpu(self):
        return measure.cpu_seconds(self.process.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        if os.path.exists(self.path):
            os.unlink(self.path)


def wait_compacted(state):
    """MB of the index once the daemon has compacted it by itself; None if it does not."""
    before, until = measure.folder_mb(state), time.monotonic() + COMPACT
    while time.monotonic() < until:
        time.sleep(1)
        if measure.folder_mb(state) < 0.9 * before:
            time.sleep(1)
            return measure.folder_mb(state)
    return None


def cold(build, folder, files, state, compact=False):
    """Everything from nothing. With idle memory and, if asked, the index's size after compaction."""
    d = Daemon(build, folder, state, fresh=True)
    try:
        peak = d.wait_quiet(files)
        cpu = d.cpu()
        watch = d.watch.stop(cpu)
        result = {"wall": watch.wall, "cpu": cpu, "memory": peak, "others": watch.others,
                  "pages": d.status()["pages"], "mb": measure.folder_mb(state)}
        time.sleep(REST)
        result["idle"] = measure.resident(d.process.pid)
        if compact:
            result["compacted"] = wait_compacted(state)
        return result
    finally:
        d.stop()


def unchanged(build, folder, files, state, times=5):
    """Seconds from exec until nothing is left to do, of the fastest of some starts; and until the
    first answer."""
    best = None
    for _ in range(times):
        d = Daemon(build, folder, state)
        try:
            while not d.status():
                time.sleep(0.002)
            answer = time.monotonic() - d.watch.began
            d.wait_quiet(files, pause=0.002)
            watch = d.watch.stop(d.cpu())
            if not best or watch.wall < best["wall"]:
                best = {"wall": watch.wall, "answer": answer, "others": watch.others}
        finally:
            d.stop()
    return best


def drop(d, folder, new, number):
    """Copies NEW into a new folder at once; for each the seconds from its close() to its hit."""
    target, closed, found = os.path.join(folder, f"zz-drop-{number}"), {}, {}
    contents = {}
    for source in new:
        with open(source, "rb") as file:
            contents[os.path.basename(source)] = file.read() + b"\n%% %d" % number
    os.mkdir(target)
    for name, content in contents.items():
        with open(os.path.join(target, name), "wb") as file:
            file.write(content)
        closed[name] = time.monotonic()
    query = urllib.parse.urlencode({"q": f"folder:zz-drop-{number}", "size": 50, "snippets": 0})
    until = time.monotonic() + 60
    while len(found) < len(new) and time.monotonic() < until:
        hits, now = d.get("/search?" + query)["hits"], time.monotonic()
        for hit in hits:
            found.setdefault(os.path.basename(hit["path"]), now)
        time.sleep(DROP_POLL)
    shutil.rmtree(target)
    return {name: found.get(name, until) - closed[name] for name in closed}


def dropped(build, folder, files, new, state, times=5):
    """All times of some drops of ten, of those of them that are no PDFs, and of one text alone."""
    d, seconds = Daemon(build, folder, state), {"ten": [], "small": [], "one": []}
    try:
        d.wait_quiet(files)
        time.sleep(2)
        for number in range(times):
            took = drop(d, folder, new, number)
            seconds["ten"] += took.values()
            seconds["small"] += [t for name, t in took.items() if not name.endswith(".pdf")]
            time.sleep(1.5)
            seconds["one"] += drop(d, folder, new[-1:], times + number).values()
            time.sleep(1.5)
        return {name: sorted(all_of_it) for name, all_of_it in seconds.items()}
    finally:
        d.stop()


def long_document(build, pdf, folder, state):
    """MiB more at the highest than before, while one long PDF is read."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    d = Daemon(build, folder, state, fresh=True)
    try:
        d.wait_quiet(0)
        before = measure.resident_family(d.process.pid)
        shutil.copyfile(pdf, os.path.join(folder, "long.pdf"))
        time.sleep(0.3)
        return d.wait_quiet(1) - before
    finally:
        d.stop()
