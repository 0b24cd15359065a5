"""Deadlines are data (design 7): when each thing is due, and what is then done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from payments.domain.chat.change import DueAction, schedule_cancel
from payments.domain.chat.deadlines import (
    gives_up,
    is_abandoned,
    is_late,
    next_due_at,
    next_refresh_at,
    release_at,
    retry_capture_at,
)
from payments.domain.chat.due import claim_due, due_action
from payments.domain.chat.operations import claim_operation
from payments.domain.chat.records import CancelReason, Hold, Operation
from payments.domain.chat.states import HoldStatus
from tests.unit.builders import (
    a_canceled_hold,
    a_captured_hold,
    a_held_hold,
    a_hold,
    a_session,
    a_used_hold,
    being,
    chat_at,
)
from tests.unit.constants import DAY, HOUR, MINUTE, NOW, SECOND, TERMS
from tests.unit.short_names import ACTIVE, CANCEL, CAPTURE, ENDED, READY


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(), 15 * MINUTE),
        (10 * MINUTE, 15 * MINUTE),
        (HOUR, HOUR),
        (30 * HOUR, 30 * HOUR),
        (40 * HOUR, 32 * HOUR),
        (72 * HOUR - SECOND, SECOND),
    ],
)
def test_an_unpaid_hold_is_looked_at_less_and_less_often_up_to_72_hours(age: timedelta, wait: timedelta) -> None:
    """H-11: its webhook may be lost."""
    assert next_refresh_at(a_hold(), NOW + age, TERMS) == NOW + age + wait


def test_an_unpaid_hold_is_abandoned_after_72_hours() -> None:
    """H-11."""
    assert not is_abandoned(a_hold(), NOW + 72 * HOUR - SECOND, TERMS)
    assert is_abandoned(a_hold(), NOW + 72 * HOUR, TERMS)


@pytest.mark.parametrize(
    ("hold", "at"),
    [
        (a_held_hold(authorized_at=NOW + HOUR), NOW + 73 * HOUR),
        (a_held_hold(capture_before=NOW + 30 * DAY), NOW + 72 * HOUR),
        (a_held_hold(capture_before=NOW + 48 * HOUR), NOW + 47 * HOUR),
        (a_held_hold(capture_before=None), NOW + 72 * HOUR),
        (a_held_hold(authorized_at=None), NOW + 72 * HOUR),
    ],
)
def test_an_unused_authorization_is_let_go_after_72_hours_and_an_hour_before_it_expires(
    hold: Hold, at: datetime
) -> None:
    """H-11. In Japan a card can be held for 30 days: Stripe's own expiry is no safety net."""
    assert release_at(hold, TERMS) == at


def test_a_release_never_waits_for_an_expiry_that_is_not_known() -> None:
    """With a configured 96 hours, and a window of 4 days 18 hours at the shortest."""
    hold = a_held_hold(capture_before=None)

    assert release_at(hold, replace(TERMS, hold=200 * HOUR)) == NOW + 4 * DAY + 17 * HOUR


@pytest.mark.parametrize(
    ("failing_for", "wait"),
    [(timedelta(), MINUTE), (30 * SECOND, MINUTE), (20 * MINUTE, 20 * MINUTE), (5 * HOUR, HOUR)],
)
def test_a_refused_capture_is_tried_again_in_a_minute_to_an_hour(failing_for: timedelta, wait: timedelta) -> None:
    hold = a_used_hold(ends_at=NOW)

    assert retry_capture_at(hold, NOW + failing_for) == NOW + failing_for + wait


NATURE = [
    (a_hold(), NOW, NOW + 15 * MINUTE),
    (a_held_hold(), NOW, NOW + 72 * HOUR),
    (a_used_hold(), NOW, NOW + 30 * MINUTE),
    (a_used_hold(), NOW + 30 * MINUTE, NOW + 31 * MINUTE),
    (a_captured_hold(), NOW, None),
    (a_canceled_hold(), NOW, None),
]


@pytest.mark.parametrize(("hold", "now", "due_at"), NATURE)
def test_what_is_not_at_rest_is_due_by_what_it_is(hold: Hold, now: datetime, due_at: datetime | None) -> None:
    assert next_due_at(hold, now, TERMS) == due_at


def test_late_is_later_than_72_hours_after_the_authorization() -> None:
    hold = a_used_hold(authorized_at=NOW + HOUR)

    assert not is_late(hold, NOW + 73 * HOUR, TERMS)
    assert is_late(hold, NOW + 73 * HOUR + SECOND, TERMS)


def test_giving_up_needs_a_late_refusal_an_hour_ago() -> None:
    assert not gives_up(a_used_hold(refused_at=NOW), NOW + 30 * DAY)
    assert not gives_up(a_used_hold(late_refused_at=NOW), NOW + HOUR - SECOND)
    assert gives_up(a_used_hold(late_refused_at=NOW), NOW + HOUR)


def due(hold: Hold, now: datetime = NOW) -> Hold:
    return replace(hold, due_at=now)


LATER, ABANDONED_AT = NOW + HOUR, NOW + 72 * HOUR
STEPS = [
    ("not due", a_hold(due_at=NOW + SECOND), NOW, DueAction.NONE),
    ("at rest", a_captured_hold(), NOW, DueAction.NONE),
    ("unpaid", due(a_hold()), NOW, DueAction.REFRESH),
    ("abandoned", due(a_hold()), ABANDONED_AT, DueAction.CANCEL),
    ("authorized, early", due(a_held_hold()), LATER, DueAction.REFRESH),
    ("authorized, 72 hours", due(a_held_hold()), ABANDONED_AT, DueAction.CANCEL),
    ("chat runs", due(a_used_hold()), NOW, DueAction.REFRESH),
    ("chat over", due(a_used_hold()), NOW + 30 * MINUTE, DueAction.CAPTURE),
    ("superseded", due(schedule_cancel(a_held_hold(), CancelReason.SUPERSEDED, NOW)), NOW, DueAction.CANCEL),
    ("used and given up", due(a_used_hold(cancel_reason=CancelReason.UNCOLLECTED)), LATER, DueAction.CANCEL),
    ("somebody died", being(a_used_hold(), CAPTURE), LATER, DueAction.RETRY_OPERATION),
    ("somebody works on it", being(a_used_hold(), CAPTURE), NOW + MINUTE, DueAction.NONE),
    ("held though canceled", due(a_canceled_hold(cancel_reason=CancelReason.SUPERSEDED)), NOW, DueAction.CANCEL),
    ("captured and due", due(a_captured_hold()), NOW, DueAction.REFRESH),
]


@pytest.mark.parametrize(("hold", "now", "step"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_what_is_done_goes_by_the_holds_own_fields(hold: Hold, now: datetime, step: DueAction) -> None:
    """Never by the session's status: a re-hold moves the session on while the used hold waits for its capture."""
    assert due_action(hold, now, TERMS) is step


@pytest.mark.parametrize(("hold", "now"), [(row[1], row[2]) for row in STEPS if row[3] is not DueAction.NONE])
def test_taking_up_moves_the_deadline_on(hold: Hold, now: datetime) -> None:
    """An item that always fails can't block the rest."""
    status = ENDED if hold.started_at else READY

    moved = claim_due(chat_at(now, a_session(status), hold))

    assert moved.hold.due_at is not None
    assert moved.hold.due_at >= now + 2 * MINUTE


def test_taking_up_what_is_not_due_changes_nothing() -> None:
    """Two sweeps overlap, and the other was faster."""
    hold, session = a_hold(), a_session()

    moved = claim_due(chat_at(NOW, session, hold))
    step = moved.action

    assert (step, moved.hold, moved.session) == (DueAction.NONE, hold, session)


def test_the_sweep_cancels_what_nobody_used_as_abandoned() -> None:
    """H-11, H-16."""
    moved = claim_due(chat_at(ABANDONED_AT, a_session(READY), due(a_held_hold())))

    assert (moved.hold.operation, moved.hold.cancel_reason) == (CANCEL, CancelReason.ABANDONED)


def test_the_sweep_ends_the_chat_whose_hold_it_captures() -> None:
    """H-09, H-10."""
    hold, session = due(a_used_hold()), a_session(ACTIVE)

    moved = claim_due(chat_at(NOW + 30 * MINUTE, session, hold))

    assert (moved.hold.operation, moved.session.status) == (CAPTURE, ENDED)
    assert moved.session.ended_by == "system"


def test_the_sweep_captures_a_used_hold_though_its_session_runs_on_the_next() -> None:
    """H-10: the second chat goes on."""
    session = a_session(ACTIVE, attempt=2, intent_id="pi_2", used_intent_id="pi_2")

    moved = claim_due(chat_at(NOW + DAY, session, due(a_used_hold())))

    assert (moved.hold.operation, moved.session) == (CAPTURE, session)


@pytest.mark.parametrize("operation", list(Operation))
def test_a_claim_is_due_in_two_minutes(operation: Operation) -> None:
    assert claim_operation(a_used_hold(), operation, NOW + HOUR).due_at == NOW + 62 * MINUTE


def test_letting_go_leaves_a_standing_claim_or_reason_alone() -> None:
    """What is on its way to Stripe keeps its parameters: another reason under the same key is an error."""
    trying = being(a_held_hold(), CANCEL)
    differs = a_held_hold(cancel_reason=CancelReason.DIFFERS)

    assert schedule_cancel(trying, CancelReason.SUPERSEDED, LATER) == trying
    assert schedule_cancel(differs, CancelReason.SUPERSEDED, LATER) == differs


def test_a_hold_that_is_let_go_is_due_now() -> None:
    hold = schedule_cancel(a_held_hold(), CancelReason.SUPERSEDED, LATER)

    assert (hold.status, hold.due_at) == (HoldStatus.REQUIRES_CAPTURE, LATER)
