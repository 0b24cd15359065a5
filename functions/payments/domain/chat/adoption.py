"""A PaymentIntent and the attempt that asked for it: the record it gets, and the claim that never got one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from payments.domain.chat.change import let_go
from payments.domain.chat.deadlines import FIRST_LOOK, session_due
from payments.domain.chat.records import Attempt, CancelReason, Hold, Session
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.snapshots import Observed


def adopt(session: Session, seen: Observed, now: datetime) -> tuple[Hold, Session]:
    """The record of a PaymentIntent seen for the first time: by the call's answer or by the webhook."""
    attempt = _attempt_of(session, seen)
    hold = Hold(
        id=seen.id,
        user_id=seen.user_id,
        session_id=session.id,
        consultant_id=seen.consultant_id,
        attempt=seen.attempt,
        amount=attempt.amount if attempt else seen.amount,
        currency=attempt.currency if attempt else seen.currency,
        status=HoldStatus.CREATED,
        created_at=seen.created_at,
        due_at=now + FIRST_LOOK,
    )
    if attempt is not None and attempt.intent_id is None:
        if attempt == session.next:
            session = replace(session, next_intent_id=hold.id)
            return hold, replace(session, due_at=session_due(session))
        if session.status is SessionStatus.AWAITING_PAYMENT:
            return hold, replace(session, intent_id=hold.id, due_at=None)
    return let_go(hold, CancelReason.SUPERSEDED, now), session


def _attempt_of(session: Session, seen: Observed) -> Attempt | None:
    attempts = (session.next, session.current)
    return next((attempt for attempt in attempts if attempt and attempt.number == seen.attempt), None)


def belongs(session: Session, seen: Observed) -> bool:
    """Whether the PaymentIntent's metadata names this session as ours wrote it."""
    return (seen.session_id, seen.user_id, seen.consultant_id) == (session.id, session.user_id, session.consultant_id)


def deleted_chat_of(hold: Hold) -> Session:
    """What stands in for a chat that the app has deleted, with a person's account: over, and on no hold.

    It is never written. Its hold is decided on by the hold's own fields, as every hold is, and so ends all the same.
    """
    return Session(
        id=hold.session_id,
        user_id=hold.user_id,
        consultant_id=hold.consultant_id,
        status=SessionStatus.ENDED,
        attempt=hold.attempt,
        amount=hold.amount,
        currency=hold.currency,
        minutes=0,
        created_at=hold.created_at,
        requested_at=hold.created_at,
    )
