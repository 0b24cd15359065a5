"""START and END (design 4): every guard, and what goes wrong without it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.clock import end, must_refresh, start
from payments.domain.chat.operations import end_chat
from payments.domain.chat.records import CancelReason, ChatSession, Hold
from payments.domain.chat.states import HoldStatus, SessionStatus
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
from tests.unit.constants import CONSULTANT, DAY, HOUR, MINUTE, NOW, PAYER, SECOND, STRANGER, SYSTEM
from tests.unit.short_names import ACTIVE, AWAITING, CANCEL, CANCELED, CAPTURE, ENDED, READY

# --- START


def test_start_runs_the_clock_and_records_the_use_on_the_hold() -> None:
    """H-17: capture, cancel and sweep go by the hold's own fields, for the session moves on to the next hold."""
    moved = start(chat_at(NOW + HOUR, a_session(READY), a_held_hold()), PAYER)

    ends_at = NOW + HOUR + 30 * MINUTE
    assert (moved.hold.started_at, moved.hold.ends_at, moved.hold.due_at) == (NOW + HOUR, ends_at, ends_at)
    assert (moved.session.status, moved.session.started_at) == (ACTIVE, NOW + HOUR)
    assert (moved.session.expires_at, moved.session.due_at) == (ends_at, ends_at - 5 * MINUTE)
    assert moved.session.used_intent_id == "pi_1"


def test_a_chat_paid_for_in_the_dashboard_starts_and_leaves_its_hold_at_rest() -> None:
    captured = a_held_hold(status=HoldStatus.CAPTURED, amount_captured=5000, due_at=None)

    moved = start(chat_at(NOW, a_session(READY), captured), PAYER)

    assert (moved.session.status, moved.hold.started_at, moved.hold.due_at) == (ACTIVE, NOW, None)


def test_a_chat_that_runs_is_not_started_again() -> None:
    """A second tap must not lengthen the chat."""
    hold, session = a_used_hold(), a_session(ACTIVE)

    moved = start(chat_at(NOW + 20 * MINUTE, session, hold), PAYER)

    assert (moved.holds, moved.session) == ((), session)


STARTS_REFUSED = [
    ("the consultant", a_session(READY), a_held_hold(), CONSULTANT, Code.SESSION_NOT_YOURS),
    ("a stranger", a_session(READY), a_held_hold(), STRANGER, Code.SESSION_NOT_YOURS),
    ("the sweep", a_session(READY), a_held_hold(), SYSTEM, Code.SESSION_NOT_YOURS),
    ("not paid", a_session(AWAITING), a_hold(), PAYER, Code.NOT_PAID),
    ("no hold", a_session(READY), None, PAYER, Code.NOT_PAID),
    ("another hold", a_session(READY, intent_id="pi_2"), a_held_hold(), PAYER, Code.NOT_PAID),
    ("used already", a_session(READY), a_used_hold(), PAYER, Code.NOT_PAID),
    ("used and captured", a_session(READY), a_captured_hold(), PAYER, Code.NOT_PAID),
    ("canceled hold", a_session(READY), a_canceled_hold(), PAYER, Code.NOT_PAID),
    ("unpaid hold", a_session(READY), a_hold(), PAYER, Code.NOT_PAID),
    ("cancel claimed", a_session(READY), being(a_held_hold(), CANCEL), PAYER, Code.BUSY),
    ("capture claimed", a_session(READY), being(a_held_hold(), CAPTURE), PAYER, Code.BUSY),
    ("being let go", a_session(READY), a_held_hold(cancel_reason=CancelReason.DIFFERS), PAYER, Code.BUSY),
    ("ended", a_session(ENDED), a_captured_hold(), PAYER, Code.SESSION_ENDED),
    ("canceled", a_session(CANCELED), a_canceled_hold(), PAYER, Code.NOT_PAID),
]


@pytest.mark.parametrize(
    ("session", "hold", "by", "code"), [row[1:] for row in STARTS_REFUSED], ids=[row[0] for row in STARTS_REFUSED]
)
def test_a_chat_that_may_not_start_is_refused(session: ChatSession, hold: Hold | None, by: str, code: Code) -> None:
    """H-19: a chat on money that is gone, going or already used is a chat for nothing."""
    with pytest.raises(Refusal) as refused:
        start(chat_at(NOW, session, hold), by)

    assert refused.value.code is code


@pytest.mark.parametrize(("short_of", "starts"), [(SECOND, True), (timedelta(), False), (-SECOND, False)])
def test_a_chat_that_could_outlast_its_authorization_is_refused(short_of: timedelta, starts: bool) -> None:  # noqa: FBT001 - a column of the table
    """There has to be an hour left after its last minute, or the capture comes too late."""
    now = NOW + DAY
    hold = a_held_hold(capture_before=now + 30 * MINUTE + HOUR + short_of)

    if starts:
        assert start(chat_at(now, a_session(READY), hold), PAYER).session.status is ACTIVE
    else:
        with pytest.raises(Refusal) as refused:
            start(chat_at(now, a_session(READY), hold), PAYER)
        assert refused.value.code is Code.HOLD_EXPIRING


def test_an_unknown_window_counts_as_the_shortest_of_any_network() -> None:
    """Visa, merchant-initiated: 4 days 18 hours."""
    hold = a_held_hold(capture_before=None)

    with pytest.raises(Refusal) as refused:
        start(chat_at(NOW + 4 * DAY + 16 * HOUR + 30 * MINUTE, a_session(READY), hold), PAYER)

    assert refused.value.code is Code.HOLD_EXPIRING


LOOKS = [
    ("a webhook may be lost", a_session(AWAITING), a_hold(), NOW, True),
    ("heard of just now", a_session(READY), a_held_hold(), NOW, False),
    ("heard of 59 minutes ago", a_session(READY), a_held_hold(), NOW + 59 * MINUTE, False),
    ("not heard of for an hour", a_session(READY), a_held_hold(), NOW + HOUR, True),
    ("never heard of", a_session(READY), a_held_hold(confirmed_at=None), NOW + HOUR, True),
    ("window not known", a_session(READY), a_held_hold(capture_before=None), NOW, True),
    ("captured is for good", a_session(READY), a_captured_hold(), NOW + DAY, False),
    ("runs already", a_session(ACTIVE), a_used_hold(), NOW + DAY, False),
]


@pytest.mark.parametrize(
    ("session", "hold", "now", "needed"), [row[1:] for row in LOOKS], ids=[row[0] for row in LOOKS]
)
def test_start_looks_at_stripe_where_the_record_may_be_out_of_date(
    session: ChatSession,
    hold: Hold,
    now: object,
    needed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """A lost webhook never turns a paid session into `not_paid`, and no chat starts on money let go elsewhere."""
    assert must_refresh(chat_at(now, session, hold)) is needed  # type: ignore[arg-type]


# --- END


def test_the_payer_may_end_the_chat_at_any_time() -> None:
    """H-10: the hold's own period ends with it."""
    moved = end(chat_at(NOW + MINUTE, a_session(ACTIVE), a_used_hold()), PAYER)

    session = moved.session
    assert (session.status, session.ended_at, session.ended_by) == (ENDED, NOW + MINUTE, PAYER)
    assert (session.due_at, moved.hold.ends_at) == (None, NOW + MINUTE)


@pytest.mark.parametrize("by", [CONSULTANT, SYSTEM])
def test_nobody_else_ends_a_chat_before_its_time(by: str) -> None:
    """A consultant who could end a chat one second after it started could charge for nothing."""
    with pytest.raises(Refusal) as refused:
        end(chat_at(NOW + 30 * MINUTE - SECOND, a_session(ACTIVE), a_used_hold()), by)

    assert refused.value.code is Code.SESSION_RUNNING
    assert refused.value.details == {"expiresAt": (NOW + 30 * MINUTE).isoformat()}


@pytest.mark.parametrize("by", [PAYER, CONSULTANT, SYSTEM])
def test_anybody_in_it_ends_a_chat_whose_time_is_over(by: str) -> None:
    moved = end(chat_at(NOW + 31 * MINUTE, a_session(ACTIVE), a_used_hold()), by)

    assert (moved.session.status, moved.session.ended_by) == (ENDED, by)
    assert moved.hold.ends_at == NOW + 30 * MINUTE


def test_a_stranger_ends_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        end(chat_at(NOW + HOUR, a_session(ACTIVE), a_used_hold()), STRANGER)

    assert refused.value.code is Code.SESSION_NOT_YOURS


@pytest.mark.parametrize("status", [AWAITING, READY, CANCELED])
def test_a_chat_that_has_not_started_does_not_end(status: SessionStatus) -> None:
    """An end claims the capture: before START there is nothing to charge for."""
    with pytest.raises(Refusal) as refused:
        end_chat(chat_at(NOW, a_session(status), a_held_hold()), PAYER)

    assert refused.value.code is Code.SESSION_NOT_STARTED


def test_the_end_claims_the_capture_in_the_same_step() -> None:
    """H-15."""
    moved = end_chat(chat_at(NOW + MINUTE, a_session(ACTIVE), a_used_hold()), PAYER)

    assert (moved.session.status, moved.hold.operation) == (ENDED, CAPTURE)
    assert moved.hold.due_at == NOW + 3 * MINUTE


NOT_CLAIMED_BY_END = [
    a_captured_hold(),
    a_canceled_hold(started_at=NOW, ends_at=NOW + 30 * MINUTE),
    being(a_used_hold(), CANCEL),
    a_used_hold(cancel_reason=CancelReason.UNCOLLECTED),
]


@pytest.mark.parametrize("hold", NOT_CLAIMED_BY_END)
def test_the_end_leaves_a_hold_alone_that_something_is_done_to(hold: Hold) -> None:
    """The consultant is letting the person go free, or the money has moved already."""
    moved = end_chat(chat_at(NOW + MINUTE, a_session(ACTIVE), hold), PAYER)

    assert moved.session.status is ENDED
    assert (moved.hold.operation, moved.hold.operation_try) == (hold.operation, hold.operation_try)


def test_a_second_end_claims_nothing() -> None:
    session, hold = a_session(ENDED), a_used_hold(refused_at=NOW + HOUR, operation_try=2)

    moved = end_chat(chat_at(NOW + HOUR, session, hold), PAYER)

    assert (moved.hold, moved.session) == (hold, session)
