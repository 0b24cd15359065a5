"""How holds end that are not captured: released, given up, let go by the consultant (H-11, H-16; design 4, 7)."""

from __future__ import annotations

from payments.domain.chat.records import CancelReason
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import Deployment
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe, refused


def test_a_hold_whose_webhooks_are_all_lost_is_found_by_the_sweep_and_let_go_at_72_hours(
    deployment: Deployment,
) -> None:
    """H-16."""
    created = deployment.create()
    deployment.pay(created)

    deployment.pass_time(minutes=16)
    deployment.sweep()
    found = deployment.session(created.hold.session_id).status
    deployment.pass_time(hours=72)
    deployment.sweep()

    assert found is SessionStatus.READY
    assert deployment.hold(created.hold.id).status is HoldStatus.CANCELED
    assert deployment.intent(created.hold.id).status == "canceled"


def test_an_unpaid_payment_intent_is_canceled_at_72_hours_and_not_before(deployment: Deployment) -> None:
    """H-11: nobody can pay it any more then."""
    created = deployment.create()

    deployment.sweep_for(71, every=1)
    before = deployment.intent(created.hold.id).status
    deployment.sweep_for(1.5, every=0.5)

    assert before == "requires_payment_method"
    assert deployment.intent(created.hold.id).status == "canceled"
    assert deployment.session(created.hold.session_id).status is SessionStatus.CANCELED
    check_promise(deployment)


def test_a_used_hold_that_is_refused_again_and_again_is_given_up_late_and_raised(deployment: Deployment) -> None:
    """Design 7: refused later than 72 h after the authorization, and an hour after the first such refusal."""
    hold = deployment.started()
    deployment.control.fault("refuse", "POST", "*/capture", times=1000, status=402, code="card_declined")

    deployment.sweep_for(72, every=1)
    until_then = deployment.hold(hold.id).status
    deployment.sweep_for(3, every=0.5)

    assert until_then is HoldStatus.REQUIRES_CAPTURE
    after = deployment.hold(hold.id)
    assert (after.status, after.cancel_reason) == (HoldStatus.CANCELED, CancelReason.UNCOLLECTED)
    assert deployment.alerts() == ["used_but_unpaid"]
    check_promise(deployment)


# --- a claimed cancel


def test_a_payment_that_comes_while_its_cancel_is_claimed_opens_no_chat(deployment: Deployment) -> None:
    created = deployment.create()
    break_stripe(deployment, "cancel")
    refused(deployment.cancel, created.hold)
    deployment.pay(created)

    deployment.deliver()
    status = deployment.session(created.hold.session_id).status
    deployment.sweep_for(0.5, every=0.25)

    assert status is SessionStatus.AWAITING_PAYMENT
    assert deployment.intent(created.hold.id).status == "canceled"
    check_promise(deployment)
