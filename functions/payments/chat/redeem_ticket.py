"""Redeem a ticket: the other door into a chat (H-01, H-02)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from payments.chat.repository import hold_ref, next_in, session_ref, terms_of, writes
from payments.core.limits import Action, Limits, limits_id, spend
from payments.core.refusals import Code, Refusal
from payments.core.store import Decision, Docs, Ref, Refs
from payments.domain.chat import tickets
from payments.domain.chat.change import Moved
from payments.domain.chat.extension import next_status
from payments.domain.chat.records import Consultant, Session, Terms
from payments.domain.chat.states import SessionStatus
from payments.domain.chat.tickets import Redeem, Redemption, Ticket, redemption_id
from payments.ports import Deps

_OPEN = frozenset({SessionStatus.READY, SessionStatus.ACTIVE})


def redeem(deps: Deps, ask: Redeem) -> Session:
    """Open a chat with a ticket (H-02): one commit takes one use of it and makes the session ready.

    The same code for the same session again is answered as it was, and takes nothing. Whatever is wrong with a code,
    the answer and the work are the same, so that codes can't be guessed one property at a time; every try counts.
    Raises `ticket_invalid`, `consultant_unavailable`, `session_not_yours`, `session_in_progress`, `payment_open`,
    `busy`, `too_many_attempts`.
    """
    refs: Refs = [
        session_ref(ask.session_id),
        Ref(Ticket, ask.code),
        Ref(Consultant, ask.consultant_id),
        _limits_ref(ask),
    ]
    opened = deps.store.change(
        refs, lambda docs: _decide(docs, ask, deps.now(), deps.config.terms), then=_then(ask)
    ).result
    if opened is None:
        raise Refusal(Code.TICKET_INVALID)
    return opened


def _limits_ref(ask: Redeem) -> Ref[Limits]:
    return Ref(Limits, limits_id(Action.TICKET, ask.user_id))


def _then(ask: Redeem) -> Callable[[Docs], Refs]:
    def then(docs: Docs) -> Refs:
        session = docs.get(session_ref(ask.session_id))
        if session is None:
            return []
        next_holds = [hold_ref(session.next_intent_id)] if session.next_intent_id else []
        redemptions = [Ref(Redemption, redemption_id(session))] if session.status in _OPEN else []
        return [*next_holds, *redemptions]

    return then


def _decide(docs: Docs, ask: Redeem, now: datetime, terms: Terms) -> Decision[Session | None]:
    session = docs.get(session_ref(ask.session_id))
    if session is not None:
        if session.user_id == ask.user_id and session.status in _OPEN:
            redemption = docs.get(Ref(Redemption, redemption_id(session)))
            if tickets.is_repeat(session, redemption, ask):
                return Decision(session)
        tickets.check_redeemer(session, ask, next_status(session, next_in(docs, session)))
    terms_of(docs, ask.consultant_id, ask.user_id, terms)
    limits = spend(docs.get(_limits_ref(ask)), _limits_ref(ask).id, now)
    ticket = docs.get(Ref(Ticket, ask.code))
    if ticket is None or not tickets.is_valid(ticket, ask.consultant_id, now):
        return Decision(None, (limits,))
    opened = tickets.open_by_ticket(session, ticket, ask, now, terms)
    redemption = Redemption(id=redemption_id(opened), code=ticket.id, user_id=ask.user_id, at=now)
    return Decision(opened, (tickets.take(ticket), redemption, limits, *writes(docs, Moved(opened), now)))
