"""What runs in bulk asks Stripe no faster than its rate; seen by the waits that are asked for, without waiting."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from payments.adapters.rate_limit import RateLimit

#: One request in so many seconds: far more than a test can take, so that its own time never counts.
GAP = 10_000.0


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def limit(waits: list[float]) -> RateLimit:
    return RateLimit(1 / GAP, waits.append)


def test_the_first_request_does_not_wait(limit: RateLimit, waits: list[float]) -> None:
    limit.wait()

    assert waits == []


def test_requests_start_a_gap_apart(limit: RateLimit, waits: list[float]) -> None:
    began = time.monotonic()
    for _ in range(5):
        limit.wait()
    took = time.monotonic() - began

    assert len(waits) == 4
    assert all(n * GAP - took <= wait <= n * GAP for n, wait in enumerate(waits, 1))


def test_requests_of_all_threads_together_start_a_gap_apart(limit: RateLimit, waits: list[float]) -> None:
    """Eight workers at the rate of one, not of eight."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: limit.wait(), range(40)))

    assert [round(wait / GAP) for wait in sorted(waits)] == list(range(1, 40))


def test_a_pause_does_not_save_up_requests(limit: RateLimit, waits: list[float]) -> None:
    """What has been idle must not begin with a burst."""
    limit._next -= 100 * GAP

    for _ in range(3):
        limit.wait()

    assert [round(wait / GAP) for wait in waits] == [1, 2]
