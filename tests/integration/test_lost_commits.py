"""Commits whose answer was lost, and that the client library sends again by itself (design 5)."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

import pytest

from payments import holds
from tests.integration.actions import ACTIONS, Action
from tests.integration.house import House
from tests.integration.wire import Wire

COMMITS: Final = {
    **ACTIONS,
    "first create": Action(lambda house, chat: house.ask(chat, user_id=f"payer-{chat}"), holds.create, frozenset()),
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
    assert {(s.to_dict() or {})["attempts"] for s in house.db.collection("limits").stream()} == {1}


def _outcome(house: House, chat: str) -> Any:
    session = house.session(chat)
    hold = house.hold(session.intent_id or "")
    return session.status, session.attempt, hold.status, hold.operation, hold.refunded_total, hold.started_at is None
