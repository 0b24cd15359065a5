"""A PaymentIntent seen for the first time, and what its charge says of its window (design 4, 7)."""

from __future__ import annotations

from typing import Any

import pytest

from payments.core.alerts import AlertKind
from payments.domain.chat.adoption import adopt, belongs
from payments.domain.chat.apply_snapshot import learn_window, observe, said_of
from payments.domain.chat.records import CancelReason, Hold, Session
from payments.domain.chat.states import HoldStatus
from payments.stripe_model.snapshots import Money
from tests.unit.builders import a_canceled_hold, a_captured_hold, a_held_hold, a_hold, a_session, being, seen
from tests.unit.scene import DAY, HOUR, MINUTE, NOW, TERMS
from tests.unit.words import AWAITING, CANCEL, CANCELED, READY, kinds

# --- seen for the first time


@pytest.mark.parametrize("money", [Money.UNPAID, Money.HELD])
def test_a_payment_intent_of_the_current_attempt_becomes_the_current_hold(money: Money) -> None:
    """Whoever comes first, the call's answer or the webhook, puts it on record."""
    session = a_session(intent_id=None, due_at=NOW + 10 * MINUTE)

    moved = observe(None, session, seen(money), NOW, TERMS)

    assert (moved.session.intent_id, moved.session.due_at) == ("pi_1", None)
    assert moved.session.status is (READY if money is Money.HELD else AWAITING)
    assert moved.hold.due_at == (NOW + 72 * HOUR if money is Money.HELD else NOW + 15 * MINUTE)


NOT_EXPECTED = [
    a_session(intent_id=None, attempt=2),
    a_session(intent_id="pi_2"),
    a_session(CANCELED, intent_id=None),
]


@pytest.mark.parametrize("session", NOT_EXPECTED)
def test_a_payment_intent_that_nobody_waits_for_is_let_go(session: Session) -> None:
    """A claim was given up, or a key forgotten: the same attempt must never have two that can be paid."""
    moved = observe(None, session, seen(), NOW, TERMS)

    assert moved.session == session
    assert (moved.hold.due_at, moved.hold.cancel_reason) == (NOW, CancelReason.SUPERSEDED)


def test_the_price_on_record_counts_for_a_payment_intent_seen_for_the_first_time() -> None:
    """A PaymentIntent altered before its first webhook arrives must not bring its own price."""
    session = a_session(intent_id=None)

    hold, _ = adopt(session, seen(amount=100), NOW)
    moved = observe(None, session, seen(amount=100), NOW, TERMS)

    assert hold.amount == 5000
    assert moved.session.status is AWAITING
    assert kinds(moved.alerts) == [AlertKind.AMOUNT_DIFFERS]


@pytest.mark.parametrize("field", ["session_id", "user_id", "consultant_id"])
def test_a_payment_intent_whose_metadata_names_others_is_not_ours(field: str) -> None:
    changes: dict[str, Any] = {field: "somebody"}

    assert belongs(a_session(), seen())
    assert not belongs(a_session(), seen(**changes))


# --- the window


def test_the_window_of_the_network_brings_the_release_forward() -> None:
    """H-11: an hour before Stripe would let it expire, and never later than 72 hours."""
    short = learn_window(a_held_hold(), NOW + 50 * HOUR, NOW + HOUR, TERMS)
    long = learn_window(a_held_hold(), NOW + 30 * DAY, NOW + HOUR, TERMS)

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
    assert learn_window(hold, NOW + 30 * DAY, NOW, TERMS).due_at == hold.due_at


def test_a_fact_without_a_payment_intent_speaks_of_the_hold_as_on_record() -> None:
    """`charge.expired` shows a charge only: it must not look like another amount."""
    hold = a_held_hold()

    moved = observe(hold, a_session(READY), said_of(hold, Money.CANCELED, NOW + DAY), NOW + DAY, TERMS)

    assert (moved.hold.status, moved.alerts) == (HoldStatus.CANCELED, ())
