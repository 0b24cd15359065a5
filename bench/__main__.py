"""`python -m bench [imports] [first-answer] [webhook] [contention]`: measure these, or all, and print one table.

It needs Linux, two cores and a Firestore engine, and takes about three minutes. A target that is missed is said, not
failed: on a machine with other work the ratios scatter. An answer that is wrong is a failure.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence

from google.cloud import firestore

from bench import contention, first_answer, imports, webhook
from bench.machine import NotEnoughCoresError, divide_cores, pinned_to
from bench.prepared import Prepared, real_events
from bench.served import PROJECT, THREADS
from bench.table import Line, table
from emulators.stack.engine_choice import EngineNotFoundError
from emulators.stack.firestore_engine import running_engine
from emulators.stack.processes import StartFailedError, exit_on_sigterm

ROUNDS = {"imports": 15, "first-answer": 7, "webhook": 9, "contention": 5}
EVENTS = 500
"""In each batch of each round, for each server and each number of connections."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 after the table, 1 where this machine can't run it."""
    exit_on_sigterm()
    parser = ArgumentParser(prog="python -m bench", description="Speed and size, as ratios to a floor.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"what to measure: {', '.join(ROUNDS)} (default: all)")
    parser.add_argument("--rounds", type=int, help="instead of each measurement's own number of rounds")
    parser.add_argument("--events", type=int, default=EVENTS, help="events in a batch of `webhook` (%(default)s)")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.names) - set(ROUNDS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    try:
        lines = _measure(asked.names or list(ROUNDS), asked.rounds, asked.events)
    except (NotEnoughCoresError, EngineNotFoundError, StartFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    print(table(lines))
    return 0


def _measure(names: Sequence[str], rounds: int | None, events: int) -> list[Line]:
    core, load_cores = divide_cores()
    print(f"Server on core {core} with {THREADS} threads; load and database on {sorted(load_cores)}.", file=sys.stderr)
    with pinned_to(load_cores), running_engine() as engine:
        os.environ["FIRESTORE_EMULATOR_HOST"] = engine.host
        engine.clear(PROJECT)
        database = firestore.Client(project=PROJECT)
        prepared = Prepared(database, real_events())
        measurements: Mapping[str, Callable[[int], list[Line]]] = {
            "imports": lambda n: imports.measure(core, n),
            "first-answer": lambda n: first_answer.measure(prepared, engine.host, core, n),
            "webhook": lambda n: webhook.measure(prepared, engine.host, (core, load_cores), n, events),
            "contention": lambda n: contention.measure(database, n),
        }
        return [line for name in names for line in _timed(name, measurements[name], rounds or ROUNDS[name])]


def _timed(name: str, measure: Callable[[int], list[Line]], rounds: int) -> list[Line]:
    print(f"{name}: {rounds} rounds …", end=" ", flush=True, file=sys.stderr)
    began = time.monotonic()
    lines = measure(rounds)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    return lines


if __name__ == "__main__":
    sys.exit(main())
