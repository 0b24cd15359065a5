"""Refunds and disputes, followed on the hold (H-18): read again from Stripe, for they can move back (design 8)."""

from __future__ import annotations

from typing import Any

import pytest

from payments import events
from payments.domain.records import Hold
from payments.domain.states import HoldStatus, SessionStatus
from payments.marks import Outcome
from payments.stripe_objects import event
from tests.integration.house import House
from tests.integration.together import at_once
from tests.integration.wire import Wire


def captured(house: House, card: str = "4242424242424242") -> Hold:
    created = house.create()
    house.pay(created, card=card)
    house.start(created.hold)
    house.end(created.hold)
    house.deliver()
    return house.hold(created.hold.id)


def refund(house: House, hold: Hold, amount: int) -> str:
    return house.sdk.v1.refunds.create({"payment_intent": hold.id, "amount": amount}).id


def charge_of(house: House, hold: Hold) -> Any:
    return house.intent(hold.id).latest_charge


@pytest.mark.parametrize(("amounts", "total"), [([1000], 1000), ([1000, 500], 1500), ([5000], 5000)])
def test_refunds_are_recorded_as_stripe_has_them(house: House, amounts: list[int], total: int) -> None:
    hold = captured(house)

    for amount in amounts:
        refund(house, hold, amount)
    house.deliver()

    after = house.hold(hold.id)
    assert (after.status, after.amount_captured, after.refunded_total) == (HoldStatus.CAPTURED, 5000, total)
    assert house.session(hold.session_id).status is SessionStatus.ENDED


def test_a_refund_that_fails_later_goes_back(house: House) -> None:
    hold = captured(house, card="4000000000005126")
    refund(house, hold, 5000)
    house.deliver()
    before = house.hold(hold.id).refunded_total

    house.pass_time(hours=25)
    house.deliver()

    assert (before, house.hold(hold.id).refunded_total) == (5000, 0)


def test_a_refund_that_waits_for_the_bank_counts_until_it_fails(house: House) -> None:
    hold = captured(house, card="4000000000007726")
    made = refund(house, hold, 2000)
    house.deliver()
    pending = house.hold(hold.id).refunded_total

    house.control.settle_refund(made, "failed")
    house.deliver()

    assert (pending, house.hold(hold.id).refunded_total) == (2000, 0)


def test_an_old_refund_event_that_comes_late_brings_no_old_amount_back(house: House) -> None:
    hold = captured(house, card="4000000000007726")
    made = refund(house, hold, 2000)
    late = house.news()
    house.control.settle_refund(made, "failed")
    house.deliver()

    for body in late:
        house.receive(body)

    assert house.hold(hold.id).refunded_total == 0


def test_refund_events_at_once_leave_the_newest_amount(house: House) -> None:
    hold = captured(house)
    for amount in (1000, 500, 250):
        refund(house, hold, amount)
    bodies = house.news()

    outcomes = at_once(*[lambda body=body: house.receive(body) for body in bodies])

    for body, outcome in zip(bodies, outcomes, strict=True):
        if outcome is Outcome.RETRY:
            house.receive(body)
    assert house.hold(hold.id).refunded_total == 1750


@pytest.mark.parametrize("is_heard", [True, False], ids=["its webhook came first", "something else was written"])
def test_a_refund_made_between_reading_and_writing_is_not_lost(house: House, *, is_heard: bool) -> None:
    """What was read from Stripe stands only if the hold has not changed since before that."""
    hold = captured(house)
    refund(house, hold, 1000)
    first, *_ = house.news()
    overtaken: list[str] = []

    def overtake(name: str) -> None:
        """A second refund is made, and the hold written, when the first one's handler is about to write."""
        if name == "commit" and not overtaken:
            overtaken.append(refund(house, hold, 500))
            house.deliver(lambda _: is_heard)
            house.db.document(f"payment_intents/{hold.id}").update({"rev": 100})

    outcome = events.handle(Wire(watcher=overtake).deps(house.deps, house.db), event(first))

    assert outcome is Outcome.DONE
    assert overtaken
    assert house.hold(hold.id).refunded_total == 1500
    assert house.receive(first) is Outcome.DUPLICATE


DISPUTES = {
    "won": ("needs_response", "won"),
    "lost": ("needs_response", "lost"),
    "an inquiry closed": ("warning_needs_response", "warning_closed"),
}


@pytest.mark.parametrize(("opened", "closed"), DISPUTES.values(), ids=DISPUTES)
def test_a_dispute_is_followed_from_its_opening_to_its_end_and_raised_once(
    house: House, opened: str, closed: Any
) -> None:
    hold = captured(house)
    dispute = house.control.dispute(charge_of(house, hold), status=opened)
    house.deliver()
    open_status = house.hold(hold.id).dispute_status

    house.control.close_dispute(dispute["id"], closed)
    house.deliver()

    assert (open_status, house.hold(hold.id).dispute_status) == (opened, closed)
    assert house.alerts() == ["disputed"]
    assert house.hold(hold.id).status is HoldStatus.CAPTURED


def test_of_several_disputes_the_one_that_needs_somebody_speaks(house: House) -> None:
    hold = captured(house, card="4000000404000079")
    disputes = house.sdk.v1.disputes.list({"payment_intent": hold.id}).data

    house.control.close_dispute(disputes[0].id, "won")
    house.deliver()
    while_one_is_open = house.hold(hold.id).dispute_status
    house.control.close_dispute(disputes[1].id, "lost")
    house.deliver()

    assert (while_one_is_open, house.hold(hold.id).dispute_status) == ("needs_response", "lost")
    assert house.alerts() == ["disputed"]


def test_a_refund_event_that_stripe_cannot_be_asked_about_comes_again(house: House) -> None:
    """500, and nothing written: neither the change nor the mark that it has been dealt with."""
    hold = captured(house)
    refund(house, hold, 1000)
    [body] = house.news(lambda e: e["type"] == "charge.refunded")
    before = house.everything()

    house.control.fault("drop_before", "GET", "*", times=2)
    first = house.receive(body)
    unchanged = house.everything() == before
    second = house.receive(body)

    assert (first, unchanged, second) == (Outcome.RETRY, True, Outcome.DONE)
    assert house.hold(hold.id).refunded_total == 1000
