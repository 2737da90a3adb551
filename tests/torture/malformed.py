#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Raw requests that are none: each is refused (4xx, 501 or 505) or closed within 12 seconds, and the
daemon goes on. Those that are merely odd are answered.
"""
import re
import shutil
import socket
import time

from daemon import PROGRAMME, Daemon, check

HOST = b"Host: 127.0.0.1\r\n"


def get(line=b"GET / HTTP/1.1", headers=b"", host=HOST, body=b""):
    return line + b"\r\n" + host + headers + b"\r\n" + body


def post(headers, body=b""):
    return get(b"POST /rescan HTTP/1.1", headers, body=body)


MALFORMED = [
    b"\r\n\r\n\r\n\r\n", b"\0" * 64, b"\xff" * 64, b"GET\r\n\r\n", b"GET /\r\n\r\n", b"G" * 20000,
    b"GET / HTTP/1.1\n\n", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    b"GET / HTTP/1\r\n" + HOST + b"\r\n", b"GET / http/1.1\r\n" + HOST + b"\r\n",
    b"GET  /  HTTP/1.1\r\n" + HOST + b"\r\n", b"GET / HTTP/1.1 x\r\n" + HOST + b"\r\n",
    b" GET / HTTP/1.1\r\n" + HOST + b"\r\n", b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n",
    get(b"GET / HTTP/-1.1"), get(b"GET /a b HTTP/1.1"), get(b"G\0T / HTTP/1.1"),
    get(b"\xc3\x89 / HTTP/1.1"), get(b"GET /" + b"a" * 9000 + b" HTTP/1.1"),
    get(b"GET //evil.example/ HTTP/1.1"), get(b"GET /../../etc/passwd HTTP/1.1"),
    get(b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1"), get(b"GET /%00 HTTP/1.1"),
    get(b"GET /%zz HTTP/1.1"), get(b"GET /search?q=%ff HTTP/1.1"), get(b"GET /search?q=%00 HTTP/1.1"),
    get(b"GET /search?q=a&q=b HTTP/1.1"), get(b"GET /search?size=1e9 HTTP/1.1"),
    get(b"GET http://evil.example/ HTTP/1.1"), get(b"CONNECT evil.example:80 HTTP/1.1"),
    get(b"TRACE / HTTP/1.1"), get(b"BREW / HTTP/1.1"), get(host=b""), get(host=b"Host:\r\n"),
    get(host=b"Host: evil.example\r\n"), get(host=HOST + b"Host: evil.example\r\n"),
    get(host=HOST + HOST), get(host=b"Host : 127.0.0.1\r\n"), get(host=b"Host: a b\r\n"),
    get(headers=b"X: a\0b\r\n"), get(headers=b"X: a\rb\r\n"), get(headers=b"X\0: a\r\n"),
    get(headers=b": a\r\n"), get(headers=b"no colon\r\n"), get(headers=b"X: a\r\n folded\r\n"),
    get(headers=b"X: " + b"a" * 9000 + b"\r\n"), get(headers=b"X: a\r\n" * 3000),
    get(headers=b"Origin: http://evil.example\r\n"), post(b"Content-Length: -1\r\n"),
    post(b"Content-Length: 0x10\r\n", b"x" * 16), post(b"Content-Length: +3\r\n", b"abc"),
    post(b"Content-Length: 3, 3\r\n", b"abc"), post(b"Content-Length: 99999999999999999999\r\n"),
    post(b"Content-Length: 3\r\nContent-Length: 4\r\n", b"abcd"), post(b"Content-Length: 70000\r\n"),
    post(b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
    post(b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n"), post(b"Transfer-Encoding: x\r\n"),
    post(b"Content-Length: 10\r\n", b"abc"), b"GET / HTTP/1.1\r\nHost: 127.0.0.1",
    get(b"GET http://127.0.0.1/ HTTP/1.1", host=b"Host: evil.example\r\n"),
    get(b"GET http://evil.example/ HTTP/1.1"), get(b"GET http://evil@127.0.0.1/ HTTP/1.1"),
    get(b"GET ftp://127.0.0.1/ HTTP/1.1"), get(host=b"Host: 127.0.0.1.\r\n"),
    get(host=b"Host: 127.1\r\n"), get(host=b"Host: 2130706433\r\n"), get(host=b"Host: [::1\r\n"),
    get(host=b"Host: 127.0.0.1:99999999\r\n"), get(host=b"Host: 127.0.0.1:80:80\r\n"),
    get(host=b"Host: 127.0.0.1.evil.example\r\n"), get(headers=b"Origin: null\r\n"),
    get(headers=b"Origin: file://\r\n"), get(headers=b"Origin: http://127.0.0.1.evil.example\r\n"),
    get(b"OPTIONS * HTTP/1.1"), get(b"OPTIONS /search HTTP/1.1"), get(b"PUT /search HTTP/1.1"),
    get(b"DELETE / HTTP/1.1"), get(b"GET /search?q=%c0%af HTTP/1.1"),
    get(b"GET /documents/%2e%2e/content HTTP/1.1"), get(b"GET /documents/x%00y HTTP/1.1"),
    get(b"GET /documents/" + b"a" * 5000 + b" HTTP/1.1"), get(b"GET /documents//content HTTP/1.1"),
    get(b"GET /search?q=" + b"a+" * 600 + b" HTTP/1.1"), get(b"GET /search?facet=nothing HTTP/1.1"),
    get(b"GET /search?" + b"country=x&" * 80 + b" HTTP/1.1"),
    get(headers=b"Content-Length: 3\r\n", body=b"abc"), post(b"Expect: 100-continue\r\nContent-Length: 70000\r\n"),
    post(b"Content-Length: 1_0\r\n", b"x" * 10), post(b"Content-Length: \xd9\xa3\r\n", b"abc"),
]

# Odd, and to be answered: what is sent, how many answers, and the code of each.
ODD = [
    (get(host=b"HOST: LocalHost\r\n"), [200]), (get(host=b"host:   127.0.0.1:1\r\n"), [200]),
    (get(b"GET http://127.0.0.1/healthz HTTP/1.1"), [200]), (get(b"HEAD /search?q=gender HTTP/1.1"), [200]),
    (get(b"GET /search?" + b"x" * 3000 + b"=1 HTTP/1.1"), [200]),
    (get(b"GET /healthz HTTP/1.1", b"Range: bytes=0-0,1-1,2-2,99999999999999999999-\r\n"), [200]),
    (get(b"GET /healthz HTTP/1.1", b"Expect: nonsense\r\n"), [200]),
    (get(b"GET /healthz HTTP/1.1") * 50, [200] * 50),
    (get(b"HEAD /healthz HTTP/1.1") + get(b"GET /nothing HTTP/1.1") + get(b"GET /healthz HTTP/1.1"), [200, 404, 200]),
    (post(b"Content-Length: 44\r\n", b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n"[:44])
     + get(b"GET /healthz HTTP/1.1"), [403, 200]),
]


def ask(port, request):
    """(status line or nothing, seconds until it was answered or closed)"""
    began, answer = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", port), timeout=12) as s:
        try:
            s.sendall(request)
            while b"\r\n" not in answer:
                got = s.recv(4096)
                if not got:
                    break
                answer += got
        except (ConnectionError, BrokenPipeError):
            pass
    return answer.split(b"\r\n")[0], time.monotonic() - began


def answers(port, request):
    """The codes of all answers until the server waits for more, or closes."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=3) as s:
        s.sendall(request)
        try:
            while data := s.recv(65536):
                got += data
        except TimeoutError:
            pass
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", got)]


def refused(line):
    code = line.split(b" ")[1:2]
    return not line or (code and (code[0][:1] == b"4" or code[0] in (b"501", b"505")))


def main():
    with Daemon() as d:
        shutil.copytree(PROGRAMME, d.root / "programme")
        d.settle()
        closed, slowest, wrong = 0, 0, []
        for request in MALFORMED:
            try:
                line, took = ask(d.port, request)
            except TimeoutError:
                line, took = b"none at all", 12
            closed += not line
            slowest = max(slowest, took)
            if not refused(line):
                wrong.append((request[:60], line))
            check(d.alive(), f"the daemon ended: {request[:60]!r}")
        for request, line in wrong:
            print(f"{request!r}: {line!r}")
        check(not wrong, f"{len(wrong)} malformed requests were not refused")
        for request, codes in ODD:
            got = answers(d.port, request)
            check(got == codes, f"{request[:60]!r}: {got}, not {codes}")
        check(d.search("gender")["total"] > 0, "it no longer answers")
        print(f"malformed: {len(MALFORMED)} requests, {len(MALFORMED) - closed} refused, {closed} "
              f"closed; the slowest after {slowest:.1f} s; {len(ODD)} odd ones answered")


main()
