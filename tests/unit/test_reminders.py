"""When a session has to be looked at (design 7, H-06): reminders, ends, claims that died; and what is then done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.change import DueAction
from payments.domain.chat.clock import start
from payments.domain.chat.deadlines import (
    extension_begins_at,
    extension_claim_lapses_at,
    is_waiting_to_begin,
    next_due_at,
    remind_at,
    session_due_at,
)
from payments.domain.chat.due import claim_due, claim_due_session, due_action
from payments.domain.chat.extension import drop_next
from payments.domain.chat.operations import end_chat
from payments.domain.chat.records import ChatSession, Hold, Source
from tests.unit.builders import a_captured_hold, a_held_hold, a_session, a_used_hold, chat_at
from tests.unit.constants import HOUR, MINUTE, NOW, PAYER, SECOND, TERMS
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
    seen_next,
)
from tests.unit.short_names import ACTIVE, AWAITING, CANCELED, CAPTURE, ENDED, READY

SOON = EXPIRES - 5 * MINUTE
MOMENT = timedelta(microseconds=1)

# --- when to remind


@pytest.mark.parametrize(
    ("minutes", "after_the_start"), [(1, None), (5, None), (6, MINUTE), (30, 25 * MINUTE), (1440, 1435 * MINUTE)]
)
def test_a_chat_is_said_to_end_soon_five_minutes_before(minutes: int, after_the_start: timedelta | None) -> None:
    """H-06. A chat of five minutes would be told to end soon as it starts."""
    session = a_session(ACTIVE, minutes=minutes, expires_at=NOW + minutes * MINUTE)

    assert remind_at(session) == (None if after_the_start is None else NOW + after_the_start)


def test_nobody_is_reminded_of_a_chat_without_a_clock() -> None:
    assert remind_at(a_session(READY)) is None


@pytest.mark.parametrize("told_at", [SOON, SOON + MINUTE, EXPIRES - SECOND])
def test_nobody_is_reminded_twice_of_one_end(told_at: datetime) -> None:
    """The sweep may be late: what was told late was told."""
    assert remind_at(a_session(ACTIVE, reminded_at=told_at)) is None


@pytest.mark.parametrize("told_at", [None, SOON, EXPIRES - SECOND])
def test_an_extended_chat_is_said_to_end_soon_before_its_new_end(told_at: datetime | None) -> None:
    assert remind_at(an_extended_session(reminded_at=told_at)) == EXTENDED - 5 * MINUTE


def test_a_short_extension_is_not_told_in_the_first_ones_last_minutes() -> None:
    """Both know already: four minutes more are not worth a second "about five minutes are left"."""
    session = an_extended_session(next_minutes=4, expires_at=EXPIRES + 4 * MINUTE, reminded_at=SOON)

    assert remind_at(session) is None


@pytest.mark.parametrize("minutes", [6, 8, 30])
def test_the_next_chat_in_the_same_room_is_reminded_of_its_own_end(minutes: int) -> None:
    """H-10: the payer ends the first a minute after its reminder, and starts the next at once."""
    told = a_session(ACTIVE, reminded_at=SOON)
    ended = end_chat(chat_at(SOON + MINUTE, told, a_used_hold()), PAYER).session
    ready = replace(ended.renewed(2, SOON + MINUTE), status=READY, source=Source.TICKET, minutes=minutes)

    running = start(chat_at(SOON + MINUTE, ready), PAYER).session

    assert remind_at(running) == SOON + MINUTE + (minutes - 5) * MINUTE


def test_a_chat_that_its_extension_makes_ready_again_is_reminded_of_its_own_end() -> None:
    """Paid a minute after the end, started at once: nobody has been told of this clock."""
    ended = an_asked_session(ENDED, reminded_at=SOON)

    ready = apply_snapshot(chat_at(EXPIRES + MINUTE, ended, a_next_hold()), seen_next())

    assert (ready.session.status, ready.session.reminded_at) == (READY, None)


# --- when to look at a session


DUE = [
    ("waits for its payment", a_session(AWAITING), None),
    ("ready", a_session(READY), None),
    ("runs", a_session(ACTIVE), SOON),
    ("runs, both were told", a_session(ACTIVE, reminded_at=SOON), EXPIRES),
    ("runs, too short to be told", a_session(ACTIVE, minutes=5, expires_at=NOW + 5 * MINUTE), NOW + 5 * MINUTE),
    ("extended", an_extended_session(), EXTENDED - 5 * MINUTE),
    ("extension claimed early", an_asked_session(next_intent_id=None, next_requested_at=NOW), NOW + 10 * MINUTE),
    ("extension claimed late", an_asked_session(next_intent_id=None, next_requested_at=SOON), SOON),
    ("extension on record", an_asked_session(reminded_at=SOON), EXPIRES),
    ("ended", a_session(ENDED), None),
    ("ended, extension claimed", an_asked_session(ENDED, next_intent_id=None), ASKED + 10 * MINUTE),
    ("ended, extension on record", an_asked_session(ENDED), None),
    ("canceled", a_session(CANCELED), None),
]


@pytest.mark.parametrize(("session", "due_at"), [row[1:] for row in DUE], ids=[row[0] for row in DUE])
def test_a_session_is_due_at_the_first_thing_that_will_happen_to_it(
    session: ChatSession, due_at: datetime | None
) -> None:
    assert session_due_at(session) == due_at


def test_only_a_claim_without_a_payment_intent_dies() -> None:
    assert extension_claim_lapses_at(a_session(ACTIVE)) is None
    assert extension_claim_lapses_at(an_asked_session()) is None
    assert extension_claim_lapses_at(an_asked_session(next_intent_id=None)) == ASKED + 10 * MINUTE


# --- what is then done


def claimed(**changes: object) -> ChatSession:
    """A chat whose extension was asked for at its start and has no PaymentIntent on record."""
    return an_asked_session(**{"next_intent_id": None, "next_requested_at": NOW, "due_at": NOW, **changes})  # type: ignore[arg-type]


STEPS = [
    ("not due", a_session(ACTIVE), SOON - MOMENT, DueAction.NONE),
    ("at rest", a_session(ENDED), NOW + HOUR, DueAction.NONE),
    ("about to end", a_session(ACTIVE), SOON, DueAction.REMIND),
    ("about to end, found late", a_session(ACTIVE), EXPIRES - MOMENT, DueAction.REMIND),
    ("over", a_session(ACTIVE), EXPIRES, DueAction.END),
    ("over, claim dead too", claimed(), EXPIRES, DueAction.END),
    ("about to end, claim dead too", claimed(), SOON, DueAction.REMIND),
    ("claim alive", claimed(), NOW + 10 * MINUTE - MOMENT, DueAction.RESCHEDULE),
    ("claim dead", claimed(), NOW + 10 * MINUTE, DueAction.DROP_CLAIM),
    ("claim dead after the end", claimed(status=ENDED), NOW + 10 * MINUTE, DueAction.DROP_CLAIM),
    ("first claim dead", a_session(AWAITING, intent_id=None, due_at=NOW), NOW, DueAction.DROP_CLAIM),
    ("extension on record meanwhile", an_asked_session(ENDED, due_at=NOW), NOW + HOUR, DueAction.RESCHEDULE),
    ("due too early", a_session(ACTIVE, due_at=NOW), NOW, DueAction.RESCHEDULE),
]


@pytest.mark.parametrize(("session", "now", "step"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_what_is_done_with_a_session_goes_by_its_own_fields(
    session: ChatSession, now: datetime, step: DueAction
) -> None:
    assert claim_due_session(chat_at(now, session, a_used_hold())).action is step


def test_the_first_claim_that_died_cancels_the_session_and_an_extensions_claim_is_only_dropped() -> None:
    first = claim_due_session(chat_at(NOW, a_session(AWAITING, intent_id=None, due_at=NOW))).session
    running = claim_due_session(chat_at(NOW + 10 * MINUTE, claimed(), a_used_hold())).session
    ended = claim_due_session(chat_at(NOW + HOUR, claimed(status=ENDED), a_used_hold())).session

    assert first.status is CANCELED
    assert running == drop_next(claimed())
    assert (running.status, running.due_at) == (ACTIVE, SOON)
    assert (ended.status, ended.next, ended.due_at) == (ENDED, None, None)


def test_a_reminder_is_written_down_and_leaves_the_end_due() -> None:
    moved = claim_due_session(chat_at(SOON + MINUTE, a_session(ACTIVE), a_used_hold()))

    assert moved.session == a_session(ACTIVE, reminded_at=SOON + MINUTE, due_at=EXPIRES)
    assert moved.holds == ()


def test_a_session_is_worked_on_once_for_each_thing() -> None:
    """A life of a chat by the sweep alone: no step comes twice, and it ends at rest."""
    session, hold = claimed(), a_used_hold()
    steps: list[DueAction] = []
    while session.due_at is not None and len(steps) < 9:
        moved = claim_due_session(chat_at(session.due_at, session, hold))
        step = moved.action
        session, hold = moved.session, moved.holds[0] if moved.holds else hold
        steps.append(step)

    assert steps == [DueAction.RESCHEDULE, DueAction.DROP_CLAIM, DueAction.REMIND, DueAction.END]
    assert hold.operation is CAPTURE


# --- holds of extensions


WAITING = [
    ("not paid", a_next_hold(), False),
    ("paid", a_paid_extension(), True),
    ("charged by hand", a_captured_extension(), True),
    ("given back", a_held_next_hold(), False),
    ("begun", a_paid_extension(started_at=EXPIRES), False),
    ("of a chat that was started", a_used_hold(), False),
]


@pytest.mark.parametrize(("hold", "is_waiting"), [row[1:] for row in WAITING], ids=[row[0] for row in WAITING])
def test_only_paid_time_that_is_not_used_waits_to_begin(hold: Hold, is_waiting: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_waiting_to_begin(hold) is is_waiting


@pytest.mark.parametrize("hold", [a_paid_extension(), a_captured_extension()])
def test_paid_time_is_due_a_minute_after_its_start(hold: Hold) -> None:
    assert extension_begins_at(hold) == next_due_at(hold, NOW, TERMS) == BEGINS
    assert due_action(hold, BEGINS - MOMENT, TERMS) is DueAction.NONE
    assert due_action(hold, BEGINS, TERMS) is DueAction.REFRESH


def test_a_hold_without_a_plan_begins_never() -> None:
    assert extension_begins_at(a_held_hold()) is None


@pytest.mark.parametrize("hold", [a_paid_extension(due_at=ASKED), a_captured_extension(due_at=ASKED)])
def test_a_look_at_paid_time_before_it_begins_keeps_its_beginning(hold: Hold) -> None:
    moved = claim_due(chat_at(ASKED, an_extended_session(), hold))

    assert moved.hold.due_at == BEGINS


def test_paid_time_is_not_let_go_for_its_age() -> None:
    """H-11 is about holds that nobody uses; this one is about to be used, however long the chat before it is."""
    old = a_paid_extension(authorized_at=EXPIRES - 80 * HOUR, capture_before=EXPIRES, due_at=ASKED)

    assert due_action(old, EXPIRES - SECOND, TERMS) is DueAction.REFRESH


def test_what_has_begun_is_due_at_its_end() -> None:
    _, hold = begun(an_extended_session(), a_paid_extension(), BEGINS)

    assert hold is not None
    assert next_due_at(hold, BEGINS, TERMS) == EXTENDED
    assert next_due_at(a_captured_hold(), BEGINS, TERMS) is None
