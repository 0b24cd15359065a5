"""Round trips (design 11): what each thing costs in calls to Firestore and to Stripe. Counted, not timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from payments import events, holds, sessions, sweep
from payments.domain.records import CancelReason, Hold
from payments.ports import Deps
from payments.stripe_objects import event
from tests.integration.house import PAYER, House
from tests.integration.wire import FIRESTORE, STRIPE, Wire


def cost(house: House, act: Callable[[Deps], Any]) -> tuple[int, int]:
    """The calls to Firestore and to Stripe that an act makes; Stripe's own log has to agree."""
    wire = Wire()
    deps = wire.deps(house.deps, house.db)
    house.control.clear_requests()

    act(deps)

    to_stripe = wire.count(*STRIPE)
    assert len(house.control.requests()) == to_stripe
    return wire.count(*FIRESTORE), to_stripe


def test_a_create_costs_3_and_1(house: House) -> None:
    assert cost(house, lambda deps: holds.create(deps, house.ask())) == (3, 1)


def test_a_capture_costs_4_and_1(house: House) -> None:
    hold = house.started()

    assert cost(house, lambda deps: holds.capture(deps, PAYER, hold.id)) == (4, 1)


def test_a_cancel_costs_4_and_1(house: House) -> None:
    hold = house.paid()

    assert cost(house, lambda deps: holds.cancel(deps, PAYER, hold.id, CancelReason.DUPLICATE)) == (4, 1)


def test_a_start_costs_3_and_0(house: House) -> None:
    hold = house.paid()

    assert cost(house, lambda deps: sessions.start(deps, PAYER, hold.session_id)) == (3, 0)


def test_the_end_of_a_paid_session_costs_4_and_1(house: House) -> None:
    hold = house.started()

    assert cost(house, lambda deps: sessions.end(deps, PAYER, hold.session_id)) == (4, 1)


def _authorized(house: House) -> None:
    house.pay(house.create())


def _captured(house: House) -> None:
    house.sdk.v1.payment_intents.capture(house.started().id)


def _canceled(house: House) -> None:
    house.sdk.v1.payment_intents.cancel(house.paid().id)


def _declined(house: House) -> None:
    house.pay(house.create(), card="4000000000000002")


EVENTS: Final[dict[str, Callable[[House], None]]] = {
    "payment_intent.amount_capturable_updated": _authorized,
    "charge.succeeded": _authorized,
    "payment_intent.succeeded": _captured,
    "payment_intent.canceled": _canceled,
    "payment_intent.payment_failed": _declined,
}


@pytest.mark.parametrize("kind", EVENTS)
def test_a_webhook_costs_2_and_0_and_at_most_that_again(house: House, kind: str) -> None:
    EVENTS[kind](house)
    [body] = [e for e in house.events() if e["type"] == kind and e["id"] not in house.delivered]

    first = cost(house, lambda deps: events.handle(deps, event(body)))
    again = cost(house, lambda deps: events.handle(deps, event(body)))

    assert first == (2, 0)
    assert again <= (2, 0)


def test_a_webhook_that_nobody_listens_to_costs_nothing(house: House) -> None:
    house.create()
    [body] = [e for e in house.events() if e["type"] == "payment_intent.created"]

    assert cost(house, lambda deps: events.handle(deps, event(body))) == (0, 0)


def test_a_sweep_with_nothing_due_costs_one_question_a_collection_and_one_more_for_the_report(house: House) -> None:
    house.paid()

    assert cost(house, sweep.run) == (4, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_a_sweep_costs_3_and_1_for_each_hold(house: House, count: int) -> None:
    for n in range(count):
        house.paid(user_id=f"payer{n}")
    house.pass_time(hours=73)

    assert cost(house, sweep.run) == (4 + 3 * count, count)


def test_a_sweep_costs_one_question_more_for_each_full_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "PAGE", 2)
    for n in range(5):
        house.paid(user_id=f"payer{n}")
    house.pass_time(hours=73)

    assert cost(house, sweep.run) == (4 + 2 + 3 * 5, 5)


def test_a_repeated_capture_costs_one_read_of_the_pair_and_nothing_at_stripe(house: House) -> None:
    hold: Hold = house.started()
    house.capture(hold)

    assert cost(house, lambda deps: holds.capture(deps, PAYER, hold.id)) <= (3, 0)
