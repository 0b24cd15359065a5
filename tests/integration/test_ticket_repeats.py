"""The same code again, answers that are lost, processes that die (H-02): one use, and never two."""

from __future__ import annotations

from functools import partial
from itertools import count

import pytest

from payments.core.refusals import Code
from payments.domain.chat.records import ChatSession
from payments.domain.chat.states import SessionStatus
from payments.jobs.port import JobDeps
from tests.integration.call_recorder import Wire
from tests.integration.deployment import CONSULTANT, Deployment
from tests.integration.refused import refused
from tests.integration.round_trips import dies
from tests.integration.ticket_steps import (
    CODE,
    UNKNOWN_CODE,
    attempts,
    issued,
    redeem,
    redemptions,
    remaining,
    told,
)


def test_a_repeat_is_answered_though_the_code_is_no_longer_good(deployment: Deployment) -> None:
    """It has been used: that it is used up, or switched off since, says nothing about this chat."""
    issued(deployment, remaining=1)
    first = redeem(deployment, CODE)
    deployment.db.document(f"tickets/{CODE}").update({"active": False})
    deployment.db.document(f"consultants/{CONSULTANT}").update({"active": False})

    assert redeem(deployment, CODE) == first


@pytest.mark.parametrize("is_again", [False, True], ids=["a new session", "a session that has ended"])
def test_a_commit_whose_answer_was_lost_and_that_is_sent_again_takes_one_use(
    deployment: Deployment, *, is_again: bool
) -> None:
    """Design 5: the second time it meets its own write, and answers what that has done."""
    issued(deployment, remaining=5)
    if is_again:
        deployment.end(deployment.start(redeem(deployment, CODE)))
    left, tried = remaining(deployment), attempts(deployment)
    wire = Wire(sends_again=0)

    opened = redeem(deployment, CODE, deps=wire.deps(deployment.deps, deployment.db))

    assert wire.count("commit") == 1
    assert (opened.status, opened.attempt) == (SessionStatus.READY, 2 if is_again else 1)
    assert (remaining(deployment), attempts(deployment)) == (left - 1, tried + 1)
    assert told(deployment)[("session_ready", opened.attempt, "payer")] == 1


def test_a_refusal_whose_answer_was_lost_is_the_same_refusal(deployment: Deployment) -> None:
    wire = Wire(sends_again=0)

    assert (
        refused(redeem, deployment, UNKNOWN_CODE, deps=wire.deps(deployment.deps, deployment.db)) is Code.TICKET_INVALID
    )

    assert (deployment.sessions(), redemptions(deployment)) == ({}, {})
    assert 1 <= attempts(deployment) <= 2


@pytest.mark.parametrize("is_again", [False, True], ids=["a new session", "a session that has ended"])
def test_a_death_anywhere_in_a_redemption_takes_one_use_or_none_and_the_repeat_takes_the_rest(
    deployment: Deployment, *, is_again: bool
) -> None:
    """One chat for each call at which the process can die; each has its own code, and each is redeemed again."""
    for n in count():
        code, room = issued(deployment, f"ABCDEFGH{n + 22}"), f"s{n}"
        if is_again:
            deployment.end(deployment.start(redeem(deployment, issued(deployment), room)))
        has_died = dies(deployment, partial(_redeem, deployment, code, room), n)
        left = remaining(deployment, code)
        opened = redeem(deployment, code, room)

        assert left in ((0, 1) if has_died else (0,))
        assert remaining(deployment, code) == 0
        assert opened.status is SessionStatus.READY
        assert redemptions(deployment)[f"{room}:{opened.attempt}"]["code"] == code
        assert told(deployment, room)[("session_ready", opened.attempt, "payer")] == 1
        if not has_died:
            break

    assert n == 2  # one read, one commit


def _redeem(deployment: Deployment, code: str, room: str, deps: JobDeps) -> ChatSession:
    return redeem(deployment, code, room, deps=deps)
