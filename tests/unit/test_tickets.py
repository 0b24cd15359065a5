"""Tickets (H-02): which ticket opens a chat, and what the chat is then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import ChatSession, Hold, Source
from payments.domain.chat.tickets import (
    LENGTHS,
    Redemption,
    Ticket,
    TicketRequest,
    check_redeemer,
    is_repeat,
    is_valid,
    open_by_ticket,
    redemption_id,
    take,
)
from tests.unit.builders import a_session, chat_at
from tests.unit.constants import CONSULTANT, HOUR, NOW, PAYER, SECOND, STRANGER, TERMS
from tests.unit.extended import a_next_hold, a_paid_extension, an_asked_session, an_extended_session, leaving
from tests.unit.short_names import ACTIVE, AWAITING, CANCELED, ENDED, READY

CODE = "ABCD2345WXYZ"


def a_ticket(**changes: object) -> Ticket:
    """A ticket for any consultant, once."""
    return Ticket(**{"id": CODE, "active": True, "remaining": 1, **changes})  # type: ignore[arg-type]


def a_redeem(**changes: str) -> TicketRequest:
    """The payer types the code for a chat with the consultant."""
    return TicketRequest(**{"user_id": PAYER, "session_id": "s1", "consultant_id": CONSULTANT, "code": CODE, **changes})


# --- which ticket is good

VALID = [
    ("plain", {}, True),
    ("switched off", {"active": False}, False),
    ("used up", {"remaining": 0}, False),
    ("below zero", {"remaining": -1}, False),
    ("many left", {"remaining": 2**31}, True),
    ("for this consultant", {"consultant_id": CONSULTANT}, True),
    ("for another", {"consultant_id": "another"}, False),
    ("for nobody", {"consultant_id": ""}, False),
    ("a second before its end", {"expires_at": NOW + SECOND}, True),
    ("a moment before its end", {"expires_at": NOW + timedelta(microseconds=1)}, True),
    ("at its end", {"expires_at": NOW}, False),
    ("after its end", {"expires_at": NOW - SECOND}, False),
    ("of one minute", {"minutes": 1}, True),
    ("of a day", {"minutes": 1440}, True),
    ("of no time", {"minutes": 0}, False),
    ("of negative time", {"minutes": -30}, False),
    ("of more than a day", {"minutes": 1441}, False),
]


@pytest.mark.parametrize(("changes", "is_good"), [row[1:] for row in VALID], ids=[row[0] for row in VALID])
def test_which_ticket_opens_a_chat(changes: dict, is_good: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_valid(a_ticket(**changes), CONSULTANT, NOW) is is_good


def test_a_use_is_taken_one_at_a_time() -> None:
    assert take(a_ticket(remaining=10)) == a_ticket(remaining=9)


# --- the chat that it opens


def test_a_ticket_opens_a_chat_that_is_ready_and_costs_nothing() -> None:
    """H-01, H-02."""
    opened = open_by_ticket(None, a_ticket(), a_redeem(), NOW, TERMS)

    assert (opened.status, opened.source, opened.attempt, opened.last_attempt) == (READY, Source.TICKET, 1, 1)
    assert (opened.amount, opened.currency, opened.minutes) == (0, "jpy", 30)
    assert (opened.intent_id, opened.started_at, opened.expires_at, opened.due_at) == (None, None, None, None)
    assert opened.participants == (PAYER, CONSULTANT)


@pytest.mark.parametrize("minutes", [1, 45, 1440])
def test_a_ticket_may_have_its_own_length(minutes: int) -> None:
    assert minutes in LENGTHS
    assert open_by_ticket(None, a_ticket(minutes=minutes), a_redeem(), NOW, TERMS).minutes == minutes


@pytest.mark.parametrize("session", [a_session(ENDED, last_attempt=2), a_session(CANCELED, last_attempt=2)])
def test_a_ticket_opens_a_session_that_is_over_again(session: ChatSession) -> None:
    """H-10: the same room, a new attempt with its own number, a new clock; the used hold is remembered."""
    opened = open_by_ticket(session, a_ticket(), a_redeem(), NOW + HOUR, TERMS)

    assert (opened.status, opened.source, opened.attempt, opened.last_attempt) == (READY, Source.TICKET, 3, 3)
    assert (opened.amount, opened.intent_id, opened.used_intent_id) == (0, None, session.used_intent_id)
    assert (opened.started_at, opened.expires_at, opened.ended_at, opened.ended_by) == (None, None, None, None)
    assert (opened.created_at, opened.requested_at) == (NOW, NOW + HOUR)


REFUSED = [
    ("awaiting payment", a_session(AWAITING), None, Code.PAYMENT_OPEN),
    ("paid", a_session(READY), None, Code.SESSION_IN_PROGRESS),
    ("opened by a ticket", a_session(READY, source=Source.TICKET), None, Code.SESSION_IN_PROGRESS),
    ("runs", a_session(ACTIVE), None, Code.SESSION_IN_PROGRESS),
    ("runs, extension open", an_asked_session(), a_next_hold(), Code.SESSION_IN_PROGRESS),
    ("runs, extended", an_extended_session(), a_paid_extension(), Code.SESSION_IN_PROGRESS),
    ("ended, extension claimed", an_asked_session(ENDED, next_intent_id=None), None, Code.PAYMENT_OPEN),
    ("ended, extension open", an_asked_session(ENDED), a_next_hold(), Code.PAYMENT_OPEN),
    ("ended, extension on its way out", an_asked_session(ENDED), leaving(a_next_hold()), Code.PAYMENT_OPEN),
]


@pytest.mark.parametrize(
    ("session", "next_hold", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_ticket_never_lands_on_an_open_payment_or_an_open_chat(
    session: ChatSession, next_hold: Hold | None, code: Code
) -> None:
    """Its use would be lost, or a card would be charged for a chat that a ticket had paid for."""
    with pytest.raises(Refusal) as refused:
        check_redeemer(chat_at(NOW, session, next_hold), a_redeem())

    assert refused.value.code is code


@pytest.mark.parametrize("session", [a_session(ENDED), a_session(CANCELED)])
def test_a_ticket_may_open_what_is_over(session: ChatSession) -> None:
    check_redeemer(chat_at(NOW, session), a_redeem())


@pytest.mark.parametrize("status", [AWAITING, READY, ACTIVE, ENDED, CANCELED])
def test_another_persons_session_is_told_from_nothing_else(status: object) -> None:
    """Whose it is comes first: the state of somebody else's chat is nobody's business."""
    with pytest.raises(Refusal) as refused:
        check_redeemer(chat_at(NOW, a_session(status)), a_redeem(user_id=STRANGER))  # type: ignore[arg-type]

    assert refused.value.code is Code.SESSION_NOT_YOURS


def test_a_session_stays_with_its_consultant() -> None:
    with pytest.raises(Refusal) as refused:
        check_redeemer(chat_at(NOW, a_session(ENDED)), a_redeem(consultant_id="another"))

    assert refused.value.details == {"fields": {"consultantId": "invalid"}}


# --- a repeat


def redeemed(code: str = CODE) -> Redemption:
    return Redemption(id="s1:1", code=code, user_id=PAYER, at=NOW)


@pytest.mark.parametrize(
    ("session", "redemption", "expected"),
    [
        (a_session(READY, source=Source.TICKET), redeemed(), True),
        (a_session(ACTIVE, source=Source.TICKET), redeemed(), True),
        (a_session(READY, source=Source.TICKET), redeemed("WXYZ2345ABCD"), False),
        (a_session(READY, source=Source.TICKET), None, False),
        (a_session(READY), redeemed(), False),
    ],
)
def test_a_repeat_is_known_by_its_redemption(
    session: ChatSession,
    redemption: Redemption | None,
    expected: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert is_repeat(session, redemption, a_redeem()) is expected


def test_each_attempt_has_its_own_redemption() -> None:
    """The second ticket of one room must not overwrite what the first one was for."""
    assert redemption_id(a_session(attempt=1)) == "s1:1"
    assert redemption_id(a_session(attempt=2)) == "s1:2"
