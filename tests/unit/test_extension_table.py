"""The table of the extension, written out here from the design by hand, and the graph that it makes.

The expected table is not derived from the code: a new state or event has to be decided here too.
"""

from __future__ import annotations

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.states import EXTENSION, Effect, NextEvent, NextStatus, SessionStatus, To, next_step
from tests.unit.test_states import reached_from

EVENTS = [
    NextEvent.HOLD_REQUESTED,
    NextEvent.PAID,
    NextEvent.BEGIN,
    NextEvent.CANCEL,
    NextEvent.RELEASED,
    NextEvent.END,
    NextEvent.TICKET,
]

#: status: what becomes of it by each of `EVENTS`. What is no status is the refusal's code; a mark says what else has to
#: happen: `+` a new attempt, `>` the clock is moved, `<` it is moved back, `=` the hold becomes the current one, `!` it
#: is let go. A blank can't happen: see `IMPOSSIBLE`.
ACTIVE = {
    "none": ["created+", "", "", "", "", "none", ""],
    "created": ["created", "paid>", "", "leaving", "none", "created", ""],
    "paid": ["already_extended", "paid", "none=", "leaving<", "none<", "leaving!", ""],
    "leaving": ["busy", "leaving", "", "leaving", "none", "leaving", ""],
}
ENDED = {
    "created": ["created", "none=", "", "leaving", "none", "", "payment_open"],
    "leaving": ["busy", "leaving", "", "leaving", "none", "", "payment_open"],
}
TABLES = {SessionStatus.ACTIVE: ACTIVE, SessionStatus.ENDED: ENDED}

MARKS = {
    "+": Effect.NEW_ATTEMPT,
    ">": Effect.PROLONG,
    "<": Effect.SHORTEN,
    "=": Effect.BECOME_CURRENT,
    "!": Effect.SCHEDULE_CANCEL,
}

#: Why a blank is one. That these are never met is proved by `test_chat_properties`, where every step looks up its cell.
IMPOSSIBLE = {
    (SessionStatus.ACTIVE, "none"): "without an extension there is no hold of which Stripe could say something",
    (SessionStatus.ACTIVE, "TICKET"): "a running chat takes no ticket, whatever its extension: the session's own table",
    (SessionStatus.ACTIVE, "BEGIN"): "only time that is paid begins",
    (SessionStatus.ENDED, "none"): "a chat that has ended, and has no extension, is the session's own table's matter",
    (SessionStatus.ENDED, "paid"): "END lets a paid extension go in the commit in which it ends the chat",
    (SessionStatus.ENDED, "BEGIN"): "there is no time to begin",
    (SessionStatus.ENDED, "END"): "a second END changes nothing: the session's own table",
}


def cells() -> list[tuple[SessionStatus, str, NextEvent, str]]:
    return [
        (session, status, event, cell)
        for session, table in TABLES.items()
        for status, row in table.items()
        for event, cell in zip(EVENTS, row, strict=True)
        if cell
    ]


def blanks() -> set[tuple[SessionStatus, str, str]]:
    return {
        (session, status.value, event.value)
        for session in TABLES
        for status in NextStatus
        for event in NextEvent
        if event not in EXTENSION[session].get(status, {})
    }


def edges() -> set[tuple[str, str]]:
    """From and to, of each cell and of the session's own END, which keeps the extension as it leaves it."""
    found = set()
    for session, table in EXTENSION.items():
        for status, row in table.items():
            for event, step in row.items():
                if isinstance(step, To):
                    after = SessionStatus.ENDED if event is NextEvent.END else session
                    found.add((f"{session} {status}", f"{after} {step.target}"))
    return found


@pytest.mark.parametrize(("session", "status", "event", "cell"), cells())
def test_an_event_moves_an_extension_or_is_refused_as_the_design_says(
    session: SessionStatus, status: str, event: NextEvent, cell: str
) -> None:
    """H-10."""
    current = NextStatus(status)

    if cell in set(Code):
        with pytest.raises(Refusal) as refused:
            next_step(session, current, event)
        assert (refused.value.code, refused.value.details) == (Code(cell), {"sessionStatus": session.value})
    else:
        target = NextStatus(cell.rstrip("+><=!"))
        assert next_step(session, current, event) == To(target, MARKS.get(cell[-1], Effect.NONE))


def test_the_table_has_these_cells_and_no_others() -> None:
    """A cell that is added has to be decided here; one that is lost would be a KeyError with money in flight."""
    code = {
        (session, status.value, event)
        for session, table in EXTENSION.items()
        for status, row in table.items()
        for event in row
    }

    assert code == {(session, status, event) for session, status, event, _ in cells()}


def test_every_blank_has_its_reason() -> None:
    """A cell is blank because nothing leads there, not because nobody thought of it."""
    unexplained = {
        (session, status, event)
        for session, status, event in blanks()
        if not {(session, status), (session, event)} & set(IMPOSSIBLE)
    }

    assert unexplained == set()


def test_no_reason_is_given_for_what_can_happen() -> None:
    """Each reason is about blanks only, but for BEGIN, which is a matter of paid time alone."""
    used = {key for key in IMPOSSIBLE if any(key in ((s, status), (s, event)) for s, status, event in blanks())}

    assert used == set(IMPOSSIBLE)
    assert NextEvent.BEGIN in EXTENSION[SessionStatus.ACTIVE][NextStatus.PAID]
    assert NextStatus.NONE not in EXTENSION[SessionStatus.ENDED]
    assert NextStatus.PAID not in EXTENSION[SessionStatus.ENDED]


def test_every_state_of_an_extension_has_a_row_and_can_be_reached() -> None:
    assert set(EXTENSION[SessionStatus.ACTIVE]) == set(NextStatus)
    assert reached_from("active none", edges()) >= {
        f"{session} {status}" for session, table in EXTENSION.items() for status in table
    }


def test_no_extension_is_stuck() -> None:
    """H-10, H-11: whatever has become of it, its hold can end, and another can be asked for."""
    for session, table in EXTENSION.items():
        for status in table:
            assert f"{session} none" in reached_from(f"{session} {status}", edges())
