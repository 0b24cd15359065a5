"""A chat and its holds, read and written together: no decision rests on a document that has moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from payments.core import logs
from payments.core.refusals import Code, Refusal
from payments.core.store import Decision, Docs, Ref, Refs
from payments.domain.chat.adoption import deleted_chat_of
from payments.domain.chat.apply_snapshot import observe
from payments.domain.chat.change import Moved
from payments.domain.chat.extension import H, decide_on_chat, decide_on_hold
from payments.domain.chat.notifications import told
from payments.domain.chat.records import Consultant, Hold, Session, Terms
from payments.ports import Deps
from payments.stripe_model.snapshots import Observed


def terms_of(docs: Docs, consultant_id: str, payer: str, terms: Terms) -> Terms:
    """What this consultant's time costs (H-08). Raises `consultant_unavailable`."""
    consultant = docs.get(Ref(Consultant, consultant_id))
    if consultant is None or not consultant.active or consultant_id == payer:
        raise Refusal(Code.CONSULTANT_UNAVAILABLE)
    return terms if consultant.price is None else replace(terms, price=consultant.price)


@dataclass(frozen=True, slots=True)
class Settled:
    """A hold and its session as a commit left them, with the documents, so that the next commit needs no read."""

    hold: Hold
    session: Session
    docs: Docs


def hold_ref(intent_id: str) -> Ref[Hold]:
    """The document of a PaymentIntent."""
    return Ref(Hold, intent_id)


def session_ref(session_id: str) -> Ref[Session]:
    """The document of a chat session."""
    return Ref(Session, session_id)


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


def _next_of(session: Session | None) -> list[Ref[Hold]]:
    return [hold_ref(session.next_intent_id)] if session and session.next_intent_id else []


def chat_in(docs: Docs, hold: Hold) -> Session:
    """The session of a hold as read, or what stands in for one that has been deleted."""
    return docs.get(session_ref(hold.session_id)) or deleted_chat_of(hold)


def pair_in(docs: Docs, intent_id: str) -> tuple[Hold, Session]:
    """The hold and its session as read. Raises `payment_not_found`."""
    hold = docs.get(hold_ref(intent_id))
    if hold is None:
        raise Refusal(Code.PAYMENT_NOT_FOUND)
    return hold, chat_in(docs, hold)


def session_in(docs: Docs, session_id: str) -> tuple[Session, Hold | None]:
    """The session and its current hold, if it has one, as read. Raises `session_not_found`."""
    session = docs.get(session_ref(session_id))
    if session is None:
        raise Refusal(Code.SESSION_NOT_FOUND)
    return session, docs.get(hold_ref(session.intent_id)) if session.intent_id else None


def next_in(docs: Docs, session: Session) -> Hold | None:
    """The hold that is to extend the session, if there is one, as read."""
    return docs.get(hold_ref(session.next_intent_id)) if session.next_intent_id else None


def decided_on_hold(
    docs: Docs, session: Session, hold: H, now: datetime, decide: Callable[[Session, H], Moved]
) -> Moved:
    """A decision on a hold of a chat, as read with the hold that is to extend it."""
    return decide_on_hold(session, hold, next_in(docs, session), now, decide)


def seen_on(docs: Docs, session: Session, hold: Hold | None, seen: Observed, now: datetime, terms: Terms) -> Moved:
    """What Stripe was seen to say of a PaymentIntent, put on its chat; `hold` is None before there is a record."""
    if hold is None:
        return decided_on_hold(docs, session, None, now, lambda session, _: observe(None, session, seen, now, terms))
    return decided_on_hold(docs, session, hold, now, lambda session, hold: observe(hold, session, seen, now, terms))


def decided_on_chat(
    docs: Docs, session_id: str, now: datetime, decide: Callable[[Session, Hold | None], Moved]
) -> Moved:
    """A decision on a chat as read, and on the hold that it runs on. Raises `session_not_found`."""
    session, hold = session_in(docs, session_id)
    return decide_on_chat(session, hold, next_in(docs, session), now, decide)


def writes(docs: Docs, moved: Moved, now: datetime) -> tuple[Any, ...]:
    """The session and its holds if any has changed, with what people are told of it; and the alerts."""
    before, holds = _read(docs, moved)
    stays = before == moved.session or _is_deleted(before, moved)
    is_same = stays and all(holds[hold.id] == hold for hold in moved.holds)
    return moved.alerts if is_same else all_writes(docs, moved, now)


def all_writes(docs: Docs, moved: Moved, now: datetime) -> tuple[Any, ...]:
    """The same, whether anything has changed or not: what the decision rests on has not moved meanwhile.

    A chat that has been deleted is not written again, and nobody is told of it.
    """
    before, holds = _read(docs, moved)
    if _is_deleted(before, moved):
        return (*moved.holds, *moved.alerts)
    return (*moved.holds, moved.session, *moved.alerts, *told(before, holds, moved, now))


def _is_deleted(before: Session | None, moved: Moved) -> bool:
    """Whether the decision is on a hold whose chat is gone. A new chat has no hold yet."""
    return before is None and bool(moved.holds)


def _read(docs: Docs, moved: Moved) -> tuple[Session | None, Mapping[str, Hold | None]]:
    """The session and the holds as they were read."""
    ref = session_ref(moved.session.id)
    return docs.get(ref) if ref in docs.found else None, {hold.id: docs.get(hold_ref(hold.id)) for hold in moved.holds}


def change_pair(
    deps: Deps,
    intent_id: str,
    decide: Callable[[Session, Hold], Moved],
    *,
    seen: Docs | None = None,
) -> Settled:
    """Decide on a hold and its session, commit both, and only then raise the alerts. Raises `payment_not_found`."""

    def decision(docs: Docs) -> Decision[Moved]:
        now = deps.now()
        hold, session = pair_in(docs, intent_id)
        moved = decided_on_hold(docs, session, hold, now, decide)
        return Decision(moved, writes(docs, moved, now))

    changed = deps.store.change([hold_ref(intent_id)], decision, then=chat_of(intent_id), seen=seen)
    logs.alerts(changed.result.alerts)
    return Settled(changed.result.hold, changed.result.session, changed.docs)


def change_chat(
    deps: Deps,
    session_id: str,
    decide: Callable[[Session, Hold | None], Moved],
    *,
    seen: Docs | None = None,
) -> tuple[Moved, Docs]:
    """Decide on a chat and the hold that it runs on, and commit both. Raises `session_not_found`."""

    def decision(docs: Docs) -> Decision[Moved]:
        now = deps.now()
        moved = decided_on_chat(docs, session_id, now, decide)
        return Decision(moved, writes(docs, moved, now))

    changed = deps.store.change([session_ref(session_id)], decision, then=holds_of(session_id), seen=seen)
    logs.alerts(changed.result.alerts)
    return changed.result, changed.docs
