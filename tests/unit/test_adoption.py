"""A PaymentIntent seen for the first time, and what its charge says of its window (design 4, 7)."""

from __future__ import annotations

from typing import Any

import pytest

from payments.core.alerts import AlertKind
from payments.domain.chat.adoption import adopt, belongs
from payments.domain.chat.apply_snapshot import apply_snapshot, learn_window, snapshot_of
from payments.domain.chat.records import CancelReason, ChatSession, Hold
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_canceled_hold, a_captured_hold, a_held_hold, a_hold, a_session, being, chat_at, seen
from tests.unit.constants import DAY, HOUR, MINUTE, NOW
from tests.unit.short_names import ACTIVE, AWAITING, CANCEL, CANCELED, ENDED, READY, kinds

# --- seen for the first time


@pytest.mark.parametrize("money", [IntentStatus.UNPAID, IntentStatus.AUTHORIZED])
def test_a_payment_intent_of_the_current_attempt_becomes_the_current_hold(money: IntentStatus) -> None:
    """Whoever comes first, the call's answer or the webhook, puts it on record."""
    session = a_session(intent_id=None, due_at=NOW + 10 * MINUTE)

    moved = apply_snapshot(chat_at(NOW, session, about=(seen(money)).id), seen(money))

    assert (moved.session.intent_id, moved.session.due_at) == ("pi_1", None)
    assert moved.session.status is (READY if money is IntentStatus.AUTHORIZED else AWAITING)
    assert moved.hold.due_at == (NOW + 72 * HOUR if money is IntentStatus.AUTHORIZED else NOW + 15 * MINUTE)


NOT_EXPECTED = [
    a_session(intent_id=None, attempt=2),
    a_session(intent_id="pi_2"),
    a_session(CANCELED, intent_id=None),
]


@pytest.mark.parametrize("session", NOT_EXPECTED)
def test_a_payment_intent_that_nobody_waits_for_is_let_go(session: ChatSession) -> None:
    """A claim was given up, or a key forgotten: the same attempt must never have two that can be paid."""
    moved = apply_snapshot(chat_at(NOW, session, about=(seen()).id), seen())

    assert moved.session == session
    assert (moved.hold.due_at, moved.hold.cancel_reason) == (NOW, CancelReason.SUPERSEDED)


def test_the_price_on_record_counts_for_a_payment_intent_seen_for_the_first_time() -> None:
    """A PaymentIntent altered before its first webhook arrives must not bring its own price."""
    session = a_session(intent_id=None)

    chat = chat_at(NOW, session, about="pi_1")

    hold = adopt(chat, seen(amount=100)).hold
    moved = apply_snapshot(chat, seen(amount=100))

    assert hold.amount == 5000
    assert moved.session.status is AWAITING
    assert kinds(moved.alerts) == [AlertKind.AMOUNT_DIFFERS]


@pytest.mark.parametrize("field", ["session_id", "user_id", "consultant_id"])
def test_a_payment_intent_whose_metadata_names_others_is_not_ours(field: str) -> None:
    changes: dict[str, Any] = {field: "somebody"}

    assert belongs(a_session(), seen())
    assert not belongs(a_session(), seen(**changes))


STARTED, ENDS = NOW - 10 * MINUTE, NOW + 20 * MINUTE


@pytest.mark.parametrize("status", [AWAITING, READY])
def test_the_record_of_the_hold_that_a_chat_waits_for_is_made_again(status: SessionStatus) -> None:
    """Its document was deleted, or a backup of one collection restored: the session still names it."""
    moved = apply_snapshot(chat_at(NOW, a_session(status), about="pi_1"), seen(IntentStatus.AUTHORIZED))

    assert (moved.session.status, moved.hold.cancel_reason) == (READY, None)
    assert (moved.hold.started_at, moved.hold.due_at) == (None, NOW + 72 * HOUR)


def test_the_record_of_the_hold_that_a_chat_runs_on_is_made_again_with_its_use() -> None:
    """Without its use it would be let go as unused, and what was given not paid for."""
    session = a_session(ACTIVE, used_intent_id="pi_1", started_at=STARTED, expires_at=ENDS)

    moved = apply_snapshot(chat_at(NOW, session, about="pi_1"), seen(IntentStatus.AUTHORIZED))

    assert moved.session == session
    assert (moved.hold.started_at, moved.hold.ends_at, moved.hold.due_at) == (STARTED, ENDS, ENDS)


def test_the_record_of_the_hold_of_a_chat_that_has_ended_is_made_again_and_due_to_be_captured() -> None:
    session = a_session(ENDED, used_intent_id="pi_1", started_at=STARTED, expires_at=ENDS, ended_at=NOW)

    held = apply_snapshot(chat_at(NOW, session, about="pi_1"), seen(IntentStatus.AUTHORIZED)).hold
    taken = apply_snapshot(chat_at(NOW, session, about="pi_1"), seen(IntentStatus.CAPTURED, amount_received=5000))

    assert (held.started_at, held.ends_at, held.due_at) == (STARTED, NOW, NOW + MINUTE)
    assert (taken.hold.status, taken.alerts) == (HoldStatus.CAPTURED, ())


def test_the_record_of_a_used_hold_is_made_again_though_its_chat_has_a_new_attempt() -> None:
    session = a_session(AWAITING, attempt=2, last_attempt=2, intent_id="pi_2", used_intent_id="pi_1")

    moved = apply_snapshot(chat_at(NOW, session, about="pi_1"), seen(IntentStatus.AUTHORIZED))

    assert moved.session == session
    assert (moved.hold.started_at, moved.hold.ends_at) == (seen().created_at, NOW)
    assert (moved.hold.cancel_reason, moved.hold.due_at) == (None, NOW + MINUTE)


# --- the window


def test_the_window_of_the_network_brings_the_release_forward() -> None:
    """H-11: an hour before Stripe would let it expire, and never later than 72 hours."""
    short = learn_window(chat_at(NOW + HOUR, a_session(), a_held_hold()), NOW + 50 * HOUR).hold
    long = learn_window(chat_at(NOW + HOUR, a_session(), a_held_hold()), NOW + 30 * DAY).hold

    assert (short.capture_before, short.due_at) == (NOW + 50 * HOUR, NOW + 49 * HOUR)
    assert long.due_at == NOW + 72 * HOUR


@pytest.mark.parametrize(
    "hold",
    [
        a_hold(),
        being(a_held_hold(), CANCEL),
        a_held_hold(cancel_reason=CancelReason.SUPERSEDED, due_at=NOW),
        a_captured_hold(),
        a_canceled_hold(),
    ],
)
def test_the_window_never_puts_off_what_is_due(hold: Hold) -> None:
    """A charge event between a claim and its settling must not hide the claim from the sweep."""
    assert learn_window(chat_at(NOW, a_session(), hold), NOW + 30 * DAY).hold.due_at == hold.due_at


def test_a_fact_without_a_payment_intent_speaks_of_the_hold_as_on_record() -> None:
    """`charge.expired` shows a charge only: it must not look like another amount."""
    hold = a_held_hold()

    moved = apply_snapshot(
        chat_at(NOW + DAY, a_session(READY), hold), snapshot_of(hold, IntentStatus.CANCELED, NOW + DAY)
    )

    assert (moved.hold.status, moved.alerts) == (HoldStatus.CANCELED, ())
