"""Commits whose answer was lost, and that the client library sends again by itself (design 5)."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

import pytest

from payments.chat import hold_card
from tests.integration.actions import ACTIONS, Action
from tests.integration.house import House
from tests.integration.wire import Wire

COMMITS: Final = {
    **ACTIONS,
    "first create": Action(
        lambda house, chat: house.ask(chat, user_id=f"payer-{chat}"),
        lambda deps, request: hold_card.create(deps.chat, request),
        frozenset(),
    ),
}


@pytest.mark.parametrize("action", COMMITS.values(), ids=COMMITS)
def test_a_commit_whose_answer_was_lost_and_that_is_sent_again_changes_nothing(house: House, action: Action) -> None:
    """Design 5: the client library repeats it; the second time it meets our own write, and goes on from there."""
    action.act(house.deps, action.prepare(house, "plain"))
    for n in count():
        wire = Wire(sends_again=n)
        action.act(wire.deps(house.deps, house.db), action.prepare(house, f"again{n}"))
        if wire.count("commit") <= n:
            break

    outcomes = [_outcome(house, chat) for chat in house.sessions()]
    assert len(outcomes) > 1
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert all(house.attempts(user=f"payer-{chat}") == len(_holds(house, chat)) for chat in house.sessions())


def _outcome(house: House, chat: str) -> Any:
    session = house.session(chat)
    length = session.expires_at and session.started_at and session.expires_at - session.started_at
    return session.status, session.attempt, session.next and session.next.attempt, length, _holds(house, chat)


def _holds(house: House, chat: str) -> list[Any]:
    hold_card = [hold for hold in house.holds().values() if hold.session_id == chat]
    return [
        (h.attempt, h.status, h.operation, h.cancel_reason, h.refunded_total, h.started_at is None)
        for h in sorted(hold_card, key=lambda hold: hold.attempt)
    ]
