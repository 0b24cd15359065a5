"""The webhook as it is served, on one core: events a second and CPU, in turn with the floor."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from bench.machine import busy_seconds, cpu_seconds
from bench.prepared import Prepared
from bench.served import AT_ONCE, FLOOR, PRODUCT, Server, serving
from bench.table import Line, Target
from bench.traffic import DONE, send

CONNECTIONS = (1, 8, 32)
FEWEST_ROUNDS = 3
PATIENCE_SECONDS = 120
"""A busy machine gets fewer rounds, not a longer wait."""
AT_LEAST = Target(0.9, is_ceiling=False)


class WrongAnswerError(AssertionError):
    """An event was not dealt with: what was measured is not the work."""


@dataclass(frozen=True)
class Run:
    """One batch of events: events a second, the server's CPU seconds per 1,000, and how busy the other side was."""

    rate: float
    cpu: float
    generator: float
    load_cores: float


Runs = Mapping[tuple[int, Server], Run]
"""One round, by the number of connections and the server."""


@dataclass(frozen=True)
class Bench:
    """The servers, all on one core, of which one is asked at a time; and the cores of load and database."""

    prepared: Prepared
    floor: Server
    ours: Server
    at_once: Server
    load_cores: set[int]

    def run(self, server: Server, requests: Sequence[bytes], connections: int) -> Run:
        """One batch of events.

        Raises:
            WrongAnswerError: the server did not deal with one of them.
        """
        before, busy = cpu_seconds(server.process.pid), busy_seconds(self.load_cores)
        sent = send(server.port, requests, connections)
        if set(sent.answers) != {DONE}:
            raise WrongAnswerError(f"{sent.answers}")
        used, load = cpu_seconds(server.process.pid) - before, busy_seconds(self.load_cores) - busy
        return Run(
            rate=len(requests) / sent.seconds,
            cpu=used / len(requests) * 1000,
            generator=sent.cpu / sent.seconds,
            load_cores=load / sent.seconds / len(self.load_cores),
        )

    def round(self, count: int, order: int) -> Runs:
        """Every server once at every number of connections; floor and ours with new events, in this order (1, -1)."""
        runs = {}
        for connections in CONNECTIONS:
            for server in (self.floor, self.ours)[::order]:
                requests = self.prepared.requests(count)
                runs[connections, server] = self.run(server, requests, connections)
            runs[connections, self.at_once] = self.run(self.at_once, requests, connections)
        return runs

    def check(self, events: int) -> None:
        """Compare with the database: so many events have left their mark, which is written with what they change.

        Raises:
            WrongAnswerError: the answers said so, but it was not done.
        """
        if (seen := self.prepared.seen()) != events:
            raise WrongAnswerError(f"{events} events were answered, {seen} have been dealt with")


def measure(
    prepared: Prepared, firestore_host: str, cores: tuple[int, set[int]], rounds: int, count: int
) -> list[Line]:
    """So many rounds of so many events for each server and number of connections; fewer where they take too long."""
    already = prepared.seen()
    with _servers(prepared, firestore_host, cores) as bench:
        for server in (bench.floor, bench.ours):
            bench.run(server, prepared.requests(count), CONNECTIONS[-1])
        deadline, done = time.monotonic() + PATIENCE_SECONDS, list[Runs]()
        while len(done) < rounds and (len(done) < FEWEST_ROUNDS or time.monotonic() < deadline):
            done.append(bench.round(count, 1 if len(done) % 2 else -1))
        bench.check(already + 2 * count * (1 + len(done) * len(CONNECTIONS)))
        return [line for connections in CONNECTIONS for line in _lines(bench, done, connections)]


@contextmanager
def _servers(prepared: Prepared, firestore_host: str, cores: tuple[int, set[int]]) -> Iterator[Bench]:
    core, load_cores = cores
    with ExitStack() as stack:
        floor, ours, at_once = (
            stack.enter_context(serving(each, firestore_host, core)) for each in (FLOOR, PRODUCT, AT_ONCE)
        )
        for server in (floor, ours, at_once):
            server.wait_until_it_listens()
        yield Bench(prepared, floor, ours, at_once, load_cores)


def _lines(bench: Bench, rounds: Sequence[Runs], connections: int) -> list[Line]:
    floor, ours, at_once = (
        [runs[connections, server] for runs in rounds] for server in (bench.floor, bench.ours, bench.at_once)
    )
    generator = median(run.generator for run in floor + ours)
    load_cores = median(run.load_cores for run in floor + ours)
    load = f"load generator {generator:.0%} CPU; cores of load and database {load_cores:.0%} busy"
    name = f"webhook, {connections} connection{'s' if connections > 1 else ''}"
    rates = [run.rate for run in floor]
    return [
        Line(name, rates, [run.rate for run in ours], "events/s", AT_LEAST, load),
        Line("  server's CPU", [run.cpu for run in floor], [run.cpu for run in ours], "s/1,000"),
        Line("  generator, answered at once", rates, [run.rate for run in at_once], "events/s"),
    ]
