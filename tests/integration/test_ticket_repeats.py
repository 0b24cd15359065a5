"""The same code again, answers that are lost, processes that die (H-02): one use, and never two."""

from __future__ import annotations

from functools import partial
from itertools import count

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import ChatSession, Source
from payments.domain.chat.states import SessionStatus
from payments.jobs.port import JobDeps
from tests.integration.door import (
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
from tests.integration.house import CONSULTANT, House
from tests.integration.refused import refused
from tests.integration.watched import dies
from tests.integration.wire import Wire


def test_the_same_code_for_the_same_chat_is_answered_the_same_and_takes_nothing(house: House) -> None:
    """H-02."""
    issued(house, remaining=2)
    first = redeem(house, CODE)
    before = house.everything()

    assert [redeem(house, CODE) for _ in range(3)] == [first] * 3

    assert house.everything() == before


def test_a_repeat_is_answered_though_the_code_is_no_longer_good(house: House) -> None:
    """It has been used: that it is used up, or switched off since, says nothing about this chat."""
    issued(house, remaining=1)
    first = redeem(house, CODE)
    house.db.document(f"tickets/{CODE}").update({"active": False})
    house.db.document(f"consultants/{CONSULTANT}").update({"active": False})

    assert redeem(house, CODE) == first


def test_a_repeat_while_the_chat_runs_is_answered_with_the_chat(house: House) -> None:
    issued(house, remaining=2)
    running = house.start(redeem(house, CODE))

    assert redeem(house, CODE) == running
    assert remaining(house) == 1


def test_another_code_on_a_chat_that_a_code_has_opened_is_refused_and_keeps_its_use(house: House) -> None:
    issued(house)
    issued(house, ANOTHER_CODE)
    redeem(house, CODE)

    assert refused(redeem, house, ANOTHER_CODE) is Code.SESSION_IN_PROGRESS
    assert (remaining(house, ANOTHER_CODE), attempts(house)) == (1, 1)


def test_a_code_of_an_earlier_attempt_is_not_a_repeat_of_the_present_one(house: House) -> None:
    """H-10: the chat was opened again by another code; the first one must not seem to have done it."""
    issued(house, remaining=5)
    issued(house, ANOTHER_CODE)
    house.end(house.start(redeem(house, CODE)))
    redeem(house, ANOTHER_CODE)

    assert refused(redeem, house, CODE) is Code.SESSION_IN_PROGRESS
    assert remaining(house) == 4


def test_a_code_is_no_repeat_on_a_chat_that_runs_on_a_card_now(house: House) -> None:
    """The extension of a ticket's chat has begun: the session's attempt is a payment's."""
    issued(house, remaining=5, minutes=10)
    house.start(redeem(house, CODE))
    house.pay(house.create("s1"))
    house.deliver()
    house.pass_time(minutes=12)
    house.sweep()

    assert house.session("s1").source is Source.PAYMENT
    assert refused(redeem, house, CODE) is Code.SESSION_IN_PROGRESS
    assert remaining(house) == 4


# --- answers that are lost, processes that die


@pytest.mark.parametrize("is_again", [False, True], ids=["a new session", "a session that has ended"])
def test_a_commit_whose_answer_was_lost_and_that_is_sent_again_takes_one_use(house: House, *, is_again: bool) -> None:
    """Design 5: the second time it meets its own write, and answers what that has done."""
    issued(house, remaining=5)
    if is_again:
        house.end(house.start(redeem(house, CODE)))
    left, tried = remaining(house), attempts(house)
    wire = Wire(sends_again=0)

    opened = redeem(house, CODE, deps=wire.deps(house.deps, house.db))

    assert wire.count("commit") == 1
    assert (opened.status, opened.attempt) == (SessionStatus.READY, 2 if is_again else 1)
    assert (remaining(house), attempts(house)) == (left - 1, tried + 1)
    assert told(house)[("session_ready", opened.attempt, "payer")] == 1


def test_a_refusal_whose_answer_was_lost_is_the_same_refusal(house: House) -> None:
    wire = Wire(sends_again=0)

    assert refused(redeem, house, UNKNOWN_CODE, deps=wire.deps(house.deps, house.db)) is Code.TICKET_INVALID

    assert (house.sessions(), redemptions(house)) == ({}, {})
    assert 1 <= attempts(house) <= 2


@pytest.mark.parametrize("is_again", [False, True], ids=["a new session", "a session that has ended"])
def test_a_death_anywhere_in_a_redemption_takes_one_use_or_none_and_the_repeat_takes_the_rest(
    house: House, *, is_again: bool
) -> None:
    """One chat for each call at which the process can die; each has its own code, and each is redeemed again."""
    for n in count():
        code, room = issued(house, f"ABCDEFGH{n + 22}"), f"s{n}"
        if is_again:
            house.end(house.start(redeem(house, issued(house), room)))
        has_died = dies(house, partial(_redeem, house, code, room), n)
        left = remaining(house, code)
        opened = redeem(house, code, room)

        assert left in ((0, 1) if has_died else (0,))
        assert remaining(house, code) == 0
        assert opened.status is SessionStatus.READY
        assert redemptions(house)[f"{room}:{opened.attempt}"]["code"] == code
        assert told(house, room)[("session_ready", opened.attempt, "payer")] == 1
        if not has_died:
            break

    assert n == 2  # one read, one commit


def _redeem(house: House, code: str, room: str, deps: JobDeps) -> ChatSession:
    return redeem(house, code, room, deps=deps)


def test_nothing_of_all_this_asks_stripe_or_writes_a_code_into_the_logs(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    issued(house, remaining=3)
    house.end(house.start(redeem(house, CODE)))
    for code, room in ((CODE, "s1"), (CODE, "s2"), (UNKNOWN_CODE, "s3"), ("no code", "s4")):
        try:
            redeem(house, code, room, user_id="hanako@example.com" if room == "s3" else "payer")
        except Refusal:
            continue
    house.pass_time(hours=2)
    house.sweep()

    log = capsys.readouterr()
    written = log.out + log.err
    assert house.control.requests() == []
    assert [secret for secret in (CODE, UNKNOWN_CODE, "no code", "hanako") if secret in written] == []
    assert '"sweep"' in written
