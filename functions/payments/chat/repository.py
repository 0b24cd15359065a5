"""A chat with its holds, read, decided on and written together: no decision rests on a document that has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from payments.chat.port import ChatDeps
from payments.core import logs
from payments.core.money import amounts, told
from payments.core.refusals import Code, Refusal
from payments.core.store import Changed, Decision, Docs, Ref, Refs
from payments.domain.chat.adoption import deleted_chat_of
from payments.domain.chat.change import ChatChange, ChatState, Rule
from payments.domain.chat.extension import decide
from payments.domain.chat.notifications import notifications_for
from payments.domain.chat.records import ChatSession, Consultant, Hold, Terms
from payments.stripe_model.identity import NOT_KNOWN

# --- what to read


def chat_of(intent_id: str, session_id: str = "") -> Callable[[Docs], Refs]:
    """Further steps of a read: the session of a hold, and the hold that is to extend it.

    `session_id` is the session of a PaymentIntent that has no record yet.
    """

    def then(docs: Docs) -> Refs:
        hold = docs.get(Ref(Hold, intent_id))
        of = hold.session_id if hold else session_id
        session = docs.get(Ref(ChatSession, of)) if of and Ref(ChatSession, of) in docs.found else None
        return [*([Ref(ChatSession, of)] if of else []), *_next_of(session)]

    return then


def extension_of(session_id: str, known: Docs) -> Callable[[Docs], Refs]:
    """Second step of a read: the hold that is to extend the session, unless it is known already."""

    def then(docs: Docs) -> Refs:
        return [ref for ref in _next_of(docs.get(Ref(ChatSession, session_id))) if ref not in known.found]

    return then


def holds_of(session_id: str) -> Callable[[Docs], list[Ref[Hold]]]:
    """Second step of a read: the session's current hold, and the one that is to extend it."""

    def then(docs: Docs) -> list[Ref[Hold]]:
        session = docs.get(Ref(ChatSession, session_id))
        current = [Ref(Hold, session.intent_id)] if session and session.intent_id else []
        return [*current, *_next_of(session)]

    return then


def _next_of(session: ChatSession | None) -> list[Ref[Hold]]:
    return [Ref(Hold, session.next_intent_id)] if session and session.next_intent_id else []


# --- the chat as read


def chat_about(deps: ChatDeps, docs: Docs, intent_id: str, now: datetime, *, session_id: str = "") -> ChatState | None:
    """The chat of a PaymentIntent as read, this one in question; None if there is neither a record nor a session.

    The record says which session it belongs to; `session_id` counts only if there is no record. A session that was
    deleted has a stand-in.
    """
    hold = docs.get(Ref(Hold, intent_id))
    of = hold.session_id if hold else session_id
    session = docs.get(Ref(ChatSession, of)) if of else None
    if session is not None:
        return chat_in(deps, docs, session, now, hold_id=intent_id)
    return (
        replace(chat_in(deps, docs, deleted_chat_of(hold), now, hold_id=intent_id), is_deleted=True) if hold else None
    )


def chat_in(deps: ChatDeps, docs: Docs, session: ChatSession, now: datetime, *, hold_id: str = "") -> ChatState:
    """The chat of a session as read, with every hold that was read. KeyError if its extension's hold was not."""
    for ref in _next_of(session):
        docs.get(ref)
    holds = {ref.id: found.record for ref, found in docs.found.items() if ref.kind is Hold and found.record is not None}
    stripe = deps.identity() if holds else NOT_KNOWN  # a chat by ticket has nothing to do with Stripe
    return ChatState(session=session, holds=holds, now=now, terms=deps.terms, hold_id=hold_id, stripe=stripe)


def session_in(docs: Docs, session_id: str) -> ChatSession:
    """The session as read. Raises `session_not_found`."""
    session = docs.get(Ref(ChatSession, session_id))
    if session is None:
        raise Refusal(Code.SESSION_NOT_FOUND)
    return session


def available(docs: Docs, consultant_id: str, payer: str) -> Consultant:
    """The consultant, who takes new chats from this person. Raises `consultant_unavailable`."""
    consultant = docs.get(Ref(Consultant, consultant_id))
    if consultant is None or not consultant.active or consultant_id == payer:
        raise Refusal(Code.CONSULTANT_UNAVAILABLE)
    return consultant


def terms_of(docs: Docs, consultant_id: str, payer: str, terms: Terms) -> Terms:
    """What this consultant's time costs (H-08).

    Raises `consultant_unavailable`, also for a price that Stripe would refuse.
    """
    consultant = available(docs, consultant_id, payer)
    if consultant.price is None:
        return terms
    allowed = amounts(terms.currency)
    if consultant.price not in allowed:
        problem = f"consultants/{consultant_id}: price must be {told(allowed, terms.currency)}"
        raise Refusal(Code.CONSULTANT_UNAVAILABLE).because_of(problem)
    return replace(terms, price=consultant.price)


# --- decide and write


def decided(chat: ChatState, rule: Rule) -> Decision[ChatChange]:
    """What a rule makes of the chat, and the documents that change by it."""
    change = decide(chat, rule)
    return Decision(change, writes(chat, change))


def change_hold(deps: ChatDeps, intent_id: str, rule: Rule, known: Docs | None = None) -> Changed[ChatChange]:
    """Apply a rule to a hold and its chat, commit, and only then raise the alerts. Raises `payment_not_found`."""
    now = deps.now()

    def decision(docs: Docs) -> Decision[ChatChange]:
        chat = chat_about(deps, docs, intent_id, now)
        if chat is None:
            raise Refusal(Code.PAYMENT_NOT_FOUND)
        return decided(chat, rule)

    return _changed(deps.store.change([Ref(Hold, intent_id)], decision, then=chat_of(intent_id), known=known))


def change_chat(deps: ChatDeps, session_id: str, rule: Rule, known: Docs | None = None) -> Changed[ChatChange]:
    """Apply a rule to a chat and the hold that it runs on, and commit both. Raises `session_not_found`."""
    now = deps.now()

    def decision(docs: Docs) -> Decision[ChatChange]:
        return decided(chat_in(deps, docs, session_in(docs, session_id), now), rule)

    return _changed(deps.store.change([Ref(ChatSession, session_id)], decision, then=holds_of(session_id), known=known))


def _changed(changed: Changed[ChatChange]) -> Changed[ChatChange]:
    logs.alerts(changed.result.alerts)
    return changed


def writes(read: ChatState, change: ChatChange) -> tuple[Any, ...]:
    """The session and its holds if any has changed, with the notifications that follow; and the alerts."""
    stays = read.is_deleted or read.session == change.session
    is_same = stays and all(read.holds.get(hold.id) == hold for hold in change.holds)
    return change.alerts if is_same else all_writes(read, change)


def all_writes(read: ChatState, change: ChatChange) -> tuple[Any, ...]:
    """The same, whether anything has changed or not, so that the commit fails if what the decision rests on changed.

    A chat that was deleted is not written again, and nobody is notified of it.
    """
    if read.is_deleted:
        return (*change.holds, *change.alerts)
    notifications = notifications_for(read.session, read.holds, change, read.now)
    return (*change.holds, change.session, *change.alerts, *notifications)
