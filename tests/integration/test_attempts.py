"""One chat after another, one attempt to pay after another (H-03, H-10; design 4, 6, 7)."""

from __future__ import annotations

import pytest

from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import Deployment
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe, refused


def test_a_create_repeated_answers_the_same_payment_intent(deployment: Deployment) -> None:
    first = deployment.create("s1")

    again = deployment.create("s1")

    assert (again.hold.id, again.client_secret, again.hold.attempt) == (first.hold.id, first.client_secret, 1)
    assert len(deployment.intents()) == 1


def test_a_rehold_is_made_while_the_used_hold_still_waits_for_its_capture(deployment: Deployment) -> None:
    """H-10: Stripe could not be reached at the end of the first chat; both are captured in the end, each once."""
    first = deployment.started("s1")
    break_stripe(deployment, "capture")
    ended = deployment.end(first)

    second = deployment.create("s1")
    deployment.pay(second)
    deployment.deliver()
    deployment.start(second.hold)
    deployment.sweep_for(1, every=0.25)

    assert ended.payment == "pending"
    assert deployment.hold(first.id).status is deployment.hold(second.hold.id).status is HoldStatus.CAPTURED
    assert deployment.session("s1").intent_id == second.hold.id
    check_promise(deployment)


def test_a_session_that_was_deleted_and_is_opened_again_gets_a_payment_of_its_own(deployment: Deployment) -> None:
    """Design 6: under the old key Stripe would answer with the old PaymentIntent, which was let go with its session."""
    first = deployment.paid("s1")
    deployment.cancel(first)
    for path in ("sessions/s1", f"payment_intents/{first.id}"):
        deployment.db.document(path).delete()
    deployment.pass_time(seconds=1)

    again = deployment.create("s1")

    assert again.hold.id != first.id
    assert (again.hold.status, again.hold.attempt) == (HoldStatus.CREATED, 1)


@pytest.mark.parametrize("hours", [19, 21, 25])
def test_a_create_whose_answer_was_lost_and_that_is_repeated_much_later_can_be_paid_once(
    deployment: Deployment, hours: int
) -> None:
    """The sweep is held up all the time: only the claim's age decides whether the key may be sent again."""
    ask = deployment.ask("s1")
    deployment.control.fault("drop_after", "POST", "/v1/payment_intents", times=2)
    refused(deployment.create, "s1")
    deployment.pass_time(hours=hours)

    again = deployment.create("s1", user_id=ask.user_id)

    assert again.hold.attempt == (1 if hours < 20 else 2)
    deployment.pay(again)
    deployment.start(again.hold)
    deployment.end(again.hold)
    deployment.sweep_for(80, every=20)
    check_promise(deployment)


def test_a_payment_sheet_of_an_attempt_that_is_over_cannot_be_paid(deployment: Deployment) -> None:
    first = deployment.create("s1")
    deployment.cancel(first.hold)
    second = deployment.create("s1")

    late = deployment.pay(first)

    assert late["status"] == "canceled"
    assert deployment.intent(first.hold.id).latest_charge is None
    assert deployment.pay(second)["status"] == "requires_capture"


def test_an_event_of_an_attempt_that_was_lost_does_not_disturb_the_next(deployment: Deployment) -> None:
    """Its PaymentIntent was never on record; somebody tidies up in the dashboard while the next attempt's chat runs."""
    deployment.control.fault("drop_after", "POST", "/v1/payment_intents", times=2)
    refused(deployment.create, "s1")
    [lost] = deployment.intents()
    deployment.pass_time(minutes=11)
    deployment.sweep()
    hold = deployment.started("s1")

    deployment.sdk.v1.payment_intents.cancel(lost)
    deployment.deliver()

    assert (hold.attempt, deployment.session("s1").status) == (2, SessionStatus.ACTIVE)
    assert (deployment.session("s1").intent_id, deployment.hold(lost).status) == (hold.id, HoldStatus.CANCELED)
    assert deployment.alerts() == []
