"""The rules about what Stripe says of a hold (design 4): each test replays what goes wrong without its rule."""

from __future__ import annotations

import pytest

from payments.core.alerts import AlertKind
from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.records import CancelReason, Hold
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import (
    a_canceled_hold,
    a_captured_hold,
    a_held_hold,
    a_hold,
    a_session,
    a_used_hold,
    being,
    chat_at,
    seen,
)
from tests.unit.constants import DAY, HOUR, NOW
from tests.unit.short_names import ACTIVE, AWAITING, CANCELED, CAPTURE, ENDED, READY, kinds

# --- what a fact does


def test_an_authorization_makes_the_session_ready_and_is_let_go_72_hours_after_it() -> None:
    """H-05, H-11, H-18."""
    moved = apply_snapshot(chat_at(NOW + 2 * HOUR, a_session(), a_hold()), seen(authorized_at=NOW + HOUR))

    assert moved.hold.status is HoldStatus.REQUIRES_CAPTURE
    assert (moved.hold.authorized_at, moved.hold.due_at) == (NOW + HOUR, NOW + 73 * HOUR)
    assert (moved.session.status, moved.alerts) == (READY, ())


def test_a_capture_leaves_the_hold_at_rest_with_what_was_taken() -> None:
    """H-15."""
    hold = being(a_used_hold(), CAPTURE)

    moved = apply_snapshot(chat_at(NOW + HOUR, a_session(ENDED), hold), seen(IntentStatus.CAPTURED, at=NOW + HOUR))

    assert (moved.hold.status, moved.hold.captured_at) == (HoldStatus.CAPTURED, NOW + HOUR)
    assert (moved.hold.amount_captured, moved.hold.operation, moved.hold.due_at) == (5000, None, None)
    assert moved.alerts == ()


def test_a_release_cancels_the_session_that_waited_for_it() -> None:
    """H-11."""
    moved = apply_snapshot(chat_at(NOW, a_session(READY), a_held_hold()), seen(IntentStatus.CANCELED))

    assert (moved.hold.status, moved.hold.canceled_at, moved.hold.due_at) == (HoldStatus.CANCELED, NOW, None)
    assert moved.session.status is CANCELED
    assert moved.alerts == ()


def test_an_unknown_status_moves_nothing() -> None:
    """Stripe has internal statuses that it lets slip: they mean "read it again later", never an end."""
    hold, session = a_held_hold(), a_session(READY)

    moved = apply_snapshot(chat_at(NOW, session, hold), seen(IntentStatus.UNKNOWN))

    assert (moved.hold, moved.session, moved.alerts) == (hold, session, ())


def test_a_declined_card_leaves_the_hold_created_with_its_error() -> None:
    declined = seen(IntentStatus.UNPAID, error_code="card_declined")

    moved = apply_snapshot(chat_at(NOW, a_session(), a_hold()), declined)

    assert (moved.hold.status, moved.hold.last_error) == (HoldStatus.CREATED, "card_declined")
    assert moved.session.status is AWAITING


def test_a_card_that_works_in_the_end_leaves_no_error() -> None:
    moved = apply_snapshot(chat_at(NOW, a_session(), a_hold(last_error="card_declined")), seen())

    assert moved.hold.last_error is None


# --- late, repeated, contradicting


LATE = [
    (a_held_hold(), READY, seen(IntentStatus.UNPAID, error_code="card_declined")),
    (a_used_hold(), ACTIVE, seen(IntentStatus.UNPAID, error_code="card_declined")),
    (a_captured_hold(), ENDED, seen(IntentStatus.AUTHORIZED)),
    (a_captured_hold(), ENDED, seen(IntentStatus.UNPAID, error_code="card_declined")),
    (a_captured_hold(), ENDED, seen(IntentStatus.CAPTURED, at=NOW + DAY)),
    (a_canceled_hold(), CANCELED, seen(IntentStatus.CANCELED, at=NOW + DAY)),
    (a_canceled_hold(), CANCELED, seen(IntentStatus.UNPAID, error_code="card_declined")),
]


@pytest.mark.parametrize(("hold", "status", "late"), LATE)
def test_a_late_fact_changes_nothing(hold: Hold, status: SessionStatus, late: object) -> None:
    """H-18: webhooks come twice, late and out of order."""
    session = a_session(status)

    moved = apply_snapshot(chat_at(NOW + DAY, session, hold), late)  # type: ignore[arg-type]

    assert (moved.hold, moved.session, moved.alerts) == (hold, session, ())


@pytest.mark.parametrize("hold", [a_captured_hold(), a_canceled_hold()])
def test_what_is_over_is_not_taken_up_again_by_a_late_look_at_another_amount(hold: Hold) -> None:
    """A failed try of an altered PaymentIntent, told late: nothing is left to let go."""
    late = seen(IntentStatus.UNPAID, amount=6000, error_code="card_declined")

    moved = apply_snapshot(chat_at(NOW + DAY, a_session(ENDED), hold), late)

    assert (moved.hold.cancel_reason, moved.hold.due_at) == (hold.cancel_reason, None)


def test_a_late_webhook_never_refreshes_the_confirmation() -> None:
    """START trusts what Stripe said for an hour: an event's own time counts, not its arrival."""
    hold = a_held_hold(confirmed_at=NOW + HOUR)

    moved = apply_snapshot(chat_at(NOW + 3 * HOUR, a_session(READY), hold), seen(at=NOW))

    assert moved.hold.confirmed_at == NOW + HOUR


def test_a_look_refreshes_the_confirmation() -> None:
    moved = apply_snapshot(chat_at(NOW + 3 * HOUR, a_session(READY), a_held_hold()), seen(at=NOW + 3 * HOUR))

    assert moved.hold.confirmed_at == NOW + 3 * HOUR


def test_the_time_of_an_authorization_is_not_moved_by_a_repeat() -> None:
    """H-11: a webhook delivered every day would otherwise keep somebody's money for good."""
    moved = apply_snapshot(
        chat_at(NOW + DAY, a_session(READY), a_held_hold()), seen(at=NOW + DAY, authorized_at=NOW + DAY)
    )

    assert (moved.hold.authorized_at, moved.hold.due_at) == (NOW, NOW + 72 * HOUR)


CONTRADICTIONS = [
    (a_captured_hold(), ENDED, IntentStatus.CANCELED),
    (a_canceled_hold(), CANCELED, IntentStatus.CAPTURED),
]


@pytest.mark.parametrize(("hold", "status", "money"), CONTRADICTIONS)
def test_a_contradiction_moves_nothing_and_is_raised_to_a_person(
    hold: Hold, status: SessionStatus, money: IntentStatus
) -> None:
    session = a_session(status)

    moved = apply_snapshot(chat_at(NOW, session, hold), seen(money))

    assert (moved.hold, moved.session) == (hold, session)
    assert kinds(moved.alerts) == [AlertKind.CONTRADICTION]


def test_money_held_on_a_canceled_hold_is_due_now() -> None:
    moved = apply_snapshot(chat_at(NOW + HOUR, a_session(CANCELED), a_canceled_hold()), seen(IntentStatus.AUTHORIZED))

    assert (moved.hold.status, moved.hold.due_at) == (HoldStatus.CANCELED, NOW + HOUR)
    assert moved.hold.cancel_reason is CancelReason.SUPERSEDED


# --- only the current hold moves the session


@pytest.mark.parametrize(
    ("money", "status"),
    [(IntentStatus.AUTHORIZED, AWAITING), (IntentStatus.CAPTURED, AWAITING), (IntentStatus.CANCELED, READY)],
)
def test_a_hold_that_is_not_the_current_one_never_moves_the_session(money: IntentStatus, status: SessionStatus) -> None:
    """A second chat's session would be opened by the first chat's money, or canceled with it."""
    session = a_session(status, attempt=2, intent_id="pi_2")

    moved = apply_snapshot(chat_at(NOW, session, a_hold()), seen(money))

    assert moved.session == session


def test_a_superseded_authorization_becomes_due_now() -> None:
    """H-11: an older PaymentSheet is paid after a new attempt has begun."""
    moved = apply_snapshot(chat_at(NOW, a_session(attempt=2, intent_id="pi_2"), a_hold()), seen())

    assert (moved.hold.due_at, moved.hold.cancel_reason) == (NOW, CancelReason.SUPERSEDED)


def test_a_used_hold_is_not_let_go_because_the_session_has_moved_on() -> None:
    """H-09, H-10: the next chat's hold is current while the used one still waits for its capture."""
    hold = a_used_hold(due_at=NOW + HOUR)

    moved = apply_snapshot(chat_at(NOW + HOUR, a_session(attempt=2, intent_id="pi_2"), hold), seen(at=NOW + HOUR))

    assert (moved.hold.cancel_reason, moved.hold.due_at) == (None, NOW + HOUR)


def test_the_authorization_of_a_session_that_was_canceled_becomes_due_now() -> None:
    moved = apply_snapshot(chat_at(NOW, a_session(CANCELED), a_hold()), seen())

    assert (moved.hold.due_at, moved.hold.cancel_reason) == (NOW, CancelReason.SUPERSEDED)
    assert moved.session.status is CANCELED


def test_a_release_of_the_used_hold_leaves_the_next_chat_alone() -> None:
    session = a_session(READY, attempt=2, intent_id="pi_2")

    moved = apply_snapshot(chat_at(NOW, session, a_used_hold()), seen(IntentStatus.CANCELED))

    assert moved.session == session
    assert kinds(moved.alerts) == [AlertKind.USED_BUT_UNPAID]
