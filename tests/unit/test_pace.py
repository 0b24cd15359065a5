"""What runs in bulk asks Stripe no faster than its rate; seen by the waits that are asked for, without waiting."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from payments.adapters.rate_limit import PacedGateway
from payments.domain.chat.records import Attempt, Hold
from payments.domain.shop.orders import Order
from payments.stripe_model.answers import Answer, PageAnswer, TryAgain
from payments.stripe_model.reversals import MoneyBack
from tests.unit.builders import a_hold, a_session
from tests.unit.scene import NOW
from tests.unit.shop import an_order

#: One call in so many seconds: far more than a test can take, so that its own time never counts.
GAP = 10_000.0


class Recording:
    """A gateway that writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def create(self, attempt: Attempt) -> Answer:
        return self._note("create", attempt.session_id)

    def capture(self, hold: Hold) -> Answer:
        return self._note("capture", hold.id)

    def cancel(self, hold: Hold) -> Answer:
        return self._note("cancel", hold.id)

    def retrieve(self, intent_id: str) -> Answer:
        return self._note("retrieve", intent_id)

    def money_back(self, intent_id: str) -> MoneyBack:
        self._note("money_back", intent_id)
        return MoneyBack(0, None)

    def list_events(self, types: Sequence[str], since: datetime, after: str | None) -> TryAgain:
        return self._note("list_events", *types, str(since), str(after))

    def create_page(self, order: Order) -> PageAnswer:
        return self._note("create_page", order.id)

    def expire_page(self, page_id: str) -> PageAnswer:
        return self._note("expire_page", page_id)

    def retrieve_page(self, page_id: str) -> PageAnswer:
        return self._note("retrieve_page", page_id)

    def _note(self, *words: str) -> TryAgain:
        self.asked.append(" ".join(words))
        return TryAgain(words[0])


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def paced(waits: list[float]) -> PacedGateway:
    return PacedGateway(Recording(), 1 / GAP, waits.append)


def test_the_first_call_is_not_kept_waiting(paced: PacedGateway, waits: list[float]) -> None:
    assert paced.retrieve("pi_1") == TryAgain("retrieve")
    assert waits == []


def test_calls_start_a_gap_apart(paced: PacedGateway, waits: list[float]) -> None:
    began = time.monotonic()
    for _ in range(5):
        paced.retrieve("pi_1")
    took = time.monotonic() - began

    assert len(waits) == 4
    assert all(n * GAP - took <= wait <= n * GAP for n, wait in enumerate(waits, 1))


def test_calls_of_all_threads_together_start_a_gap_apart(paced: PacedGateway, waits: list[float]) -> None:
    """Eight workers at the rate of one, not of eight."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(paced.retrieve, ["pi_1"] * 40))

    assert [round(wait / GAP) for wait in sorted(waits)] == list(range(1, 40))


def test_a_pause_does_not_save_up_calls(waits: list[float]) -> None:
    """A gateway that has been idle must not begin with a burst."""
    paced = PacedGateway(Recording(), 1 / GAP, waits.append)
    paced._next -= 100 * GAP

    for _ in range(3):
        paced.retrieve("pi_1")

    assert [round(wait / GAP) for wait in waits] == [1, 2]


def test_every_call_is_paced_and_handed_on_as_it_is(waits: list[float]) -> None:
    gateway = Recording()
    paced = PacedGateway(gateway, 1 / GAP, waits.append)

    answers = [
        paced.create(a_session().current),
        paced.capture(a_hold()),
        paced.cancel(a_hold()),
        paced.retrieve("pi_1"),
    ]
    money = paced.money_back("pi_1")

    listed = paced.list_events(["refund.failed"], NOW, "evt_1")
    pages = [paced.create_page(an_order(id="o1")), paced.expire_page("cs_1"), paced.retrieve_page("cs_1")]

    assert gateway.asked[6:] == ["create_page o1", "expire_page cs_1", "retrieve_page cs_1"]
    assert pages == [TryAgain("create_page"), TryAgain("expire_page"), TryAgain("retrieve_page")]
    assert gateway.asked[:5] == ["create s1", "capture pi_1", "cancel pi_1", "retrieve pi_1", "money_back pi_1"]
    assert gateway.asked[5] == f"list_events refund.failed {NOW} evt_1"
    assert answers == [TryAgain("create"), TryAgain("capture"), TryAgain("cancel"), TryAgain("retrieve")]
    assert money == MoneyBack(0, None)
    assert listed == TryAgain("list_events")
    assert len(waits) == 8
