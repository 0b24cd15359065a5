"""One chat after another, one attempt to pay after another (H-03, H-10; design 4, 6, 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.core.refusals import Code
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import Deployment
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe, refused


def test_a_create_repeated_answers_the_same_payment_intent(deployment: Deployment) -> None:
    first = deployment.create("s1")

    again = deployment.create("s1")

    assert (again.hold.id, again.client_secret, again.hold.attempt) == (first.hold.id, first.client_secret, 1)
    assert len(deployment.intents()) == 1


def test_an_ended_session_is_held_again_as_its_next_attempt(deployment: Deployment) -> None:
    """H-10: after the time is over, a new hold is needed, and is a charge of its own."""
    first = deployment.started("s1")
    deployment.end(first)

    second = deployment.create("s1")
    deployment.pay(second)
    deployment.deliver()
    deployment.start(second.hold)
    deployment.end(second.hold)

    assert second.hold.attempt == 2
    assert {h.id: h.status for h in deployment.holds().values()} == {
        first.id: HoldStatus.CAPTURED,
        second.hold.id: HoldStatus.CAPTURED,
    }
    check_promise(deployment)


def test_a_resumed_session_is_the_same_chat_with_a_key_and_a_clock_of_its_own(deployment: Deployment) -> None:
    """H-10: the sweep has ended it; hours later its payer comes back to the same room."""
    first = deployment.started("s1")
    before = deployment.session("s1")
    deployment.pass_time(minutes=31)
    deployment.sweep()
    deployment.pass_time(hours=3)

    second = deployment.paid("s1")
    ready = deployment.session("s1")
    running = deployment.start(second)

    assert (ready.status, ready.attempt, ready.intent_id) == (SessionStatus.READY, 2, second.id)
    assert (ready.started_at, ready.expires_at, ready.ended_at, ready.ended_by) == (None, None, None, None)
    assert (ready.participants, ready.created_at) == (before.participants, before.created_at)
    assert before.started_at is not None
    assert running.started_at is not None
    assert running.expires_at is not None
    assert running.expires_at - running.started_at == timedelta(minutes=30)
    assert running.started_at - before.started_at >= timedelta(hours=3)
    keys = [r["idempotency_key"] for r in deployment.asked("/v1/payment_intents", effect=True)]
    assert len(set(keys)) == 2
    deployment.end(second)
    assert [deployment.hold(hold.id).status for hold in (first, second)] == [HoldStatus.CAPTURED] * 2
    check_promise(deployment)


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


def test_the_late_capture_of_the_first_chat_does_not_end_the_second(deployment: Deployment) -> None:
    """Only the current hold moves the session."""
    first = deployment.started("s1")
    deployment.control.fault("rate_limit", "POST", "*/capture")
    deployment.end(first)
    second = deployment.create("s1")
    deployment.pay(second)
    deployment.start(second.hold)

    deployment.pass_time(minutes=3)
    deployment.sweep()

    assert deployment.hold(first.id).status is HoldStatus.CAPTURED
    assert deployment.session("s1").status is SessionStatus.ACTIVE
    assert deployment.hold(second.hold.id).status is HoldStatus.REQUIRES_CAPTURE


def test_a_hold_for_a_second_chat_never_lets_the_first_chats_hold_go(deployment: Deployment) -> None:
    """Two chats of one person, side by side."""
    first, second = deployment.paid("s1"), deployment.paid("s2")

    deployment.cancel(second)
    deployment.start(first)
    deployment.end(first)

    assert deployment.intent(first.id).status == "succeeded"
    assert deployment.intent(second.id).status == "canceled"
    check_promise(deployment)


def test_a_new_attempt_waits_for_the_release_of_the_last(deployment: Deployment) -> None:
    """Design 4: `busy` while an unused hold of the session is authorized or under an operation."""
    hold = deployment.create("s1")
    break_stripe(deployment, "cancel")
    refused(deployment.cancel, hold.hold)

    during = refused(deployment.create, "s1")
    deployment.pass_time(minutes=3)
    deployment.sweep()
    after = deployment.create("s1")

    assert during is Code.BUSY
    assert after.hold.attempt == 2
    assert deployment.intent(hold.hold.id).status == "canceled"


def test_a_used_hold_that_was_refused_at_its_capture_bars_the_next_attempt(deployment: Deployment) -> None:
    hold = deployment.started("s1")
    deployment.control.fault("refuse", "POST", "*/capture", status=402, code="card_declined")
    deployment.end(hold)

    barred = refused(deployment.create, "s1")
    deployment.sweep_for(1, every=0.25)
    paid_up = deployment.create("s1")

    assert barred is Code.PREVIOUS_UNPAID
    assert paid_up.hold.attempt == 2


def test_a_create_repeated_after_a_day_never_makes_a_second_payment_intent_that_can_be_paid(
    deployment: Deployment,
) -> None:
    """Design 6: with an intent on record it is read, and the key is not sent again."""
    first = deployment.create("s1")
    deployment.pass_time(hours=25)

    again = deployment.create("s1")

    assert again.hold.id == first.hold.id
    assert len(deployment.intents()) == 1


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
