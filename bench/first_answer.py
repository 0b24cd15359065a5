"""From the spawn of a server to its first answered event: what a person waits for when an instance starts cold."""

from __future__ import annotations

import time

from bench.machine import cpu_seconds
from bench.prepared import Prepared
from bench.served import FLOOR, PRODUCT, Function, serving
from bench.table import Line, Target
from bench.traffic import DONE, ask
from bench.webhook import WrongAnswerError

AT_MOST = Target(1.15)


def measure(prepared: Prepared, firestore_host: str, core: int, rounds: int) -> list[Line]:
    """Spawn floor and ours in turn, after one of each that is not measured; each gets a new event."""
    for function in (FLOOR, PRODUCT):
        _milliseconds(function, prepared, firestore_host, core)
    pairs = [[_milliseconds(each, prepared, firestore_host, core) for each in (FLOOR, PRODUCT)] for _ in range(rounds)]
    (floor_time, floor_cpu), (our_time, our_cpu) = (zip(*side, strict=True) for side in zip(*pairs, strict=True))
    return [
        Line("first answer after a spawn", floor_time, our_time, "ms", AT_MOST),
        Line("  server's CPU until then", floor_cpu, our_cpu, "ms"),
    ]


def _milliseconds(function: Function, prepared: Prepared, firestore_host: str, core: int) -> tuple[float, float]:
    """From the spawn to the first answer, and the CPU time that the server has used by then."""
    request = prepared.requests(1)[0]
    with serving(function, firestore_host, core) as server:
        server.wait_until_it_listens()
        answer = ask(server.port, request)
        took, used = time.perf_counter() - server.started, cpu_seconds(server.process.pid)
    if answer != DONE:
        raise WrongAnswerError(f"{answer!r}")
    return took * 1000, used * 1000
