"""`redeemTicket`: the other door into a chat (H-01, H-02)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from payments.chat.port import ChatDeps
from payments.chat.repository import available, chat_in
from payments.core.limits import Action, Limits, limits_id, spend
from payments.core.refusals import Code, Refusal
from payments.core.store import Decision, Docs, Ref, Refs
from payments.domain.chat import tickets
from payments.domain.chat.change import ChatChange
from payments.domain.chat.notifications import notifications_for
from payments.domain.chat.records import ChatSession, Consultant, Hold
from payments.domain.chat.states import SessionStatus
from payments.domain.chat.tickets import Redemption, Ticket, TicketRequest, redemption_id

_OPEN = frozenset({SessionStatus.READY, SessionStatus.ACTIVE})


def redeem(deps: ChatDeps, request: TicketRequest) -> ChatSession:
    """Open a chat with a ticket (H-02): one commit takes one use of it and makes the session ready.

    The same code for the same session again is answered as it was, and takes nothing. Whatever is wrong with a code,
    the answer and the work are the same, so that codes can't be guessed one property at a time; every try counts.
    Raises `ticket_invalid`, `consultant_unavailable`, `session_not_yours`, `session_in_progress`, `payment_open`,
    `busy`, `too_many_attempts`.
    """
    refs: Refs = [
        Ref(ChatSession, request.session_id),
        Ref(Ticket, request.code),
        Ref(Consultant, request.consultant_id),
        _limits_ref(request),
    ]
    decide = partial(_decide, deps, request, deps.now())
    opened = deps.store.change(refs, decide, then=_further_refs(request)).result
    if opened is None:
        raise Refusal(Code.TICKET_INVALID)
    return opened


def _limits_ref(request: TicketRequest) -> Ref[Limits]:
    return Ref(Limits, limits_id(Action.TICKET, request.user_id))


def _further_refs(request: TicketRequest) -> Callable[[Docs], Refs]:
    def then(docs: Docs) -> Refs:
        session = docs.get(Ref(ChatSession, request.session_id))
        if session is None:
            return []
        next_holds = [Ref(Hold, session.next_intent_id)] if session.next_intent_id else []
        redemptions = [Ref(Redemption, redemption_id(session))] if session.status in _OPEN else []
        return [*next_holds, *redemptions]

    return then


def _decide(deps: ChatDeps, request: TicketRequest, now: datetime, docs: Docs) -> Decision[ChatSession | None]:
    session = docs.get(Ref(ChatSession, request.session_id))
    if session is not None:
        if session.user_id == request.user_id and session.status in _OPEN:
            redemption = docs.get(Ref(Redemption, redemption_id(session)))
            if tickets.is_repeat(session, redemption, request):
                return Decision(session)
        tickets.check_redeemer(chat_in(deps, docs, session, now), request)
    available(docs, request.consultant_id, request.user_id)
    limits = spend(docs.get(_limits_ref(request)), _limits_ref(request).id, now)
    ticket = docs.get(Ref(Ticket, request.code))
    if ticket is None or not tickets.is_valid(ticket, request.consultant_id, now):
        return Decision(None, (limits,))
    opened = tickets.open_by_ticket(session, ticket, request, now, deps.terms)
    redemption = Redemption(id=redemption_id(opened), code=ticket.id, user_id=request.user_id, at=now)
    notifications = notifications_for(session, {}, ChatChange(opened), now)
    return Decision(opened, (tickets.take(ticket), redemption, limits, opened, *notifications))
