"""Answers that never come, and answers that are none (design 6).

Each operation meets each fault, with Stripe reachable again at once or not, and is then finished by the person who
repeats it, by the webhook, or by the sweep. Where it ends is the same, and the money moves once.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import Hold
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import Deployment
from tests.integration.lost_answers import (
    DONE,
    LATE,
    STORED,
    asked_for,
    await_request,
    be_hasty,
    every_end,
    every_fault,
    finish,
    repeated,
    with_fault,
)
from tests.integration.promise import check_promise
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("asks_once")


@every_end
def test_a_capture_ends_captured_once(deployment: Deployment, fault: str, finisher: str, *, is_blind: bool) -> None:
    """H-09."""
    hold = deployment.started()

    with_fault(deployment, fault, "*/capture", lambda: deployment.capture(hold), is_blind=is_blind)
    finish(deployment, finisher, lambda: deployment.capture(hold))

    if finisher != "webhook" or fault in DONE:
        assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    deployment.sweep_for(1, every=0.25)
    deployment.deliver()
    assert len(deployment.asked("/capture", effect=True)) == 1
    assert deployment.session(hold.session_id).status is SessionStatus.ENDED
    assert deployment.alerts() == []
    check_promise(deployment)


@every_fault
def test_an_ended_chat_is_paid_for_once(deployment: Deployment, fault: str) -> None:
    """H-10: the chat ends even where Stripe can't be reached, and the capture is made up for."""
    hold = deployment.started()

    ended = with_fault(deployment, fault, "*/capture", lambda: deployment.end(hold), is_blind=True)
    finish(deployment, "person", lambda: deployment.end(hold))
    deployment.sweep_for(1, every=0.25)

    assert (ended.session.status, ended.payment) == (SessionStatus.ENDED, "pending")
    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    assert len(deployment.asked("/capture", effect=True)) == 1
    check_promise(deployment)


@every_end
def test_a_cancel_ends_canceled_and_charges_nobody(
    deployment: Deployment, fault: str, finisher: str, *, is_blind: bool
) -> None:
    """H-11: where Stripe refused the wish for good it is over, and the hold goes at 72 hours."""
    hold = deployment.paid()

    with_fault(deployment, fault, "*/cancel", lambda: deployment.cancel(hold), is_blind=is_blind)
    finish(deployment, finisher, lambda: deployment.cancel(hold))

    if finisher == "person" or fault in DONE:
        assert deployment.hold(hold.id).status is HoldStatus.CANCELED
    deployment.sweep_for(80, every=20)
    deployment.deliver()
    assert len(deployment.asked("/cancel", effect=True)) == 1
    assert deployment.alerts() == []
    check_promise(deployment)


@every_fault
@pytest.mark.parametrize("finisher", ["person", "sweep"])
def test_a_create_ends_with_one_payment_intent_that_can_be_paid(
    deployment: Deployment, fault: str, finisher: str
) -> None:
    """H-03: nobody pays twice for one chat, however often the app had to ask. (An unpaid one has no webhook.)"""
    made = asked_for(deployment, fault, finisher)

    assert len({c.client_secret for c in made}) == 1
    if finisher == "person" and fault not in STORED:
        assert len(deployment.intents()) == 1
    deployment.pay(made[-1])
    deployment.deliver()
    _use(deployment, made[-1].hold)
    assert [h.status for h in deployment.holds().values()] == [HoldStatus.CAPTURED]
    check_promise(deployment)


def _use(deployment: Deployment, hold: Hold) -> None:
    deployment.start(hold)
    deployment.end(hold)


@every_fault
def test_a_release_by_the_sweep_ends_canceled_once(deployment: Deployment, fault: str) -> None:
    """H-11, H-16."""
    hold = deployment.paid()
    deployment.pass_time(hours=72, minutes=1)

    with_fault(deployment, fault, "*/cancel", deployment.sweep, is_blind=True)
    deployment.sweep_for(1, every=0.25)

    assert len(deployment.asked("/cancel", effect=True)) == 1
    assert deployment.intent(hold.id).cancellation_reason == "abandoned"
    check_promise(deployment)


def test_a_repeat_that_meets_its_own_first_request_charges_once(deployment: Deployment) -> None:
    """Stripe answers 409 while the first request with the key still runs: that one decides."""
    hold = deployment.started()
    deployment.control.fault(method="POST", path="*/capture", **LATE)
    deployment.control.fault("drop_before", "GET", "/v1/payment_intents/*")
    be_hasty(deployment)
    first = repeated(lambda: deployment.capture(hold))
    wait_until(lambda: deployment.control.faults() == [])  # the first request has had its effect
    deployment.with_deps(stripe=deployment.gateway())
    deployment.clock.ahead += timedelta(minutes=3)

    repeat = repeated(lambda: deployment.capture(hold))

    assert (first, repeat.status) == (None, HoldStatus.CAPTURED)
    assert [r["status"] for r in deployment.asked("/capture")] == [409]
    deployment.control.clear_faults()
    await_request(deployment, "*/capture")
    deployment.sweep_for(1, every=0.25)
    assert len(deployment.asked("/capture", effect=True)) == 1
    check_promise(deployment)


def test_a_lost_webhook_never_turns_a_paid_session_into_not_paid(deployment: Deployment) -> None:
    """Design 4: START looks at Stripe before it refuses."""
    created = deployment.create()
    deployment.pay(created)

    session = deployment.start(created.hold)

    assert session.status is SessionStatus.ACTIVE


def test_start_refuses_for_want_of_an_answer_and_not_for_want_of_payment(deployment: Deployment) -> None:
    created = deployment.create()
    deployment.pay(created)
    before = deployment.everything()

    deployment.control.fault("drop_before", "GET", "/v1/payment_intents/*")
    with pytest.raises(Refusal) as refusal:
        deployment.start(created.hold)

    assert refusal.value.code is Code.PAYMENT_UNAVAILABLE
    assert deployment.everything() == before
