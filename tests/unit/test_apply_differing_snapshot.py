"""What Stripe says that is not as agreed, and what a person has to be told (design 4)."""

from __future__ import annotations

import pytest

from payments.core.alerts import AlertKind
from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.records import CancelReason, ChatSession, Hold
from payments.domain.chat.states import HoldStatus
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_held_hold, a_hold, a_session, a_used_hold, being, chat_at, seen
from tests.unit.constants import HOUR, MINUTE, NOW
from tests.unit.short_names import ACTIVE, CANCEL, CANCELED, CAPTURE, ENDED, READY, kinds

# --- another amount


DIFFERENCES = [{"amount": 100}, {"amount": 5001}, {"currency": "usd"}, {"manual": False}]


@pytest.mark.parametrize("difference", DIFFERENCES)
@pytest.mark.parametrize("hold", [a_hold(), a_held_hold()])
def test_an_authorization_that_differs_is_let_go_and_raised(hold: Hold, difference: dict) -> None:
    """H-07, H-08: someone with the client secret, or a hand in the dashboard, has changed what is held."""
    session = a_session()

    moved = apply_snapshot(chat_at(NOW + MINUTE, session, hold), seen(**difference))

    assert (moved.hold.due_at, moved.hold.cancel_reason) == (NOW + MINUTE, CancelReason.DIFFERS)
    assert moved.session == session
    assert kinds(moved.alerts) == [AlertKind.AMOUNT_DIFFERS]


def test_a_difference_is_raised_before_anybody_has_paid() -> None:
    moved = apply_snapshot(chat_at(NOW, a_session(), a_hold()), seen(IntentStatus.UNPAID, manual=False))

    assert (moved.hold.due_at, moved.hold.cancel_reason) == (NOW, CancelReason.DIFFERS)
    assert kinds(moved.alerts) == [AlertKind.AMOUNT_DIFFERS]


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_a_release_moves_the_hold_also_when_it_differs(difference: dict) -> None:
    moved = apply_snapshot(chat_at(NOW, a_session(READY), a_held_hold()), seen(IntentStatus.CANCELED, **difference))

    assert (moved.hold.status, moved.session.status) == (HoldStatus.CANCELED, CANCELED)


def test_a_capture_of_another_amount_moves_the_hold_and_is_raised() -> None:
    """A partial capture made in the dashboard: the money has moved, whatever we think of it."""
    partial = seen(IntentStatus.CAPTURED, amount_received=1200)

    moved = apply_snapshot(chat_at(NOW, a_session(ENDED), a_used_hold()), partial)

    assert (moved.hold.status, moved.hold.amount_captured) == (HoldStatus.CAPTURED, 1200)
    assert kinds(moved.alerts) == [AlertKind.AMOUNT_DIFFERS]


# --- what has to be raised


def test_a_used_hold_that_is_released_ends_its_chat_and_is_raised() -> None:
    """Somebody talks and nobody pays: an issuer or a hand in the dashboard has let the money go."""
    moved = apply_snapshot(chat_at(NOW + MINUTE, a_session(ACTIVE), a_used_hold()), seen(IntentStatus.CANCELED))

    assert (moved.session.status, moved.session.ended_by, moved.session.due_at) == (ENDED, "system", None)
    assert kinds(moved.alerts) == [AlertKind.USED_BUT_UNPAID]


def test_a_consultant_who_lets_a_person_go_free_raises_no_alert() -> None:
    hold = being(a_used_hold(), CANCEL)

    moved = apply_snapshot(chat_at(NOW + MINUTE, a_session(ACTIVE), hold), seen(IntentStatus.CANCELED))

    assert (moved.hold.status, moved.session.status, moved.alerts) == (HoldStatus.CANCELED, ENDED, ())


def test_giving_up_a_capture_raises_an_alert() -> None:
    given_up = being(a_used_hold(), CANCEL, cancel_reason=CancelReason.UNCOLLECTED)

    moved = apply_snapshot(chat_at(NOW, a_session(ENDED), given_up), seen(IntentStatus.CANCELED))

    assert kinds(moved.alerts) == [AlertKind.USED_BUT_UNPAID]


def test_a_release_during_a_capture_counts_as_its_refusal() -> None:
    """Otherwise the person whose bank took the money back would chat again and again for nothing."""
    hold = being(a_used_hold(), CAPTURE)

    moved = apply_snapshot(chat_at(NOW + HOUR, a_session(ENDED), hold), seen(IntentStatus.CANCELED))

    assert moved.hold.refused_at == NOW + HOUR


def test_money_taken_in_the_dashboard_opens_the_chat_that_waits_for_it() -> None:
    moved = apply_snapshot(chat_at(NOW, a_session(), a_hold()), seen(IntentStatus.CAPTURED))

    assert (moved.hold.status, moved.session.status) == (HoldStatus.CAPTURED, READY)


@pytest.mark.parametrize("session", [a_session(CANCELED), a_session(attempt=2, intent_id="pi_2")])
def test_money_taken_for_a_chat_that_can_not_start_is_raised(session: ChatSession) -> None:
    moved = apply_snapshot(chat_at(NOW, session, a_held_hold()), seen(IntentStatus.CAPTURED))

    assert moved.hold.status is HoldStatus.CAPTURED
    assert kinds(moved.alerts) == [AlertKind.CAPTURED_UNUSED]
    assert moved.session == session
