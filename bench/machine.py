"""Which core does what: the server has one to itself, as an instance with 1 CPU has; load and engine have the rest."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil


class NotEnoughCoresError(RuntimeError):
    """Server and load on one core would measure each other."""


def divide_cores() -> tuple[int, set[int]]:
    """The server's core, and those of everything else.

    Raises:
        NotEnoughCoresError: this machine has one core, or does not let processes be pinned to one (only Linux does).
    """
    if sys.platform != "linux":
        raise NotEnoughCoresError("The benchmarks pin processes to cores, which needs Linux.")
    *others, last = sorted(os.sched_getaffinity(0))
    if not others:
        raise NotEnoughCoresError("The benchmarks need two cores: one for the server, one for load and database.")
    return last, set(others)


@contextmanager
def pinned_to(cores: set[int]) -> Iterator[None]:
    """This thread, and the processes and threads that it starts meanwhile, run on these cores only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """CPU time, user and system, that a process and its children have used so far."""
    process = psutil.Process(pid)
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def busy_seconds(cores: set[int]) -> float:
    """How long these cores have been busy since the machine started, whoever kept them so."""
    per_core = psutil.cpu_times(percpu=True)
    return sum(sum(per_core[core]) - per_core[core].idle - per_core[core].iowait for core in cores)
