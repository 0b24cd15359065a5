"""What a hold asks of Stripe, and what a repeated call is answered."""

from __future__ import annotations

from payments.domain.chat.states import SessionStatus
from tests.integration.deployment import Deployment


def test_a_capture_asks_for_what_was_agreed_and_not_for_what_happens_to_be_held(deployment: Deployment) -> None:
    """Design 6: a PaymentIntent that somebody has changed meanwhile would be charged as it is."""
    hold = deployment.started()

    deployment.capture(hold)

    [sent] = deployment.asked(f"{hold.id}/capture")
    assert int(sent["params"]["amount_to_capture"]) == hold.amount == 5000


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
