"""The load generator: requests made beforehand, on connections that are kept, one thread for each."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from socket import IPPROTO_TCP, TCP_NODELAY, create_connection, socket

ANSWER_SECONDS = 30
LENGTH = b"content-length:"
DONE = b'{"outcome": "done"}'
"""What the product answers when it has dealt with an event; the floor answers the same."""


@dataclass(frozen=True)
class Sent:
    """What became of a batch of requests: how long all of them took, the generator's own CPU, and each answer."""

    seconds: float
    cpu: float
    answers: Counter[bytes]


def http_request(body: bytes, signature: str) -> bytes:
    """A webhook's request as it goes over the wire."""
    head = (
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Stripe-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def send(port: int, requests: Sequence[bytes], connections: int) -> Sent:
    """Send all requests in their order over so many connections, each with one request on its way at a time."""
    todo, answers = deque(requests), deque[bytes]()
    ready = threading.Barrier(connections + 1)
    threads = [threading.Thread(target=_work, args=(port, todo, answers, ready)) for _ in range(connections)]
    for thread in threads:
        thread.start()
    ready.wait(ANSWER_SECONDS)
    began, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    return Sent(time.perf_counter() - began, time.process_time() - cpu, Counter(answers))


def ask(port: int, request: bytes) -> bytes:
    """One request on a connection of its own; the answer's body."""
    with create_connection(("127.0.0.1", port), ANSWER_SECONDS) as connection:
        connection.sendall(request)
        return _answer(connection)


def _work(port: int, todo: deque[bytes], answers: deque[bytes], ready: threading.Barrier) -> None:
    with create_connection(("127.0.0.1", port), ANSWER_SECONDS) as connection:
        connection.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        ready.wait(ANSWER_SECONDS)
        while todo:
            try:
                request = todo.popleft()
            except IndexError:  # another connection has taken the last one
                return
            connection.sendall(request)
            answers.append(_answer(connection))


def _answer(connection: socket) -> bytes:
    """The body of one answer. Raises `ConnectionError` where the server closes instead."""
    received = b""
    while True:
        head, end, body = received.partition(b"\r\n\r\n")
        if end and len(body) >= _length(head):
            return body
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        received += chunk


def _length(head: bytes) -> int:
    [line] = (line for line in head.lower().split(b"\r\n") if line.startswith(LENGTH))
    return int(line.removeprefix(LENGTH))
