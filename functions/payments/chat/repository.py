"""A chat with its holds, read, decided on and written together: no decision rests on a document that has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from payments.chat.port import ChatDeps
from payments.core import logs
from payments.core.refusals import Code, Refusal
from payments.core.store import Changed, Decision, Docs, Ref, Refs
from payments.domain.chat.adoption import deleted_chat_of
from payments.domain.chat.change import ChatChange, ChatState, Rule
from payments.domain.chat.extension import decide
from payments.domain.chat.notifications import notifications_for
from payments.domain.chat.records import ChatSession, Consultant, Hold, Terms

# --- what to read


def hold_ref(intent_id: str) -> Ref[Hold]:
    """The document of a PaymentIntent."""
    return Ref(Hold, intent_id)


def session_ref(session_id: str) -> Ref[ChatSession]:
    """The document of a chat session."""
    return Ref(ChatSession, session_id)


def chat_of(intent_id: str, session_id: str = "") -> Callable[[Docs], Refs]:
    """Further steps of a read: the session of a hold, and the hold that is to extend it.

    `session_id` is the session of a PaymentIntent that has no record yet.
    """

    def then(docs: Docs) -> Refs:
        hold = docs.get(hold_ref(intent_id))
        of = hold.session_id if hold else session_id
        session = docs.get(session_ref(of)) if of and session_ref(of) in docs.found else None
        return [*([session_ref(of)] if of else []), *_next_of(session)]

    return then


def extension_of(session_id: str, known: Docs) -> Callable[[Docs], Refs]:
    """Second step of a read: the hold that is to extend the session, unless it is known already."""

    def then(docs: Docs) -> Refs:
        return [ref for ref in _next_of(docs.get(session_ref(session_id))) if ref not in known.found]

    return then


def holds_of(session_id: str) -> Callable[[Docs], list[Ref[Hold]]]:
    """Second step of a read: the session's current hold, and the one that is to extend it."""

    def then(docs: Docs) -> list[Ref[Hold]]:
        session = docs.get(session_ref(session_id))
        current = [hold_ref(session.intent_id)] if session and session.intent_id else []
        return [*current, *_next_of(session)]

    return then


def _next_of(session: ChatSession | None) -> list[Ref[Hold]]:
    return [hold_ref(session.next_intent_id)] if session and session.next_intent_id else []


# --- the chat as read


def chat_about(deps: ChatDeps, docs: Docs, intent_id: str, now: datetime, *, session_id: str = "") -> ChatState | None:
    """The chat of a PaymentIntent as read, this one in question; None if there is neither a record nor a session.

    The record says which session it belongs to; `session_id` counts only if there is no record. A session that was
    deleted has a stand-in.
    """
    hold = docs.get(hold_ref(intent_id))
    if hold is not None:
        session = docs.get(session_ref(hold.session_id)) or deleted_chat_of(hold)
    else:
        named = docs.get(session_ref(session_id)) if session_id else None
        if named is None:
            return None
        session = named
    return chat_in(deps, docs, session, now).about(intent_id)


def chat_in(deps: ChatDeps, docs: Docs, session: ChatSession, now: datetime) -> ChatState:
    """The chat of a session as read, with every hold that was read. KeyError if its extension's hold was not."""
    for ref in _next_of(session):
        docs.get(ref)
    holds = {ref.id: found.record for ref, found in docs.found.items() if ref.kind is Hold and found.record is not None}
    return ChatState(session=session, holds=holds, now=now, terms=deps.terms)


def session_in(docs: Docs, session_id: str) -> ChatSession:
    """The session as read. Raises `session_not_found`."""
    session = docs.get(session_ref(session_id))
    if session is None:
        raise Refusal(Code.SESSION_NOT_FOUND)
    return session


def terms_of(docs: Docs, consultant_id: str, payer: str, terms: Terms) -> Terms:
    """What this consultant's time costs (H-08). Raises `consultant_unavailable`."""
    consultant = docs.get(Ref(Consultant, consultant_id))
    if consultant is None or not consultant.active or consultant_id == payer:
        raise Refusal(Code.CONSULTANT_UNAVAILABLE)
    return terms if consultant.price is None else replace(terms, price=consultant.price)


# --- decide and write


def decided(docs: Docs, chat: ChatState, rule: Rule) -> Decision[ChatChange]:
    """What a rule makes of the chat, and the documents that change by it."""
    change = decide(chat, rule)
    return Decision(change, writes(docs, change, chat.now))


def change_hold(deps: ChatDeps, intent_id: str, rule: Rule, known: Docs | None = None) -> Changed[ChatChange]:
    """Apply a rule to a hold and its chat, commit, and only then raise the alerts. Raises `payment_not_found`."""
    now = deps.now()

    def decision(docs: Docs) -> Decision[ChatChange]:
        chat = chat_about(deps, docs, intent_id, now)
        if chat is None:
            raise Refusal(Code.PAYMENT_NOT_FOUND)
        return decided(docs, chat, rule)

    return _changed(deps.store.change([hold_ref(intent_id)], decision, then=chat_of(intent_id), known=known))


def change_chat(deps: ChatDeps, session_id: str, rule: Rule, known: Docs | None = None) -> Changed[ChatChange]:
    """Apply a rule to a chat and the hold that it runs on, and commit both. Raises `session_not_found`."""
    now = deps.now()

    def decision(docs: Docs) -> Decision[ChatChange]:
        return decided(docs, chat_in(deps, docs, session_in(docs, session_id), now), rule)

    return _changed(deps.store.change([session_ref(session_id)], decision, then=holds_of(session_id), known=known))


def _changed(changed: Changed[ChatChange]) -> Changed[ChatChange]:
    logs.alerts(changed.result.alerts)
    return changed


def writes(docs: Docs, change: ChatChange, now: datetime) -> tuple[Any, ...]:
    """The session and its holds if any has changed, with the notifications that follow; and the alerts."""
    before, holds = _read(docs, change)
    stays = before == change.session or _is_deleted(before, change)
    is_same = stays and all(holds[hold.id] == hold for hold in change.holds)
    return change.alerts if is_same else all_writes(docs, change, now)


def all_writes(docs: Docs, change: ChatChange, now: datetime) -> tuple[Any, ...]:
    """The same, whether anything has changed or not, so that the commit fails if what the decision rests on changed.

    A chat that was deleted is not written again, and nobody is notified of it.
    """
    before, holds = _read(docs, change)
    if _is_deleted(before, change):
        return (*change.holds, *change.alerts)
    notifications = notifications_for(before, holds, change, now)
    return (*change.holds, change.session, *change.alerts, *notifications)


def _is_deleted(before: ChatSession | None, change: ChatChange) -> bool:
    """Whether the change is to a hold whose chat is gone. A new chat has no hold yet."""
    return before is None and bool(change.holds)


def _read(docs: Docs, change: ChatChange) -> tuple[ChatSession | None, Mapping[str, Hold | None]]:
    """The session and the holds as they were read."""
    ref = session_ref(change.session.id)
    session = docs.get(ref) if ref in docs.found else None
    return session, {hold.id: docs.get(hold_ref(hold.id)) for hold in change.holds}
