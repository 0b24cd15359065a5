"""Decisions on a chat with all its holds, in any order, whatever Stripe says (design 4): what never breaks.

Every step looks its cell up in the tables: a state that the table of the extension leaves blank would be a KeyError.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings

from payments.domain.chat.deadlines import is_waiting_to_begin, session_due_at
from payments.domain.chat.extension import next_status
from payments.domain.chat.records import ChatSession, Hold, Operation, Source
from payments.domain.chat.states import EXTENSION, HoldStatus, NextStatus, SessionStatus
from tests.unit.chats import LIVES, Chat, Step
from tests.unit.short_names import ACTIVE, AWAITING, CANCELED, ENDED, FINAL, READY

PAID = {HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED}


def check_extension(chat: Chat) -> None:
    session = chat.session
    later = chat.read().next_hold
    assert session.next is None or next_status(session, later) in EXTENSION[session.status], "a blank cell was met"
    assert session.status in (ACTIVE, ENDED) or session.next is None
    assert session.next is None or later is None or later.attempt == session.next.attempt
    waiting = [hold for hold in chat.holds.values() if is_waiting_to_begin(hold)]
    assert all(hold.id == session.next_intent_id for hold in waiting), "paid time that nobody would begin"
    assert not waiting or session.status is ACTIVE


def check_open_holds(chat: Chat) -> None:
    """What could still be paid or used is the hold that the chat waits for, or the one that extends it, never both."""
    session = chat.session
    waits_for = session.intent_id if session.status in (AWAITING, READY) else None
    is_open = {h.id for h in chat.holds.values() if h.is_idle and h.started_at is None and h.status not in FINAL}
    assert is_open <= {waits_for, session.next_intent_id}, "an open hold that nobody waits for"
    assert None in (waits_for, session.next_intent_id), "two open holds for one period"


def check_money_behind_the_clock(chat: Chat) -> None:
    """Each period of a running chat is paid by exactly one hold or ticket."""
    session, hold, later = chat.session, chat.read().current, chat.read().next_hold
    if session.status not in (READY, ACTIVE):
        return
    assert (hold is None) is (session.source is Source.TICKET)
    assert hold is None or hold.status in PAID, "a chat for nothing"
    assert hold is None or (hold.started_at is not None) is (session.status is ACTIVE)
    if session.status is READY:
        return
    assert session.started_at is not None
    assert session.expires_at is not None
    ends_at = session.started_at + timedelta(minutes=session.minutes)
    assert hold is None or (hold.started_at, hold.ends_at) == (session.started_at, ends_at)
    if later is not None and next_status(session, later) is NextStatus.PAID:
        assert later.status in PAID
        assert later.starts_at is not None
        assert (later.starts_at >= ends_at, later.ends_at) == (True, session.expires_at)
    else:
        # Time that was paid late and given back began after the first had ended, and is over.
        assert session.expires_at == ends_at or ends_at <= session.expires_at <= chat.now


def check_periods(chat: Chat) -> None:
    """No two holds are used for the same minutes, but for one that was let go: nobody is charged for that."""
    used = [hold for hold in chat.holds.values() if hold.status is not HoldStatus.CANCELED]
    periods = sorted((hold.started_at, hold.ends_at) for hold in used if hold.started_at and hold.ends_at)
    assert all(ends_at <= starts_at for (_, ends_at), (starts_at, _) in pairwise(periods))


def check_deadlines(chat: Chat) -> None:
    """What is not at rest is due, and what is at rest never."""
    session = chat.session
    for hold in chat.holds.values():
        if hold.status is not HoldStatus.CANCELED:
            is_at_rest = hold.status is HoldStatus.CAPTURED and hold.id != session.next_intent_id
            assert (hold.due_at is None) is is_at_rest
        assert hold.due_at is None or hold.status is not HoldStatus.CANCELED or hold.cancel_reason is not None
    if session.status in (ACTIVE, ENDED):
        assert session.due_at == session_due_at(session)
    else:
        is_claim = session.status is AWAITING and session.intent_id is None
        assert (session.due_at is not None) is is_claim


def check_step(chat: Chat, before: ChatSession, holds: dict[str, Hold]) -> None:
    """What a step may never do."""
    session = chat.session
    for hold in chat.holds.values():
        was = holds.get(hold.id, hold)
        assert was.status not in FINAL or hold.status is was.status, "a terminal state was left"
        assert was.started_at in (None, hold.started_at), "the use of a hold was forgotten"
        assert hold.operation_try >= was.operation_try, "an old key would be used again"
        assert hold.operation is not Operation.CAPTURE or hold.started_at is not None, "a capture of unused time"
        assert hold.operation is not Operation.CANCEL or hold.cancel_reason is not None
    assert session.last_attempt >= max(
        before.last_attempt, session.attempt, session.next.attempt if session.next else 0
    )
    assert session.attempt >= before.attempt
    assert session.next is None or session.next.attempt > session.attempt, "one key for two periods"
    if before.status in (ENDED, CANCELED):
        assert session.status is not ACTIVE, "a clock that had stopped was wound up again"
        assert session.status is not READY or session.started_at is None
    assert len(chat.told) == len(set(chat.told)), "somebody was told the same thing twice"


@given(LIVES)
@settings(max_examples=250)
def test_whatever_is_decided_in_whatever_order_the_promises_hold(steps: list[Step]) -> None:
    """H-06, H-10, H-18. A step that meets a blank cell of a table raises a KeyError here."""
    chat = Chat()

    for step in steps:
        before, holds = chat.session, dict(chat.holds)
        chat.apply(step)
        check_extension(chat)
        check_open_holds(chat)
        check_money_behind_the_clock(chat)
        check_periods(chat)
        check_deadlines(chat)
        check_step(chat, before, holds)


def test_the_lives_that_are_drawn_meet_every_state() -> None:
    """A property that never met an extension would prove nothing."""
    met: set[tuple[SessionStatus, NextStatus]] = set()

    @given(LIVES)
    @settings(max_examples=200, database=None, derandomize=True)
    def meet(steps: list[Step]) -> None:
        chat = Chat()
        for step in steps:
            chat.apply(step)
            met.add((chat.session.status, next_status(chat.session, chat.read().next_hold)))

    meet()

    assert {(session, status) for session, table in EXTENSION.items() for status in table} <= met
    assert {session for session, _ in met} == set(SessionStatus)
