"""Refunds and disputes (H-18, TC-009, TC-010): read again from Stripe, for they can move back (design 8)."""

from __future__ import annotations

from typing import Any

import pytest

from payments.adapters.stripe_parse import read_event
from payments.core.processed_events import Outcome
from payments.domain.chat.records import Hold
from payments.domain.chat.states import HoldStatus
from payments.jobs import webhook
from tests.integration.call_recorder import Wire
from tests.integration.deployment import Deployment
from tests.integration.payments_made import Take, captured, for_either
from tests.integration.shop import TOTAL
from tests.integration.together import at_once

#: Stripe's test cards: a refund to the first fails later, one to the second waits for the bank.
FAILS_LATER, WAITS = "4000000000005126", "4000000000007726"


@for_either
@pytest.mark.parametrize("amounts", [[TOTAL], [1200, 300], [4000, 1000], [1]])
def test_refunds_are_recorded_as_stripe_has_them(deployment: Deployment, take: Take, amounts: list[int]) -> None:
    """TC-009, TC-010: the document says so, the chat stays captured, and the order stays paid."""
    taken = take(deployment)

    for amount in amounts:
        taken.refund(amount)
    deployment.deliver()

    assert taken.stands == taken.after(sum(amounts))
    taken.check()


@for_either
def test_a_refund_that_fails_later_goes_back(deployment: Deployment, take: Take) -> None:
    taken = take(deployment, FAILS_LATER)
    taken.refund(TOTAL)
    deployment.deliver()
    before = taken.stands

    deployment.pass_time(hours=25)
    deployment.deliver()

    assert before == taken.after(TOTAL)
    assert taken.stands == taken.after(0)
    taken.check("refund_failed")


@for_either
@pytest.mark.parametrize(("answer", "refunded"), [("failed", 0), ("succeeded", 2000)])
def test_a_refund_that_waits_for_the_bank_counts_until_it_fails(
    deployment: Deployment, take: Take, answer: Any, refunded: int
) -> None:
    taken = take(deployment, WAITS)
    made = taken.refund(2000)
    deployment.deliver()
    waiting = taken.stands

    deployment.control.settle_refund(made, answer)
    deployment.deliver()

    assert waiting == taken.after(2000)
    assert taken.stands == taken.after(refunded)
    taken.check(*([] if refunded else ["refund_failed"]))


@for_either
def test_refund_events_at_once_leave_the_newest_amount(deployment: Deployment, take: Take) -> None:
    taken = take(deployment)
    for amount in (1000, 500, 250):
        taken.refund(amount)
    bodies = deployment.news()

    outcomes = at_once(*[lambda body=body: deployment.receive(body) for body in bodies])

    for body, outcome in zip(bodies, outcomes, strict=True):
        if outcome is Outcome.RETRY:
            deployment.receive(body)
    assert taken.stands == taken.after(1750)


@for_either
@pytest.mark.parametrize("is_heard", [True, False], ids=["its webhook came first", "something else was written"])
def test_a_refund_made_between_reading_and_writing_is_not_lost(
    deployment: Deployment, take: Take, *, is_heard: bool
) -> None:
    """What was read from Stripe stands only if the document has not changed since before that."""
    taken = take(deployment)
    taken.refund(1000)
    first, *_ = deployment.news()
    overtaken: list[str] = []

    def overtake(name: str) -> None:
        """A second refund is made, and the document written, when the first one's handler is about to write."""
        if name == "commit" and not overtaken:
            overtaken.append(taken.refund(500))
            deployment.deliver(lambda _: is_heard)
            deployment.db.document(taken.path).update({"rev": 100})

    outcome = webhook.handle(Wire(watcher=overtake).deps(deployment.deps, deployment.db), read_event(first))

    assert outcome is Outcome.DONE
    assert overtaken
    assert taken.stands == taken.after(1500)
    assert deployment.receive(first) is Outcome.DUPLICATE


@for_either
def test_a_refund_event_that_stripe_cannot_be_asked_about_comes_again(deployment: Deployment, take: Take) -> None:
    """500, and nothing written: neither the change nor the mark that it has been dealt with."""
    taken = take(deployment)
    taken.refund(1000)
    [body] = deployment.news(lambda e: e["type"] == "charge.refunded")
    before = deployment.everything()

    deployment.control.fault("drop_before", "GET", "*", times=2)
    first = deployment.receive(body)
    unchanged = deployment.everything() == before
    second = deployment.receive(body)

    assert (first, unchanged, second) == (Outcome.RETRY, True, Outcome.DONE)
    assert taken.stands == taken.after(1000)


def charge_of(deployment: Deployment, hold: Hold) -> Any:
    return deployment.intent(hold.id).latest_charge


DISPUTES = {
    "won": ("needs_response", "won"),
    "lost": ("needs_response", "lost"),
    "an inquiry closed": ("warning_needs_response", "warning_closed"),
}


@pytest.mark.parametrize(("opened", "closed"), DISPUTES.values(), ids=DISPUTES)
def test_a_dispute_is_followed_from_its_opening_to_its_end_and_raised_once(
    deployment: Deployment, opened: str, closed: Any
) -> None:
    hold = captured(deployment)
    dispute = deployment.control.dispute(charge_of(deployment, hold), status=opened)
    deployment.deliver()
    open_status = deployment.hold(hold.id).dispute_status

    deployment.control.close_dispute(dispute["id"], closed)
    deployment.deliver()

    assert (open_status, deployment.hold(hold.id).dispute_status) == (opened, closed)
    assert deployment.alerts() == ["disputed"]
    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED


def test_a_dispute_is_recorded_and_raised_though_its_chat_has_been_deleted(deployment: Deployment) -> None:
    """An app may delete the chats of a person who leaves; the bank's deadline for the payment runs all the same."""
    hold = captured(deployment)
    deployment.sdk.v1.refunds.create({"payment_intent": hold.id, "amount": 1000})
    deployment.db.document(f"sessions/{hold.session_id}").delete()

    deployment.control.dispute(charge_of(deployment, hold), amount=4000)
    outcomes = deployment.deliver()

    after = deployment.hold(hold.id)
    assert Outcome.RETRY not in outcomes
    assert (after.status, after.refunded_total, after.dispute_status) == (HoldStatus.CAPTURED, 1000, "needs_response")
    assert deployment.alerts() == ["disputed"]
