"""Codes redeemed at once, twice, and by processes that die (H-02): a use is never lost, and never given away twice."""

from __future__ import annotations

from functools import partial

from payments.core.limits import MOST_TRIES
from payments.core.refusals import Code
from payments.domain.chat.records import Source
from payments.domain.chat.states import SessionStatus
from tests.integration.deployment import Deployment
from tests.integration.ticket_steps import (
    ANOTHER_CODE,
    CODE,
    UNKNOWN_CODE,
    attempts,
    both,
    issued,
    redeem,
    redemptions,
    remaining,
    told,
)
from tests.integration.together import answers, at_once

PEOPLE, USES, ROUNDS = 50, 10, 50


def test_fifty_people_with_a_code_for_ten_open_exactly_ten_chats(deployment: Deployment) -> None:
    """H-02."""
    issued(deployment, remaining=USES)
    calls = [partial(redeem, deployment, CODE, f"s{n}", user_id=f"payer{n}") for n in range(PEOPLE)]

    outcomes = at_once(*calls)

    opened = answers(outcomes, Code.TICKET_INVALID)
    assert (len(opened), outcomes.count(Code.TICKET_INVALID)) == (USES, PEOPLE - USES)
    assert remaining(deployment) == 0
    assert set(deployment.sessions()) == {session.id for session in opened}
    assert {session.status for session in deployment.sessions().values()} == {SessionStatus.READY}
    assert sorted(redemptions(deployment)) == sorted(f"{session.id}:1" for session in opened)
    assert sum(told(deployment).values()) == 2 * USES
    assert [attempts(deployment, f"payer{n}") for n in range(PEOPLE)] == [1] * PEOPLE


def test_a_code_for_one_opens_one_chat_round_after_round(deployment: Deployment) -> None:
    for n in range(10):
        issued(deployment, remaining=1)
        calls = [partial(redeem, deployment, CODE, f"s{n}-{who}", user_id=f"payer{n}-{who}") for who in range(8)]

        outcomes = at_once(*calls)

        assert len(answers(outcomes, Code.TICKET_INVALID)) == 1
        assert remaining(deployment) == 0
    assert len(deployment.sessions()) == len(redemptions(deployment)) == 10


def test_one_code_for_one_chat_redeemed_sixteen_times_at_once_takes_one_use(deployment: Deployment) -> None:
    """H-02: every tap is answered the same, and one of them counts."""
    issued(deployment, remaining=USES)

    outcomes = at_once(*[partial(redeem, deployment, CODE)] * 16)

    assert len({(s.id, s.status, s.attempt, s.created_at) for s in answers(outcomes, Code.BUSY)}) == 1
    assert remaining(deployment) == USES - 1
    assert list(redemptions(deployment)) == ["s1:1"]
    assert attempts(deployment) == 1
    assert told(deployment) == both("session_ready")


def test_two_codes_for_one_chat_at_once_take_one_use_of_one(deployment: Deployment) -> None:
    for n in range(ROUNDS):
        issued(deployment)
        issued(deployment, ANOTHER_CODE)
        room, payer = f"s{n}", f"payer{n}"

        outcomes = at_once(
            partial(redeem, deployment, CODE, room, user_id=payer),
            partial(redeem, deployment, ANOTHER_CODE, room, user_id=payer),
        )

        assert len(answers(outcomes, Code.SESSION_IN_PROGRESS)) == 1
        won = redemptions(deployment)[f"{room}:1"]["code"]
        assert {code: remaining(deployment, code) for code in (CODE, ANOTHER_CODE)} == {
            code: int(code != won) for code in (CODE, ANOTHER_CODE)
        }


def test_two_people_with_one_room_at_once_open_it_for_one_of_them(deployment: Deployment) -> None:
    """The other's use is not taken."""
    issued(deployment, remaining=2 * ROUNDS)
    for n in range(ROUNDS):
        people = [f"left{n}", f"right{n}"]

        outcomes = at_once(*[partial(redeem, deployment, CODE, f"s{n}", user_id=who) for who in people])

        [opened] = answers(outcomes, Code.SESSION_NOT_YOURS)
        assert deployment.session(f"s{n}").user_id == opened.user_id == redemptions(deployment)[f"s{n}:1"]["userId"]
    assert remaining(deployment) == ROUNDS


def test_a_code_against_a_card_opens_the_chat_by_one_door(deployment: Deployment) -> None:
    """A ticket never lands on an open payment, nor a payment on an open ticket."""
    issued(deployment, remaining=ROUNDS)
    by_ticket = 0
    for n in range(ROUNDS):
        room, payer = f"s{n}", f"payer{n}"

        ticket, card = at_once(
            partial(redeem, deployment, CODE, room, user_id=payer), partial(deployment.create, room, user_id=payer)
        )

        session = deployment.session(room)
        if session.source is Source.TICKET:
            by_ticket += 1
            assert card is Code.SESSION_IN_PROGRESS
            assert (session.status, session.intent_id) == (SessionStatus.READY, None)
        else:
            assert ticket is Code.PAYMENT_OPEN
            assert session.intent_id == card.hold.id
    assert remaining(deployment) == ROUNDS - by_ticket == ROUNDS - len(redemptions(deployment))
    assert len(deployment.intents()) == ROUNDS - by_ticket


def test_a_code_against_a_card_after_the_end_goes_on_by_one_door(deployment: Deployment) -> None:
    """H-10."""
    issued(deployment, remaining=2 * ROUNDS)
    for n in range(20):
        room, payer = f"s{n}", f"payer{n}"
        deployment.end(deployment.start(redeem(deployment, CODE, room, user_id=payer)))

        at_once(partial(redeem, deployment, CODE, room, user_id=payer), partial(deployment.create, room, user_id=payer))

        session = deployment.session(room)
        by_ticket = session.source is Source.TICKET
        assert (session.attempt, session.intent_id is None) == (2, by_ticket)
        assert (f"{room}:2" in redemptions(deployment)) is by_ticket
    assert remaining(deployment) == 2 * ROUNDS - len(redemptions(deployment))


def test_a_repeat_against_the_start_of_its_chat_takes_nothing(deployment: Deployment) -> None:
    """The app sends the code again because its answer is late, while the person has pressed the button already."""
    issued(deployment, remaining=2 * ROUNDS)
    for n in range(20):
        ready = redeem(deployment, CODE, f"s{n}", user_id=f"payer{n}")

        outcomes = at_once(
            partial(redeem, deployment, CODE, f"s{n}", user_id=f"payer{n}"), partial(deployment.start, ready)
        )

        assert {session.attempt for session in answers(outcomes)} == {1}
        assert deployment.session(f"s{n}").status is SessionStatus.ACTIVE
    assert remaining(deployment) == 2 * ROUNDS - 20


def test_a_code_that_is_switched_off_meanwhile_opens_a_chat_or_does_not(deployment: Deployment) -> None:
    """Somebody at the console is no process of ours: what they write is never written over."""
    for n in range(20):
        issued(deployment, remaining=5)
        off = partial(deployment.db.document(f"tickets/{CODE}").update, {"active": False})

        outcome, _ = at_once(partial(redeem, deployment, CODE, f"s{n}", user_id=f"payer{n}"), off)

        ticket = deployment.db.document(f"tickets/{CODE}").get().to_dict() or {}
        assert ticket["active"] is False
        assert ticket["remaining"] == (5 if outcome is Code.TICKET_INVALID else 4)


def test_guesses_at_once_are_all_counted(deployment: Deployment) -> None:
    """Thirty at once are not thirty for one."""
    outcomes = at_once(*[partial(redeem, deployment, UNKNOWN_CODE, f"s{n}") for n in range(30)])

    assert set(outcomes) <= {Code.TICKET_INVALID, Code.TOO_MANY_ATTEMPTS, Code.BUSY}
    assert outcomes.count(Code.TICKET_INVALID) == attempts(deployment) <= MOST_TRIES
