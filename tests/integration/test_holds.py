"""The life of a hold, from the first call to the last."""

from __future__ import annotations

import pytest

from payments.chat import start_and_end
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import CONSULTANT, PAYER, Deployment


def test_a_hold_is_made_paid_used_and_captured(deployment: Deployment) -> None:
    """H-03, H-05, H-07 … H-09, H-15: from the first tap to the money."""
    created = deployment.create()
    deployment.pay(created)
    deployment.deliver()
    ready = deployment.session(created.hold.session_id)
    start_and_end.start(deployment.deps.chat, PAYER, ready.id)
    ended = start_and_end.end(deployment.deps.chat, PAYER, ready.id)

    assert ready.status is SessionStatus.READY
    assert ended.payment == "captured"
    hold = deployment.hold(created.hold.id)
    assert (hold.status, hold.amount_captured, hold.due_at) == (HoldStatus.CAPTURED, 5000, None)
    assert deployment.intent(hold.id).amount_received == 5000
    assert deployment.alerts() == []


def test_a_capture_asks_for_what_was_agreed_and_not_for_what_happens_to_be_held(deployment: Deployment) -> None:
    """Design 6: a PaymentIntent that somebody has changed meanwhile would be charged as it is."""
    hold = deployment.started()

    deployment.capture(hold)

    [sent] = deployment.asked(f"{hold.id}/capture")
    assert int(sent["params"]["amount_to_capture"]) == hold.amount == 5000


def test_a_hold_is_canceled_by_its_button(deployment: Deployment) -> None:
    """H-11."""
    hold = deployment.paid()

    deployment.cancel(hold)

    assert deployment.hold(hold.id).status is HoldStatus.CANCELED
    assert deployment.session(hold.session_id).status is SessionStatus.CANCELED
    assert deployment.intent(hold.id).status == "canceled"


def test_a_hold_nobody_uses_is_released_after_72_hours(deployment: Deployment) -> None:
    """H-11, H-16."""
    hold = deployment.paid()

    deployment.pass_time(hours=71, minutes=59)
    early = deployment.sweep()
    deployment.pass_time(minutes=2)
    report = deployment.sweep()

    assert early.done == {}
    assert report.done == {"cancel: canceled": 1}
    assert deployment.intent(hold.id).cancellation_reason == "abandoned"
    assert deployment.session(hold.session_id).status is SessionStatus.CANCELED


def test_a_chat_nobody_ends_is_ended_and_captured_by_the_sweep(deployment: Deployment) -> None:
    """H-09, H-10, H-17."""
    hold = deployment.started()

    deployment.pass_time(minutes=31)
    deployment.sweep()

    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    session = deployment.session(hold.session_id)
    assert (session.status, session.ended_by) == (SessionStatus.ENDED, "system")


def test_a_call_that_is_repeated_answers_what_the_first_one_did(deployment: Deployment) -> None:
    """Design 9: an app that lost the answer may ask again, also after the webhooks have come."""
    hold = deployment.paid("s1")
    first_start, again_start = deployment.start(hold), deployment.start(hold)
    first_end, first_capture = deployment.end(hold), deployment.capture(hold)
    deployment.deliver()
    again_end, again_capture = deployment.end(hold), deployment.capture(hold)
    unused = deployment.paid("s2")
    first_cancel = deployment.cancel(unused)
    deployment.deliver()
    again_cancel = deployment.cancel(unused)

    assert again_start == first_start
    assert (again_end.session, again_end.payment) == (first_end.session, first_end.payment)
    assert (again_capture.status, again_capture.captured_at) == (first_capture.status, first_capture.captured_at)
    assert (again_cancel.status, again_cancel.canceled_at) == (first_cancel.status, first_cancel.canceled_at)


@pytest.mark.parametrize("by", [PAYER, CONSULTANT])
def test_either_of_the_two_ends_a_chat_whose_time_is_over(deployment: Deployment, by: str) -> None:
    """H-10."""
    hold = deployment.started()
    deployment.pass_time(minutes=31)

    ended = deployment.end(hold, by)

    assert (ended.payment, ended.session.ended_by) == ("captured", by)


def test_the_consultant_captures_a_chat_whose_time_is_over(deployment: Deployment) -> None:
    """H-09."""
    hold = deployment.started()
    deployment.pass_time(minutes=31)

    captured = deployment.capture(hold, CONSULTANT)

    assert captured.status is HoldStatus.CAPTURED
    assert deployment.session(hold.session_id).status is SessionStatus.ENDED
