"""Calls made at once, each by a thread of its own, as instances of a function serve people at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from payments.core.refusals import Code, Refusal


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call answered, or the code that it was refused with, in the order of the calls."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return call()
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def answers(outcomes: list[Any], *refusals: Code) -> list[Any]:
    """The outcomes that are answers. Fails where a call was refused with any other code than these."""
    found = [outcome for outcome in outcomes if not isinstance(outcome, Code)]
    assert {outcome for outcome in outcomes if isinstance(outcome, Code)} <= set(refusals)
    return found
