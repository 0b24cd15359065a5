"""A hold and its session, read and written together: no decision rests on a document that has moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import logs
from .domain.facts import Moved
from .domain.records import Hold, Session
from .domain.refusals import Code, Refusal
from .ports import Decision, Deps, Docs, Ref, Refs


@dataclass(frozen=True, slots=True)
class Settled:
    """A pair as a commit left it, with the documents, so that the next commit needs no read."""

    hold: Hold
    session: Session
    docs: Docs


def hold_ref(intent_id: str) -> Ref[Hold]:
    """The document of a PaymentIntent."""
    return Ref(Hold, intent_id)


def session_ref(session_id: str) -> Ref[Session]:
    """The document of a chat session."""
    return Ref(Session, session_id)


def session_of(intent_id: str) -> Callable[[Docs], Refs]:
    """Second step of a read: the session of a hold."""

    def then(docs: Docs) -> Refs:
        hold = docs.get(hold_ref(intent_id))
        return [session_ref(hold.session_id)] if hold else []

    return then


def hold_of(session_id: str) -> Callable[[Docs], Refs]:
    """Second step of a read: the current hold of a session."""

    def then(docs: Docs) -> Refs:
        session = docs.get(session_ref(session_id))
        return [hold_ref(session.intent_id)] if session and session.intent_id else []

    return then


def pair_in(docs: Docs, intent_id: str) -> tuple[Hold, Session]:
    """The hold and its session as read. Raises `payment_not_found`."""
    hold = docs.get(hold_ref(intent_id))
    session = docs.get(session_ref(hold.session_id)) if hold else None
    if hold is None or session is None:
        raise Refusal(Code.PAYMENT_NOT_FOUND)
    return hold, session


def session_in(docs: Docs, session_id: str) -> tuple[Session, Hold | None]:
    """The session and its current hold, if it has one, as read. Raises `session_not_found`."""
    session = docs.get(session_ref(session_id))
    if session is None:
        raise Refusal(Code.SESSION_NOT_FOUND)
    return session, docs.get(hold_ref(session.intent_id)) if session.intent_id else None


def writes(docs: Docs, moved: Moved) -> tuple[Any, ...]:
    """Both documents if either has changed, none if neither has; and the alerts."""
    before = (docs.get(hold_ref(moved.hold.id)), docs.get(session_ref(moved.session.id)))
    is_same = before == (moved.hold, moved.session)
    return moved.alerts if is_same else (moved.hold, moved.session, *moved.alerts)


def change_pair(
    deps: Deps,
    intent_id: str,
    decide: Callable[[Docs], Moved],
    *,
    seen: Docs | None = None,
) -> Settled:
    """Decide on a hold and its session, commit both, and only then raise the alerts."""

    def decision(docs: Docs) -> Decision[Moved]:
        moved = decide(docs)
        return Decision(moved, writes(docs, moved))

    changed = deps.store.change([hold_ref(intent_id)], decision, then=session_of(intent_id), seen=seen)
    logs.alerts(changed.result.alerts)
    return Settled(changed.result.hold, changed.result.session, changed.docs)
