"""The tables of holds and sessions, written out here from the design by hand, and the graph that they make.

The expected tables are not derived from the code: a new state, fact or event has to be decided here too.
"""

from __future__ import annotations

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.states import (
    HOLD,
    SESSION,
    Effect,
    HoldStatus,
    SessionEvent,
    SessionStatus,
    To,
    hold_step,
    session_step,
)
from payments.stripe_model.snapshots import IntentStatus

#: status: (AUTHORIZED, CAPTURED, CANCELED), each as (status, effect).
HOLDS = {
    "created": [("requires_capture", "held"), ("captured", "taken"), ("canceled", "let go")],
    "requires_capture": [("requires_capture", "held"), ("captured", "taken"), ("canceled", "let go")],
    "captured": [("captured", ""), ("captured", "at rest"), ("captured", "contradiction")],
    "canceled": [("canceled", "due now"), ("canceled", "contradiction"), ("canceled", "at rest")],
}

#: status: (HOLD_REQUESTED, PAID, START, END, RELEASED, TICKET); a status with a `+` opens a new attempt, with a `!`
#: lets its hold go, with an `=` is a matter of the extension's own table; what is no status is the refusal's code.
SESSIONS = {
    "awaiting_payment": ["awaiting_payment", "ready", "not_paid", "session_not_started", "canceled", "payment_open"],
    "ready": ["session_in_progress", "ready", "active", "session_not_started", "canceled", "session_in_progress"],
    "active": ["active=", "active", "active", "ended", "ended", "session_in_progress"],
    "ended": ["awaiting_payment+", "ended", "session_ended", "ended", "ended", "ready+"],
    "canceled": ["awaiting_payment+", "canceled!", "not_paid", "session_not_started", "canceled", "ready+"],
}

EFFECTS = {
    "": Effect.NONE,
    "held": Effect.AUTHORIZED,
    "taken": Effect.CAPTURED,
    "let go": Effect.CANCELED,
    "at rest": Effect.AT_REST,
    "due now": Effect.SCHEDULE_CANCEL,
    "contradiction": Effect.CONTRADICTION,
}
MARKS = {"+": Effect.NEW_ATTEMPT, "!": Effect.SCHEDULE_CANCEL, "=": Effect.EXTEND}
FACTS = [IntentStatus.AUTHORIZED, IntentStatus.CAPTURED, IntentStatus.CANCELED]
EVENTS = [
    SessionEvent.HOLD_REQUESTED,
    SessionEvent.PAID,
    SessionEvent.START,
    SessionEvent.END,
    SessionEvent.RELEASED,
    SessionEvent.TICKET,
]

#: How a record begins.
FIRST_HOLD, FIRST_SESSION = HoldStatus.CREATED, SessionStatus.AWAITING_PAYMENT


def hold_cells() -> list[tuple[str, IntentStatus, str, str]]:
    return [(status, fact, *cell) for status, row in HOLDS.items() for fact, cell in zip(FACTS, row, strict=True)]


def session_cells() -> list[tuple[str, SessionEvent, str]]:
    return [(status, event, cell) for status, row in SESSIONS.items() for event, cell in zip(EVENTS, row, strict=True)]


def reached_from(first: str, edges: set[tuple[str, str]]) -> set[str]:
    """Every state to which a chain of transitions leads."""
    found = {first}
    while news := {target for source, target in edges if source in found} - found:
        found |= news
    return found


@pytest.mark.parametrize(("status", "fact", "target", "effect"), hold_cells())
def test_a_fact_moves_a_hold_as_the_design_says(status: str, fact: IntentStatus, target: str, effect: str) -> None:
    """H-14."""
    assert hold_step(HoldStatus(status), fact) == To(HoldStatus(target), EFFECTS[effect])


@pytest.mark.parametrize(("status", "event", "cell"), session_cells())
def test_an_event_moves_a_session_or_is_refused_as_the_design_says(status: str, event: SessionEvent, cell: str) -> None:
    """H-10, H-19."""
    current = SessionStatus(status)

    if cell in set(Code):
        with pytest.raises(Refusal) as refused:
            session_step(current, event)
        assert (refused.value.code, refused.value.details) == (Code(cell), {"sessionStatus": status})
    else:
        assert session_step(current, event) == To(SessionStatus(cell.rstrip("+!=")), MARKS.get(cell[-1], Effect.NONE))


def test_every_state_has_a_row_and_every_fact_and_event_an_answer() -> None:
    """A new state or event must be decided for every case: a missing cell would be a KeyError with money in flight."""
    assert set(HOLD) == set(HoldStatus) == {HoldStatus(status) for status in HOLDS}
    assert set(SESSION) == set(SessionStatus) == {SessionStatus(status) for status in SESSIONS}
    assert all(set(row) == set(FACTS) for row in HOLD.values())
    assert all(set(row) == set(SessionEvent) == set(EVENTS) for row in SESSION.values())


def test_every_state_can_be_reached() -> None:
    holds = {(s.value, step.target.value) for s, row in HOLD.items() for step in row.values()}
    sessions = {
        (s.value, step.target.value) for s, row in SESSION.items() for step in row.values() if isinstance(step, To)
    }

    assert reached_from(FIRST_HOLD, holds) == set(HOLDS)
    assert reached_from(FIRST_SESSION, sessions) == set(SESSIONS)


def test_every_session_can_go_on_to_another_chat() -> None:
    """H-10: there is no session in which a person is stuck."""
    edges = {
        (s.value, step.target.value) for s, row in SESSION.items() for step in row.values() if isinstance(step, To)
    }

    assert all("active" in reached_from(status, edges) for status in SESSIONS)
