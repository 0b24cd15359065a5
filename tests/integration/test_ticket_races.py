"""Codes redeemed at once, twice, and by processes that die (H-02): a use is never lost, and never given away twice."""

from __future__ import annotations

from functools import partial

from payments.core.limits import MOST_TRIES
from payments.core.refusals import Code
from payments.domain.chat.records import Source
from payments.domain.chat.states import SessionStatus
from tests.integration.door import (
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
from tests.integration.house import House
from tests.integration.together import answers, at_once

PEOPLE, USES, ROUNDS = 50, 10, 50


def test_fifty_people_with_a_code_for_ten_open_exactly_ten_chats(house: House) -> None:
    """H-02."""
    issued(house, remaining=USES)
    calls = [partial(redeem, house, CODE, f"s{n}", user_id=f"payer{n}") for n in range(PEOPLE)]

    outcomes = at_once(*calls)

    opened = answers(outcomes, Code.TICKET_INVALID)
    assert (len(opened), outcomes.count(Code.TICKET_INVALID)) == (USES, PEOPLE - USES)
    assert remaining(house) == 0
    assert set(house.sessions()) == {session.id for session in opened}
    assert {session.status for session in house.sessions().values()} == {SessionStatus.READY}
    assert sorted(redemptions(house)) == sorted(f"{session.id}:1" for session in opened)
    assert sum(told(house).values()) == 2 * USES
    assert [attempts(house, f"payer{n}") for n in range(PEOPLE)] == [1] * PEOPLE


def test_a_code_for_one_opens_one_chat_round_after_round(house: House) -> None:
    for n in range(10):
        issued(house, remaining=1)
        calls = [partial(redeem, house, CODE, f"s{n}-{who}", user_id=f"payer{n}-{who}") for who in range(8)]

        outcomes = at_once(*calls)

        assert len(answers(outcomes, Code.TICKET_INVALID)) == 1
        assert remaining(house) == 0
    assert len(house.sessions()) == len(redemptions(house)) == 10


def test_one_code_for_one_chat_redeemed_sixteen_times_at_once_takes_one_use(house: House) -> None:
    """H-02: every tap is answered the same, and one of them counts."""
    issued(house, remaining=USES)

    outcomes = at_once(*[partial(redeem, house, CODE)] * 16)

    assert len({(s.id, s.status, s.attempt, s.created_at) for s in answers(outcomes, Code.BUSY)}) == 1
    assert remaining(house) == USES - 1
    assert list(redemptions(house)) == ["s1:1"]
    assert attempts(house) == 1
    assert told(house) == both("session_ready")


def test_two_codes_for_one_chat_at_once_take_one_use_of_one(house: House) -> None:
    for n in range(ROUNDS):
        issued(house)
        issued(house, ANOTHER_CODE)
        room, payer = f"s{n}", f"payer{n}"

        outcomes = at_once(
            partial(redeem, house, CODE, room, user_id=payer), partial(redeem, house, ANOTHER_CODE, room, user_id=payer)
        )

        assert len(answers(outcomes, Code.SESSION_IN_PROGRESS)) == 1
        won = redemptions(house)[f"{room}:1"]["code"]
        assert {code: remaining(house, code) for code in (CODE, ANOTHER_CODE)} == {
            code: int(code != won) for code in (CODE, ANOTHER_CODE)
        }


def test_two_people_with_one_room_at_once_open_it_for_one_of_them(house: House) -> None:
    """The other's use is not taken."""
    issued(house, remaining=2 * ROUNDS)
    for n in range(ROUNDS):
        people = [f"left{n}", f"right{n}"]

        outcomes = at_once(*[partial(redeem, house, CODE, f"s{n}", user_id=who) for who in people])

        [opened] = answers(outcomes, Code.SESSION_NOT_YOURS)
        assert house.session(f"s{n}").user_id == opened.user_id == redemptions(house)[f"s{n}:1"]["userId"]
    assert remaining(house) == ROUNDS


def test_a_code_against_a_card_opens_the_chat_by_one_door(house: House) -> None:
    """A ticket never lands on an open payment, nor a payment on an open ticket."""
    issued(house, remaining=ROUNDS)
    by_ticket = 0
    for n in range(ROUNDS):
        room, payer = f"s{n}", f"payer{n}"

        ticket, card = at_once(
            partial(redeem, house, CODE, room, user_id=payer), partial(house.create, room, user_id=payer)
        )

        session = house.session(room)
        if session.source is Source.TICKET:
            by_ticket += 1
            assert card is Code.SESSION_IN_PROGRESS
            assert (session.status, session.intent_id) == (SessionStatus.READY, None)
        else:
            assert ticket is Code.PAYMENT_OPEN
            assert session.intent_id == card.hold.id
    assert remaining(house) == ROUNDS - by_ticket == ROUNDS - len(redemptions(house))
    assert len(house.intents()) == ROUNDS - by_ticket


def test_a_code_against_a_card_after_the_end_goes_on_by_one_door(house: House) -> None:
    """H-10."""
    issued(house, remaining=2 * ROUNDS)
    for n in range(20):
        room, payer = f"s{n}", f"payer{n}"
        house.end(house.start(redeem(house, CODE, room, user_id=payer)))

        at_once(partial(redeem, house, CODE, room, user_id=payer), partial(house.create, room, user_id=payer))

        session = house.session(room)
        by_ticket = session.source is Source.TICKET
        assert (session.attempt, session.intent_id is None) == (2, by_ticket)
        assert (f"{room}:2" in redemptions(house)) is by_ticket
    assert remaining(house) == 2 * ROUNDS - len(redemptions(house))


def test_a_repeat_against_the_start_of_its_chat_takes_nothing(house: House) -> None:
    """The app sends the code again because its answer is late, while the person has pressed the button already."""
    issued(house, remaining=2 * ROUNDS)
    for n in range(20):
        ready = redeem(house, CODE, f"s{n}", user_id=f"payer{n}")

        outcomes = at_once(partial(redeem, house, CODE, f"s{n}", user_id=f"payer{n}"), partial(house.start, ready))

        assert {session.attempt for session in answers(outcomes)} == {1}
        assert house.session(f"s{n}").status is SessionStatus.ACTIVE
    assert remaining(house) == 2 * ROUNDS - 20


def test_a_code_that_is_switched_off_meanwhile_opens_a_chat_or_does_not(house: House) -> None:
    """Somebody at the console is no process of ours: what they write is never written over."""
    for n in range(20):
        issued(house, remaining=5)
        off = partial(house.db.document(f"tickets/{CODE}").update, {"active": False})

        outcome, _ = at_once(partial(redeem, house, CODE, f"s{n}", user_id=f"payer{n}"), off)

        ticket = house.db.document(f"tickets/{CODE}").get().to_dict() or {}
        assert ticket["active"] is False
        assert ticket["remaining"] == (5 if outcome is Code.TICKET_INVALID else 4)


def test_guesses_at_once_are_all_counted(house: House) -> None:
    """Thirty at once are not thirty for one."""
    outcomes = at_once(*[partial(redeem, house, UNKNOWN_CODE, f"s{n}") for n in range(30)])

    assert set(outcomes) <= {Code.TICKET_INVALID, Code.TOO_MANY_ATTEMPTS, Code.BUSY}
    assert outcomes.count(Code.TICKET_INVALID) == attempts(house) <= MOST_TRIES
