"""Paid time, its beginning and its cancel (design 4): the times of the extension, to the second."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.change import ChatChange
from payments.domain.chat.extension import decide, next_status
from payments.domain.chat.operations import begin_cancel
from payments.domain.chat.records import Hold, Source
from payments.domain.chat.requests import attempt_in_progress
from payments.domain.chat.states import HoldStatus, NextStatus
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_session, a_used_hold, being, chat_at
from tests.unit.constants import HOUR, MINUTE, NOW, PAYER, SECOND
from tests.unit.extended import (
    ASKED,
    BEGINS,
    EXPIRES,
    EXTENDED,
    a_captured_extension,
    a_held_next_hold,
    a_next_hold,
    a_paid_extension,
    an_asked_session,
    an_extended_session,
    begun,
    said,
    seen_next,
)
from tests.unit.short_names import ACTIVE, BUTTON, CANCEL, CANCELED, ENDED, READY

# --- PAID


PAID_AT = [
    ("before the end", EXPIRES - SECOND, EXPIRES),
    ("at the end", EXPIRES, EXPIRES),
    ("just after the end, before the sweep", EXPIRES + 7 * SECOND, EXPIRES + 7 * SECOND),
    ("59 seconds after it", EXPIRES + 59 * SECOND, EXPIRES + 59 * SECOND),
]


@pytest.mark.parametrize("money", [IntentStatus.AUTHORIZED, IntentStatus.CAPTURED])
@pytest.mark.parametrize(("now", "starts_at"), [row[1:] for row in PAID_AT], ids=[row[0] for row in PAID_AT])
def test_paid_moves_the_clock_by_the_length_that_was_sold(
    money: IntentStatus, now: datetime, starts_at: datetime
) -> None:
    """H-10: `startsAt = max(expiresAt, now)`. Time that passed before the money came is nobody's to pay."""
    moved = apply_snapshot(chat_at(now, an_asked_session(next_minutes=45), a_next_hold()), seen_next(money))

    ends_at = starts_at + 45 * MINUTE
    assert (moved.hold.starts_at, moved.hold.ends_at, moved.hold.started_at) == (starts_at, ends_at, None)
    assert moved.hold.due_at == starts_at + MINUTE
    assert (moved.session.expires_at, moved.session.status) == (ends_at, ACTIVE)
    assert (moved.session.intent_id, moved.session.next_intent_id) == ("pi_1", "pi_2")


@pytest.mark.parametrize("money", [IntentStatus.AUTHORIZED, IntentStatus.CAPTURED])
def test_paid_twice_moves_the_clock_once(money: IntentStatus) -> None:
    """H-18: the answer and two webhooks all say it."""
    once = apply_snapshot(chat_at(ASKED, an_asked_session(), a_next_hold()), seen_next(money))

    twice = apply_snapshot(chat_at(EXPIRES, once.session, once.hold), seen_next(money))

    assert (twice.hold, twice.session) == (once.hold, once.session)


def test_a_declined_card_moves_no_clock() -> None:
    declined = seen_next(IntentStatus.UNPAID, error_code="card_declined")

    moved = apply_snapshot(chat_at(ASKED, an_asked_session(), a_next_hold()), declined)

    assert (moved.session, moved.hold.last_error) == (an_asked_session(), "card_declined")


def test_an_extension_paid_after_the_chat_has_ended_makes_it_ready() -> None:
    """H-10: what is paid for is never lost: the payer starts it when they like."""
    moved = apply_snapshot(chat_at(NOW + HOUR, an_asked_session(ENDED, next_amount=5000), a_next_hold()), seen_next())

    session = moved.session
    assert (session.status, session.attempt, session.intent_id, session.next) == (READY, 2, "pi_2", None)
    assert (session.started_at, session.expires_at, session.ended_at, session.ended_by) == (None, None, None, None)
    assert (session.due_at, session.used_intent_id) == (None, "pi_1")
    assert (moved.hold.starts_at, moved.hold.ends_at, moved.hold.due_at) == (None, None, ASKED + 72 * HOUR)


@pytest.mark.parametrize("money", [IntentStatus.AUTHORIZED, IntentStatus.CAPTURED])
@pytest.mark.parametrize("late", [MINUTE, 7 * MINUTE, 24 * HOUR])
def test_no_clock_runs_for_a_chat_that_both_have_left(money: IntentStatus, late: timedelta) -> None:
    """The sweep has not come to end it, and its extension is heard of late: its payer starts it when they are there."""
    moved = apply_snapshot(chat_at(EXPIRES + late, an_asked_session(), a_next_hold()), seen_next(money))

    session = moved.session
    assert (session.status, session.attempt, session.intent_id, session.next) == (READY, 2, "pi_2", None)
    assert (session.started_at, session.expires_at, session.due_at) == (None, None, None)
    assert (moved.hold.starts_at, moved.hold.started_at, session.used_intent_id) == (None, None, "pi_1")


def test_paid_time_that_waits_is_not_lost_to_a_late_repeat() -> None:
    """Nobody came for an hour, then the webhook comes once more: the time that was paid before has run."""
    moved = said(an_extended_session(), a_paid_extension(), a_paid_extension(), seen_next(), EXTENDED - SECOND)

    assert (moved.session.status, moved.session.intent_id, moved.hold.started_at) == (ACTIVE, "pi_2", EXPIRES)


# --- BEGIN


@pytest.mark.parametrize(
    ("now", "has_begun"),
    [
        (EXPIRES - SECOND, False),
        (EXPIRES, False),
        (EXPIRES + 59 * SECOND, False),
        (EXPIRES + MINUTE - timedelta(microseconds=1), False),
        (EXPIRES + MINUTE, True),
        (EXTENDED + HOUR, True),
    ],
)
def test_an_extension_begins_when_its_time_has_run_for_a_minute(now: datetime, has_begun: bool) -> None:  # noqa: FBT001 - a column of the table
    session, hold = begun(an_extended_session(), a_paid_extension(), now)

    assert hold is not None
    assert (hold.started_at, session.intent_id) == ((EXPIRES, "pi_2") if has_begun else (None, "pi_1"))
    assert (session.next is None) is has_begun


def test_a_chat_runs_on_the_extension_that_has_begun() -> None:
    """The use is recorded from `startsAt`, for good: from here on it is captured at its own end."""
    session, hold = begun(an_extended_session(next_amount=4000, next_minutes=30), a_paid_extension(), BEGINS)

    assert hold is not None
    assert (hold.started_at, hold.ends_at, hold.due_at) == (EXPIRES, EXTENDED, EXTENDED)
    assert (session.status, session.attempt, session.amount, session.source) == (ACTIVE, 2, 4000, Source.PAYMENT)
    assert (session.used_intent_id, session.started_at, session.expires_at) == ("pi_2", EXPIRES, EXTENDED)
    assert session.due_at == EXTENDED - 5 * MINUTE


def test_what_has_begun_is_as_long_as_it_was_sold() -> None:
    """The configured length may have changed since: its reminder and its end go by what was paid for."""
    longer = a_paid_extension(ends_at=EXPIRES + 45 * MINUTE)

    session, _ = begun(an_extended_session(next_minutes=45, expires_at=EXPIRES + 45 * MINUTE), longer, BEGINS)

    assert (session.minutes, session.current.minutes) == (45, 45)


def test_what_was_charged_by_hand_begins_and_stays_at_rest() -> None:
    _, hold = begun(an_extended_session(), a_captured_extension(), BEGINS)

    assert hold is not None
    assert (hold.status, hold.started_at, hold.due_at) == (HoldStatus.CAPTURED, EXPIRES, None)


def test_a_chat_by_ticket_goes_on_by_payment() -> None:
    by_ticket = an_extended_session(source=Source.TICKET, intent_id=None, used_intent_id=None, amount=0)

    session, _ = begun(by_ticket, a_paid_extension(), BEGINS)

    assert (session.source, session.intent_id, session.amount) == (Source.PAYMENT, "pi_2", 5000)


@pytest.mark.parametrize("hold", [None, a_next_hold(), being(a_held_next_hold(), CANCEL), a_held_next_hold()])
def test_only_paid_time_begins(hold: Hold | None) -> None:
    session = an_asked_session()

    assert begun(session, hold, NOW + 24 * HOUR) == (session, hold)


@pytest.mark.parametrize("now", [EXPIRES + 59 * SECOND, BEGINS])
def test_what_begins_is_written_with_any_decision_on_the_chat(now: datetime) -> None:
    """Whatever is decided rests on the chat as it is by then: whoever comes first, the sweep or a person."""
    chat = chat_at(now, an_extended_session(), a_used_hold(), a_paid_extension())

    moved = decide(chat, lambda chat: ChatChange(chat.session))

    assert [(hold.id, hold.started_at) for hold in moved.holds] == ([("pi_2", EXPIRES)] if now >= BEGINS else [])


# --- CANCEL


@pytest.mark.parametrize("now", [ASKED, EXPIRES, EXPIRES + 59 * SECOND])
def test_canceling_an_extension_gives_its_time_back_in_the_claim(now: datetime) -> None:
    """H-11: also in the minute of grace, in which nobody has used it; Stripe need not have answered."""
    moved = begin_cancel(chat_at(now, an_extended_session(), a_paid_extension()), PAYER, BUTTON)

    assert (moved.session.expires_at, moved.session.status) == (EXPIRES, ACTIVE)
    assert (moved.hold.operation, moved.hold.starts_at, moved.hold.ends_at) == (CANCEL, None, None)
    assert next_status(moved.session, moved.hold) is NextStatus.LEAVING


def test_a_cancel_tried_again_gives_nothing_back_twice() -> None:
    once = begin_cancel(chat_at(ASKED, an_extended_session(), a_paid_extension()), PAYER, BUTTON)

    again = begin_cancel(chat_at(ASKED + 3 * MINUTE, once.session, once.hold), PAYER, BUTTON)

    assert again.session == once.session


def test_canceling_an_extension_that_is_not_paid_leaves_the_clock_alone() -> None:
    moved = begin_cancel(chat_at(ASKED, an_asked_session(), a_next_hold()), PAYER, BUTTON)

    assert (moved.session, moved.hold.operation) == (an_asked_session(), CANCEL)


def test_time_given_back_after_the_reminder_does_not_remind_again() -> None:
    """Both were told at 25 minutes; the extension came at 26 and was taken back at 27."""
    told = an_asked_session(reminded_at=EXPIRES - 5 * MINUTE)
    paid = apply_snapshot(chat_at(EXPIRES - 4 * MINUTE, told, a_next_hold()), seen_next())

    back = begin_cancel(chat_at(EXPIRES - 3 * MINUTE, paid.session, paid.hold), PAYER, BUTTON)

    assert paid.session.due_at == EXTENDED - 5 * MINUTE
    assert (back.session.expires_at, back.session.due_at) == (EXPIRES, EXPIRES)


def test_a_session_that_was_canceled_has_no_extension() -> None:
    assert attempt_in_progress(chat_at(NOW, a_session(CANCELED))) is None
