#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many connections that are held, some of which drip a byte now and then: each dripper is cut within
10.5 seconds of its first byte, and others do not wait for them. Then many that ask for a large answer
and take nothing of it: they do not fill the memory.

HELD (5,000) and DRIPPING (1,000 of them) say how many, as far as descriptors allow; TAKING (60) how
many ask for 20 MB.
"""
import resource
import select
import shutil
import socket
import time

from daemon import PROGRAMME, Daemon, Queries, check, number

WITHIN = 10.5
REST = 5  # seconds without them, before and after
REQUEST = b"GET /search?q=gender HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"x" * 4000


class Dripper:
    """Connects, and then sends a byte of a request at a time. `body` drips in what follows the head."""

    def __init__(self, port, body):
        self.socket = connect(port)
        self.sent, self.next, self.began, self.took, self.answer = 0, 0.0, None, None, b""
        self.bytes = REQUEST
        if body:
            self.bytes = b"POST /rescan HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4000\r\n\r\n" \
                + b"x" * 4000
            self.first = self.bytes.index(b"x")
        else:
            self.first = 1

    def drip(self, now):
        n = 1 if self.began else self.first
        self.began = self.began or now
        self.next = now + 0.5
        try:
            self.sent += self.socket.send(self.bytes[self.sent:self.sent + n])
        except OSError:
            self.took = now - self.began

    def hear(self, now):
        try:
            got = self.socket.recv(4096)
        except OSError:
            got = b""
        self.answer += got
        if not got:
            self.took = now - self.began


def connect(port):
    s = socket.create_connection(("127.0.0.1", port), timeout=30)
    s.setblocking(False)
    return s


def drip_all(drippers):
    """Until each is cut."""
    poll, by_number = select.poll(), {d.socket.fileno(): d for d in drippers}
    for fd in by_number:
        poll.register(fd, select.POLLIN)
    end = time.monotonic() + 3 * WITHIN
    while by_number and time.monotonic() < end:
        now = time.monotonic()
        for d in by_number.values():
            if d.next <= now:
                d.drip(now)
        for fd, _ in poll.poll(20):
            by_number[fd].hear(time.monotonic())
        for fd in [fd for fd, d in by_number.items() if d.took is not None]:
            poll.unregister(fd)
            del by_number[fd]


LARGE = 20 << 20
HELD_MAX = 256 << 20  # what the daemon holds for all of them
SLACK = 256 << 20     # and what is being made, or was not given back to the system


def take_nothing(d, taking):
    """By how many bytes the daemon grew; others are answered, and the last of them can still read."""
    (d.root / "large.txt").write_text("large words and nothing else\n" * (LARGE // 29))
    d.settle()
    path = f"/documents/{d.search('large')['hits'][0]['id']}/text"
    d.get(path)
    before, takers, most = d.resident(), [], 0
    for _ in range(taking):
        s = socket.create_connection(("127.0.0.1", d.port), timeout=60)
        s.sendall(b"GET " + path.encode() + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        check(s.recv(12).startswith(b"HTTP/1.1 200"), "no answer")
        takers.append(s)
        most = max(most, d.resident())
    check(len(d.get(path)[1]) > LARGE - 100, "a large answer is not whole")
    for s in takers:
        s.close()
    return most - before


def main():
    held, dripping = number("HELD", 5000), number("DRIPPING", 1000)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if held + 100 > hard:
        held = hard - 100
        print(f"only {held} are held: the limit of descriptors is {hard}")
    with Daemon(listen="max_connections = 8192\n") as d:
        shutil.copytree(PROGRAMME, d.root / "programme")
        d.settle()
        queries = Queries(d, "idle")
        queries.start()
        time.sleep(REST)
        queries.phase = "between"
        others = [connect(d.port) for _ in range(held - dripping)]
        drippers = [Dripper(d.port, i % 2 == 1) for i in range(dripping)]
        queries.phase = "busy"
        drip_all(drippers)
        queries.phase = "between"
        check(all(x.took is not None for x in drippers), "some are never cut")
        slowest = max(x.took for x in drippers)
        told = sum(b" 408 " in x.answer for x in drippers)
        check(slowest <= WITHIN, f"a dripper lived for {slowest:.1f} s")
        check(d.alive(), "the daemon ended")
        for s in others:
            s.close()
        queries.phase = "idle"
        time.sleep(REST)
        queries.stop()
        grown = take_nothing(d, number("TAKING", 60))
        check(grown < HELD_MAX + SLACK, f"memory grew by {grown >> 20} MiB")
        print(f"slow clients: {held} held, {dripping} dripping, each cut, the last after "
              f"{slowest:.1f} s, {told} of them told so (408); {queries.compared('busy')}; "
              f"memory grew by {grown >> 20} MiB with {number('TAKING', 60)} answers of "
              f"20 MiB that nobody took")


main()
