"""Tickets: codes that open a chat without a payment (H-02)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from payments.core.refusals import Code, Refusal
from payments.domain.chat.change import ChatState
from payments.domain.chat.extension import next_status
from payments.domain.chat.records import ChatSession, Source, Terms
from payments.domain.chat.states import NextEvent, NextStatus, SessionEvent, SessionStatus, next_step, session_step

#: Letters and digits that nobody takes for one another: no 0 and O, no 1, I and L, no U beside V.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Characters of a code. Shorter ones could be guessed within a person's attempts.
SHORTEST: Final = 8
LONGEST: Final = 32
#: A document that no code can name: an invalid code is looked up too, so that it takes as long.
NO_CODE: Final = "-"
#: Minutes that a ticket's own chat may last.
LENGTHS: Final = range(1, 24 * 60 + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`tickets/{code}`: a code that opens chats without a payment (H-02), `remaining` times.

    For any consultant unless it names one; for the configured length unless it has its own, in minutes.
    """

    id: str
    active: bool
    remaining: int
    consultant_id: str | None = None
    expires_at: datetime | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """`redemptions/{sessionId}:{attempt}`: which ticket opened which chat, written in the commit that opened it."""

    id: str
    code: str
    user_id: str
    at: datetime


def canonical(typed: str) -> str:
    """The code as it is kept, from what a person types or pastes: any case, full width, spaces, hyphens of any kind.

    A Japanese keyboard's long-vowel mark counts as a hyphen; what can't be seen is passed over. What can't be a code
    becomes `NO_CODE`.
    """
    plain = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(c for c in plain if not _is_filler(c))
    is_code = SHORTEST <= len(code) <= LONGEST and set(code) <= set(ALPHABET)
    return code if is_code else NO_CODE


def _is_filler(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Pd", "Cf"} or character in "ー−"


def grouped(code: str) -> str:
    """The code as it is shown: groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRequest:
    """A person redeems a ticket for a chat with a consultant. `code` is canonical."""

    user_id: str
    session_id: str
    consultant_id: str
    code: str


def redemption_id(session: ChatSession) -> str:
    """The id of the redemption that the session's current attempt rests on."""
    return f"{session.id}:{session.attempt}"


def is_repeat(session: ChatSession, redemption: Redemption | None, request: TicketRequest) -> bool:
    """Whether this code has opened this chat already, so that the answer is what it was."""
    return session.source is Source.TICKET and redemption is not None and redemption.code == request.code


def check_redeemer(chat: ChatState, request: TicketRequest) -> None:
    """Raises `session_not_yours`, `invalid_argument` for another consultant's session, or the tables' refusal."""
    session = chat.session
    if session.user_id != request.user_id:
        raise Refusal(Code.SESSION_NOT_YOURS)
    if session.consultant_id != request.consultant_id:
        raise Refusal(Code.INVALID_ARGUMENT, fields={"consultantId": "invalid"})
    session_step(session.status, SessionEvent.TICKET)
    extension = next_status(session, chat.next_hold)
    if extension is not NextStatus.NONE:
        next_step(session.status, extension, NextEvent.TICKET)


def is_valid(ticket: Ticket, consultant_id: str, now: datetime) -> bool:
    """Whether the ticket opens a chat with this consultant now. The caller is not told why it does not."""
    if not ticket.active or ticket.remaining < 1:
        return False
    is_expired = ticket.expires_at is not None and now >= ticket.expires_at
    is_for_another = ticket.consultant_id not in (None, consultant_id)
    return not is_expired and not is_for_another and (ticket.minutes is None or ticket.minutes in LENGTHS)


def take(ticket: Ticket) -> Ticket:
    """The ticket with one use less."""
    return replace(ticket, remaining=ticket.remaining - 1)


def open_by_ticket(
    session: ChatSession | None, ticket: Ticket, request: TicketRequest, now: datetime, terms: Terms
) -> ChatSession:
    """The session, ready to start: a new one, or the next attempt of one that is over (H-10). Nothing is to be paid."""
    minutes = ticket.minutes or terms.minutes
    if session is None:
        return ChatSession(
            id=request.session_id,
            user_id=request.user_id,
            consultant_id=request.consultant_id,
            status=SessionStatus.READY,
            source=Source.TICKET,
            attempt=1,
            amount=0,
            currency=terms.currency,
            minutes=minutes,
            created_at=now,
            requested_at=now,
        )
    number = max(session.attempt, session.last_attempt) + 1
    return replace(
        session.renewed(number, now),
        status=session_step(session.status, SessionEvent.TICKET).target,
        source=Source.TICKET,
        amount=0,
        currency=terms.currency,
        minutes=minutes,
    )
