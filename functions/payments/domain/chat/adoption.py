"""A PaymentIntent heard of for the first time, and the record it gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from payments.domain.chat.change import ChatState, schedule_cancel
from payments.domain.chat.deadlines import FIRST_REFRESH, session_due_at
from payments.domain.chat.records import Attempt, CancelReason, ChatSession, Hold
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.snapshots import PaymentIntentSnapshot


def adopt(chat: ChatState, snapshot: PaymentIntentSnapshot) -> ChatState:
    """The chat with the record of a PaymentIntent heard of for the first time, from the call's answer or a webhook.

    If the session names it already, its record is lost, and is made again.
    """
    session = chat.session
    attempt = _attempt_of(session, snapshot)
    hold = Hold(
        id=snapshot.id,
        user_id=snapshot.user_id,
        session_id=session.id,
        consultant_id=snapshot.consultant_id,
        attempt=snapshot.attempt,
        amount=attempt.amount if attempt else snapshot.amount,
        currency=attempt.currency if attempt else snapshot.currency,
        status=HoldStatus.CREATED,
        created_at=snapshot.created_at,
        due_at=chat.now + FIRST_REFRESH,
    )
    if hold.id in (session.intent_id, session.used_intent_id):
        return chat.having(hold=_made_again(hold, session, chat.now))
    if attempt is not None and attempt.intent_id is None:
        if session.next is not None and attempt == session.next_attempt:
            session = replace(session, next=replace(session.next, intent_id=hold.id))
            return chat.having(replace(session, due_at=session_due_at(session)), hold)
        if session.status is SessionStatus.AWAITING_PAYMENT:
            return chat.having(replace(session, intent_id=hold.id, due_at=None), hold)
    return chat.having(hold=schedule_cancel(hold, CancelReason.SUPERSEDED, chat.now))


def _made_again(hold: Hold, session: ChatSession, now: datetime) -> Hold:
    """The hold with its use, if its chat has used it, as far as the session still tells: it has to be captured."""
    if session.used_intent_id != hold.id:
        return hold
    if session.intent_id != hold.id:
        return replace(hold, started_at=hold.created_at, ends_at=now)
    ends_at = session.ended_at or session.expires_at or now
    return replace(hold, started_at=session.started_at or hold.created_at, ends_at=ends_at)


def _attempt_of(session: ChatSession, snapshot: PaymentIntentSnapshot) -> Attempt | None:
    attempts = (session.next_attempt, session.current)
    return next((attempt for attempt in attempts if attempt and attempt.number == snapshot.attempt), None)


def belongs(session: ChatSession, snapshot: PaymentIntentSnapshot) -> bool:
    """Whether the PaymentIntent's metadata names this session, its payer and its consultant."""
    named = (snapshot.session_id, snapshot.user_id, snapshot.consultant_id)
    return named == (session.id, session.user_id, session.consultant_id)


def deleted_chat_of(money: Hold | PaymentIntentSnapshot) -> ChatSession:
    """The stand-in for a chat that the app has deleted with a person's account: ended, and on no hold.

    It is never written. Rules go by the hold's own fields, so the hold ends all the same. It is made of the hold's
    record or, if that is gone too, of what Stripe says of the PaymentIntent.
    """
    return ChatSession(
        id=money.session_id,
        user_id=money.user_id,
        consultant_id=money.consultant_id,
        status=SessionStatus.ENDED,
        attempt=money.attempt,
        amount=money.amount,
        currency=money.currency,
        minutes=0,
        created_at=money.created_at,
        requested_at=money.created_at,
    )
