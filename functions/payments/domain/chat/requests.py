"""Requests for a hold: what a person may ask for, and the attempt that the request opens or continues."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from payments.core.refusals import Code, Refusal
from payments.domain.chat.change import ChatChange, ChatState
from payments.domain.chat.deadlines import CLAIM_PATIENCE, key_is_fresh
from payments.domain.chat.extension import claim_next, drop_next, next_status
from payments.domain.chat.records import CALLER_REASONS, Attempt, ChatSession, Hold, Operation, Source, Terms
from payments.domain.chat.states import (
    Effect,
    HoldStatus,
    NextEvent,
    NextStatus,
    SessionEvent,
    SessionStatus,
    next_step,
    session_step,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRequest:
    """A person asks for a hold on their card. `amount` is what they were shown, if they say (H-03)."""

    user_id: str
    session_id: str
    consultant_id: str | None
    amount: int | None


def check_amount(request: HoldRequest, price: int, currency: str) -> None:
    """Raises `price_changed`, naming the price, if the caller was shown another one."""
    if request.amount is not None and request.amount != price:
        raise Refusal(Code.PRICE_CHANGED, amount=price, currency=currency)


def check_requester(session: ChatSession, request: HoldRequest) -> None:
    """Raises `session_not_yours`, or `invalid_argument` if the session is with another consultant."""
    if session.user_id != request.user_id:
        raise Refusal(Code.SESSION_NOT_YOURS)
    if request.consultant_id not in (None, session.consultant_id):
        raise Refusal(Code.INVALID_ARGUMENT, fields={"consultantId": "invalid"})


def open_session(request: HoldRequest, consultant_id: str, now: datetime, terms: Terms) -> ChatSession:
    """A new session's first attempt, claimed: the price and the length stand on it from here on (H-08)."""
    check_amount(request, terms.price, terms.currency)
    return ChatSession(
        id=request.session_id,
        user_id=request.user_id,
        consultant_id=consultant_id,
        status=SessionStatus.AWAITING_PAYMENT,
        attempt=1,
        amount=terms.price,
        currency=terms.currency,
        minutes=terms.minutes,
        created_at=now,
        requested_at=now,
        due_at=now + CLAIM_PATIENCE,
    )


def attempt_in_progress(chat: ChatState) -> Attempt | None:
    """The attempt that a request now continues, with its own idempotency key; None if a new one is due.

    Raises the tables' refusal, such as `session_in_progress`, `already_extended`, `busy`.
    """
    session = chat.session
    step = session_step(session.status, SessionEvent.HOLD_REQUESTED)
    extends = next_status(session, chat.next_hold)
    attempt: Attempt | None = session.current
    if step.effect is Effect.EXTEND or extends is not NextStatus.NONE:
        next_step(session.status, extends, NextEvent.HOLD_REQUESTED)
        attempt = session.next_attempt
    elif step.effect is Effect.NEW_ATTEMPT:
        return None
    is_lost = attempt is not None and attempt.intent_id is None and not key_is_fresh(attempt, chat.now)
    return None if is_lost else attempt


def new_attempt(chat: ChatState, request: HoldRequest) -> ChatChange:
    """The session with a new attempt claimed at the terms: to extend it while it runs, or to resume it (H-10).

    The holds of the change are those that the decision rests on: the current one and the last used one. Raises `busy`
    while an unused one of these is authorized or has an operation in progress, or while the running one is being
    canceled; and `previous_unpaid` if the capture of the last used one was refused and the consultant has not
    forgiven it since.
    """
    session, terms = chat.session, chat.terms
    holds = earlier_holds(chat)
    for hold in holds:
        _check_earlier(hold)
        if session.status is SessionStatus.ACTIVE and hold.operation is Operation.CANCEL:
            raise Refusal(Code.BUSY)
    check_amount(request, terms.price, terms.currency)
    number = max(session.attempt, session.last_attempt) + 1
    if session.status is SessionStatus.ACTIVE:
        return ChatChange(claim_next(session, _extension(chat, number)), holds)
    renewed = replace(
        drop_next(session).renewed(number, chat.now),
        status=SessionStatus.AWAITING_PAYMENT,
        source=Source.PAYMENT,
        amount=terms.price,
        currency=terms.currency,
        minutes=terms.minutes,
        due_at=chat.now + CLAIM_PATIENCE,
    )
    return ChatChange(renewed, holds)


def earlier_holds(chat: ChatState) -> tuple[Hold, ...]:
    """The session's current hold and its last used one, as far as there are such."""
    ids = dict.fromkeys((chat.session.intent_id, chat.session.used_intent_id))
    return tuple(chat.holds[intent_id] for intent_id in ids if intent_id is not None and intent_id in chat.holds)


def _extension(chat: ChatState, number: int) -> Attempt:
    terms = chat.terms
    base = replace(chat.session.current, number=number, requested_at=chat.now, intent_id=None)
    return replace(base, amount=terms.price, currency=terms.currency, minutes=terms.minutes)


def _check_earlier(hold: Hold) -> None:
    is_used = hold.started_at is not None
    if hold.out_of_reach is not None and not is_used:
        return
    if not is_used and (hold.status is HoldStatus.REQUIRES_CAPTURE or hold.operation is not None):
        raise Refusal(Code.BUSY)
    is_forgiven = hold.status is HoldStatus.CANCELED and hold.cancel_reason in CALLER_REASONS
    if is_used and hold.refused_at is not None and hold.status is not HoldStatus.CAPTURED and not is_forgiven:
        raise Refusal(Code.PREVIOUS_UNPAID)


def continue_attempt(chat: ChatState, attempt: Attempt, request: HoldRequest) -> ChatSession:
    """The session with the attempt in progress claimed again: same key, same parameters, more time."""
    check_amount(request, attempt.amount, attempt.currency)
    is_current = attempt == chat.session.current
    return replace(chat.session, due_at=chat.now + CLAIM_PATIENCE) if is_current else chat.session


def claimed_attempt(session: ChatSession) -> Attempt:
    """The claimed attempt: the extension's if there is one, else the current one."""
    return session.next_attempt or session.current


def drop_claim(session: ChatSession, number: int) -> ChatSession:
    """RELEASED before there was a PaymentIntent on record: the claim died, or Stripe refused the create for good.

    `number` is the attempt that was claimed; a session that has moved on, or knows its PaymentIntent, stays as it is.
    """
    if session.next is not None and session.next.attempt == number:
        return session if session.next.intent_id else drop_next(session)
    is_claim = session.status is SessionStatus.AWAITING_PAYMENT and session.intent_id is None
    if session.attempt != number or not is_claim:
        return session
    step = session_step(session.status, SessionEvent.RELEASED)
    return replace(session, status=step.target, due_at=None)
