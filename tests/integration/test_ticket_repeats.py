"""The same code again, answers that are lost, processes that die (H-02): one use, and never two."""

from __future__ import annotations

from functools import partial
from itertools import count

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import ChatSession, Source
from payments.domain.chat.states import SessionStatus
from payments.jobs.port import JobDeps
from tests.integration.call_recorder import Wire
from tests.integration.deployment import CONSULTANT, Deployment
from tests.integration.refused import refused
from tests.integration.round_trips import dies
from tests.integration.ticket_steps import (
    ANOTHER_CODE,
    CODE,
    UNKNOWN_CODE,
    attempts,
    issued,
    redeem,
    redemptions,
    remaining,
    told,
)


def test_the_same_code_for_the_same_chat_is_answered_the_same_and_takes_nothing(deployment: Deployment) -> None:
    """H-02."""
    issued(deployment, remaining=2)
    first = redeem(deployment, CODE)
    before = deployment.everything()

    assert [redeem(deployment, CODE) for _ in range(3)] == [first] * 3

    assert deployment.everything() == before


def test_a_repeat_is_answered_though_the_code_is_no_longer_good(deployment: Deployment) -> None:
    """It has been used: that it is used up, or switched off since, says nothing about this chat."""
    issued(deployment, remaining=1)
    first = redeem(deployment, CODE)
    deployment.db.document(f"tickets/{CODE}").update({"active": False})
    deployment.db.document(f"consultants/{CONSULTANT}").update({"active": False})

    assert redeem(deployment, CODE) == first


def test_a_repeat_while_the_chat_runs_is_answered_with_the_chat(deployment: Deployment) -> None:
    issued(deployment, remaining=2)
    running = deployment.start(redeem(deployment, CODE))

    assert redeem(deployment, CODE) == running
    assert remaining(deployment) == 1


def test_another_code_on_a_chat_that_a_code_has_opened_is_refused_and_keeps_its_use(deployment: Deployment) -> None:
    issued(deployment)
    issued(deployment, ANOTHER_CODE)
    redeem(deployment, CODE)

    assert refused(redeem, deployment, ANOTHER_CODE) is Code.SESSION_IN_PROGRESS
    assert (remaining(deployment, ANOTHER_CODE), attempts(deployment)) == (1, 1)


def test_a_code_of_an_earlier_attempt_is_not_a_repeat_of_the_present_one(deployment: Deployment) -> None:
    """H-10: the chat was opened again by another code; the first one must not seem to have done it."""
    issued(deployment, remaining=5)
    issued(deployment, ANOTHER_CODE)
    deployment.end(deployment.start(redeem(deployment, CODE)))
    redeem(deployment, ANOTHER_CODE)

    assert refused(redeem, deployment, CODE) is Code.SESSION_IN_PROGRESS
    assert remaining(deployment) == 4


def test_a_code_is_no_repeat_on_a_chat_that_runs_on_a_card_now(deployment: Deployment) -> None:
    """The extension of a ticket's chat has begun: the session's attempt is a payment's."""
    issued(deployment, remaining=5, minutes=10)
    deployment.start(redeem(deployment, CODE))
    deployment.pay(deployment.create("s1"))
    deployment.deliver()
    deployment.pass_time(minutes=12)
    deployment.sweep()

    assert deployment.session("s1").source is Source.PAYMENT
    assert refused(redeem, deployment, CODE) is Code.SESSION_IN_PROGRESS
    assert remaining(deployment) == 4


# --- answers that are lost, processes that die


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


def test_nothing_of_all_this_asks_stripe_or_writes_a_code_into_the_logs(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    issued(deployment, remaining=3)
    deployment.end(deployment.start(redeem(deployment, CODE)))
    for code, room in ((CODE, "s1"), (CODE, "s2"), (UNKNOWN_CODE, "s3"), ("no code", "s4")):
        try:
            redeem(deployment, code, room, user_id="hanako@example.com" if room == "s3" else "payer")
        except Refusal:
            continue
    deployment.pass_time(hours=2)
    deployment.sweep()

    log = capsys.readouterr()
    written = log.out + log.err
    assert deployment.control.requests() == []
    assert [secret for secret in (CODE, UNKNOWN_CODE, "no code", "hanako") if secret in written] == []
    assert '"sweep"' in written
