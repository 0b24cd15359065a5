"""One chat after another, one attempt to pay after another (H-03, H-10; design 4, 6, 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.core.refusals import Code
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.house import House
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe, refused


def test_a_create_repeated_answers_the_same_payment_intent(house: House) -> None:
    first = house.create("s1")

    again = house.create("s1")

    assert (again.hold.id, again.client_secret, again.hold.attempt) == (first.hold.id, first.client_secret, 1)
    assert len(house.intents()) == 1


def test_an_ended_session_is_held_again_as_its_next_attempt(house: House) -> None:
    """H-10: after the time is over, a new hold is needed, and is a charge of its own."""
    first = house.started("s1")
    house.end(first)

    second = house.create("s1")
    house.pay(second)
    house.deliver()
    house.start(second.hold)
    house.end(second.hold)

    assert second.hold.attempt == 2
    assert {h.id: h.status for h in house.holds().values()} == {
        first.id: HoldStatus.CAPTURED,
        second.hold.id: HoldStatus.CAPTURED,
    }
    check_promise(house)


def test_a_resumed_session_is_the_same_chat_with_a_key_and_a_clock_of_its_own(house: House) -> None:
    """H-10: the sweep has ended it; hours later its payer comes back to the same room."""
    first = house.started("s1")
    before = house.session("s1")
    house.pass_time(minutes=31)
    house.sweep()
    house.pass_time(hours=3)

    second = house.paid("s1")
    ready = house.session("s1")
    running = house.start(second)

    assert (ready.status, ready.attempt, ready.intent_id) == (SessionStatus.READY, 2, second.id)
    assert (ready.started_at, ready.expires_at, ready.ended_at, ready.ended_by) == (None, None, None, None)
    assert (ready.participants, ready.created_at) == (before.participants, before.created_at)
    assert before.started_at is not None
    assert running.started_at is not None
    assert running.expires_at is not None
    assert running.expires_at - running.started_at == timedelta(minutes=30)
    assert running.started_at - before.started_at >= timedelta(hours=3)
    keys = [r["idempotency_key"] for r in house.asked("/v1/payment_intents", effect=True)]
    assert len(set(keys)) == 2
    house.end(second)
    assert [house.hold(hold.id).status for hold in (first, second)] == [HoldStatus.CAPTURED] * 2
    check_promise(house)


def test_a_rehold_is_made_while_the_used_hold_still_waits_for_its_capture(house: House) -> None:
    """H-10: Stripe could not be reached at the end of the first chat; both are captured in the end, each once."""
    first = house.started("s1")
    break_stripe(house, "capture")
    ended = house.end(first)

    second = house.create("s1")
    house.pay(second)
    house.deliver()
    house.start(second.hold)
    house.sweep_for(1, every=0.25)

    assert ended.payment == "pending"
    assert house.hold(first.id).status is house.hold(second.hold.id).status is HoldStatus.CAPTURED
    assert house.session("s1").intent_id == second.hold.id
    check_promise(house)


def test_the_late_capture_of_the_first_chat_does_not_end_the_second(house: House) -> None:
    """Only the current hold moves the session."""
    first = house.started("s1")
    house.control.fault("rate_limit", "POST", "*/capture")
    house.end(first)
    second = house.create("s1")
    house.pay(second)
    house.start(second.hold)

    house.pass_time(minutes=3)
    house.sweep()

    assert house.hold(first.id).status is HoldStatus.CAPTURED
    assert house.session("s1").status is SessionStatus.ACTIVE
    assert house.hold(second.hold.id).status is HoldStatus.REQUIRES_CAPTURE


def test_a_hold_for_a_second_chat_never_lets_the_first_chats_hold_go(house: House) -> None:
    """Two chats of one person, side by side."""
    first, second = house.paid("s1"), house.paid("s2")

    house.cancel(second)
    house.start(first)
    house.end(first)

    assert house.intent(first.id).status == "succeeded"
    assert house.intent(second.id).status == "canceled"
    check_promise(house)


def test_a_new_attempt_waits_for_the_release_of_the_last(house: House) -> None:
    """Design 4: `busy` while an unused hold of the session is authorized or under an operation."""
    hold = house.create("s1")
    break_stripe(house, "cancel")
    refused(house.cancel, hold.hold)

    during = refused(house.create, "s1")
    house.pass_time(minutes=3)
    house.sweep()
    after = house.create("s1")

    assert during is Code.BUSY
    assert after.hold.attempt == 2
    assert house.intent(hold.hold.id).status == "canceled"


def test_a_used_hold_that_was_refused_at_its_capture_bars_the_next_attempt(house: House) -> None:
    hold = house.started("s1")
    house.control.fault("refuse", "POST", "*/capture", status=402, code="card_declined")
    house.end(hold)

    barred = refused(house.create, "s1")
    house.sweep_for(1, every=0.25)
    paid_up = house.create("s1")

    assert barred is Code.PREVIOUS_UNPAID
    assert paid_up.hold.attempt == 2


def test_a_create_repeated_after_a_day_never_makes_a_second_payment_intent_that_can_be_paid(house: House) -> None:
    """Design 6: with an intent on record it is read, and the key is not sent again."""
    first = house.create("s1")
    house.pass_time(hours=25)

    again = house.create("s1")

    assert again.hold.id == first.hold.id
    assert len(house.intents()) == 1


def test_a_session_that_was_deleted_and_is_opened_again_gets_a_payment_of_its_own(house: House) -> None:
    """Design 6: under the old key Stripe would answer with the old PaymentIntent, which was let go with its session."""
    first = house.paid("s1")
    house.cancel(first)
    for path in ("sessions/s1", f"payment_intents/{first.id}"):
        house.db.document(path).delete()
    house.pass_time(seconds=1)

    again = house.create("s1")

    assert again.hold.id != first.id
    assert (again.hold.status, again.hold.attempt) == (HoldStatus.CREATED, 1)


@pytest.mark.parametrize("hours", [19, 21, 25])
def test_a_create_whose_answer_was_lost_and_that_is_repeated_much_later_can_be_paid_once(
    house: House, hours: int
) -> None:
    """The sweep is held up all the time: only the claim's age decides whether the key may be sent again."""
    ask = house.ask("s1")
    house.control.fault("drop_after", "POST", "/v1/payment_intents", times=2)
    refused(house.create, "s1")
    house.pass_time(hours=hours)

    again = house.create("s1", user_id=ask.user_id)

    assert again.hold.attempt == (1 if hours < 20 else 2)
    house.pay(again)
    house.start(again.hold)
    house.end(again.hold)
    house.sweep_for(80, every=20)
    check_promise(house)


def test_a_payment_sheet_of_an_attempt_that_is_over_cannot_be_paid(house: House) -> None:
    first = house.create("s1")
    house.cancel(first.hold)
    second = house.create("s1")

    late = house.pay(first)

    assert late["status"] == "canceled"
    assert house.intent(first.hold.id).latest_charge is None
    assert house.pay(second)["status"] == "requires_capture"


def test_an_event_of_an_attempt_that_was_lost_does_not_disturb_the_next(house: House) -> None:
    """Its PaymentIntent was never on record; somebody tidies up in the dashboard while the next attempt's chat runs."""
    house.control.fault("drop_after", "POST", "/v1/payment_intents", times=2)
    refused(house.create, "s1")
    [lost] = house.intents()
    house.pass_time(minutes=11)
    house.sweep()
    hold = house.started("s1")

    house.sdk.v1.payment_intents.cancel(lost)
    house.deliver()

    assert (hold.attempt, house.session("s1").status) == (2, SessionStatus.ACTIVE)
    assert (house.session("s1").intent_id, house.hold(lost).status) == (hold.id, HoldStatus.CANCELED)
    assert house.alerts() == []
