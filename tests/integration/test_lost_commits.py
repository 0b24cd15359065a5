"""Commits whose answer was lost, and that the client library sends again by itself (design 5)."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

import pytest

from payments.chat import hold_card
from tests.integration.call_recorder import Wire
from tests.integration.crash_cases import ACTIONS, Action
from tests.integration.deployment import Deployment

COMMITS: Final = {
    **ACTIONS,
    "first create": Action(
        lambda deployment, chat: deployment.ask(chat, user_id=f"payer-{chat}"),
        lambda deps, request: hold_card.create(deps.chat, request),
        frozenset(),
    ),
}


@pytest.mark.parametrize("action", COMMITS.values(), ids=COMMITS)
def test_a_commit_whose_answer_was_lost_and_that_is_sent_again_changes_nothing(
    deployment: Deployment, action: Action
) -> None:
    """Design 5: the client library repeats it; the second time it meets our own write, and goes on from there."""
    action.act(deployment.deps, action.prepare(deployment, "plain"))
    for n in count():
        wire = Wire(sends_again=n)
        action.act(wire.deps(deployment.deps, deployment.db), action.prepare(deployment, f"again{n}"))
        if wire.count("commit") <= n:
            break

    outcomes = [_outcome(deployment, chat) for chat in deployment.sessions()]
    assert len(outcomes) > 1
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert all(
        deployment.attempts(user=f"payer-{chat}") == len(_holds(deployment, chat)) for chat in deployment.sessions()
    )


def _outcome(deployment: Deployment, chat: str) -> Any:
    session = deployment.session(chat)
    length = session.expires_at and session.started_at and session.expires_at - session.started_at
    return session.status, session.attempt, session.next and session.next.attempt, length, _holds(deployment, chat)


def _holds(deployment: Deployment, chat: str) -> list[Any]:
    hold_card = [hold for hold in deployment.holds().values() if hold.session_id == chat]
    return [
        (h.attempt, h.status, h.operation, h.cancel_reason, h.refunded_total, h.started_at is None)
        for h in sorted(hold_card, key=lambda hold: hold.attempt)
    ]
