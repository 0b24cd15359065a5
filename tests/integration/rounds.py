"""The same race many times over, each round in an empty house, and the promise asked for after each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.integration.house import CONSULTANT, House
from tests.integration.promise import check_promise

ROUNDS = 50


def rounds(house: House, count: int = ROUNDS) -> Iterator[int]:
    """Rounds, numbered from 0. Each has to come to rest; then the promise is checked, and all is forgotten."""
    for n in range(count):
        yield n
        check_promise(house)
        _forget(house)


def _forget(house: House) -> None:
    batch = house.db.batch()
    for path in house.everything().keys() - {f"consultants/{CONSULTANT}"}:
        batch.delete(house.db.document(path))
    batch.commit()
    house.control.reset()
    house.clock.ahead = timedelta()
    house.delivered.clear()
    house.seen.clear()
