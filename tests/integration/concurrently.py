"""The same race many times over, each round about a chat of its own, and the promise asked for at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.integration.deployment import Deployment
from tests.integration.promise import check_promise

ROUNDS = 16


class Round(NamedTuple):
    """One of them: its number from 0, and whose chat it is about."""

    number: int
    chat: str
    payer: str


def rounds(deployment: Deployment, count: int = ROUNDS) -> Iterator[Round]:
    """Each has to come to rest; after the last one the promise is checked for all."""
    for n in range(count):
        yield Round(n, f"chat{n}", f"payer{n}")
    check_promise(deployment)
