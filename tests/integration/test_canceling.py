"""How holds end that are not captured: released, given up, let go by the consultant (H-11, H-16; design 4, 7)."""

from __future__ import annotations

from typing import Final

import pytest

from payments.core.refusals import Code
from payments.domain.chat.records import CancelReason
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import CONSULTANT, Deployment
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe, claimed_cancel, refused

HOUR: Final = 3600


# --- 72 hours


def test_a_hold_is_let_go_an_hour_before_stripe_would_where_that_is_sooner_than_72_hours(
    deployment: Deployment,
) -> None:
    """H-11: never later than `captureBefore` - 1 h."""
    deployment.control.settings(capture_window=48 * HOUR)
    hold = deployment.paid()

    deployment.pass_time(hours=46, minutes=58)
    early = deployment.sweep()
    deployment.pass_time(minutes=3)
    deployment.sweep()

    assert early.done == {}
    assert deployment.intent(hold.id).cancellation_reason == "abandoned"
    check_promise(deployment)


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


def test_a_hold_paid_late_has_72_hours_from_its_authorization(deployment: Deployment) -> None:
    created = deployment.create()
    deployment.pass_time(hours=70)
    deployment.pay(created)
    deployment.deliver()

    deployment.sweep_for(71, every=1)
    before = deployment.intent(created.hold.id).status
    deployment.sweep_for(2, every=1)

    assert (before, deployment.intent(created.hold.id).status) == ("requires_capture", "canceled")


def test_a_chat_is_not_started_on_a_hold_that_is_about_to_expire(deployment: Deployment) -> None:
    """H-17: `now + minutes + 1 h < captureBefore`."""
    deployment.control.settings(capture_window=48 * HOUR)
    hold = deployment.paid()

    deployment.pass_time(hours=46, minutes=45)

    assert refused(deployment.start, hold) is Code.HOLD_EXPIRING
    assert deployment.session(hold.session_id).status is SessionStatus.READY


def test_a_chat_started_just_before_the_release_is_paid_for(deployment: Deployment) -> None:
    hold = deployment.paid()
    deployment.pass_time(hours=71, minutes=59)
    deployment.start(hold)

    deployment.sweep_for(2, every=0.25)

    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    check_promise(deployment)


# --- what cannot be captured


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


def test_a_used_hold_is_never_given_up_for_lack_of_trying(deployment: Deployment) -> None:
    """Stripe is away for four days, and the sweep for longer."""
    hold = deployment.started()
    deployment.control.fault("rate_limit", "POST", "*/capture", times=1000)

    deployment.sweep_for(96, every=4)
    deployment.pass_time(hours=60)
    until_then = deployment.hold(hold.id).status
    deployment.control.clear_faults()
    deployment.sweep()

    assert until_then is HoldStatus.REQUIRES_CAPTURE
    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    check_promise(deployment)


def test_an_authorization_that_runs_out_under_a_chat_is_raised(deployment: Deployment) -> None:
    hold = deployment.started()
    deployment.control.expire_authorization(hold.id)

    deployment.deliver()

    assert deployment.session(hold.session_id).status is SessionStatus.ENDED
    assert deployment.alerts() == ["used_but_unpaid"]
    check_promise(deployment)


# --- the consultant lets go


@pytest.mark.parametrize("minutes", [0, 10, 29])
def test_the_consultant_lets_the_person_go_free_while_the_chat_runs(deployment: Deployment, minutes: int) -> None:
    hold = deployment.started()
    deployment.pass_time(minutes=minutes)

    deployment.cancel(hold, CONSULTANT)

    assert deployment.session(hold.session_id).status is SessionStatus.ENDED
    assert deployment.intent(hold.id).status == "canceled"
    assert deployment.alerts() == []
    check_promise(deployment)


def test_the_consultant_lets_go_of_a_used_hold_that_waits_for_its_capture(deployment: Deployment) -> None:
    hold = deployment.started()
    deployment.control.fault("refuse", "POST", "*/capture", status=402, code="card_declined")
    deployment.end(hold)

    deployment.cancel(hold, CONSULTANT)

    assert deployment.intent(hold.id).status == "canceled"
    check_promise(deployment)


def test_a_person_who_was_let_go_may_come_back(deployment: Deployment) -> None:
    hold = deployment.started("s1")
    deployment.cancel(hold, CONSULTANT)

    again = deployment.create("s1")

    assert again.hold.attempt == 2


def test_the_consultant_lets_go_before_the_chat_has_started(deployment: Deployment) -> None:
    hold = deployment.paid()

    deployment.cancel(hold, CONSULTANT)

    assert deployment.session(hold.session_id).status is SessionStatus.CANCELED
    check_promise(deployment)


# --- a claimed cancel


@pytest.mark.parametrize("minutes", [0, 3, 90])
def test_a_hold_whose_cancel_is_claimed_never_starts_a_chat(deployment: Deployment, minutes: int) -> None:
    hold = claimed_cancel(deployment)
    deployment.pass_time(minutes=minutes)

    code = refused(deployment.start, hold)
    deployment.deliver()
    deployment.sweep_for(0.5, every=0.25)

    assert code is Code.BUSY
    assert deployment.intent(hold.id).status == "canceled"
    check_promise(deployment)


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
