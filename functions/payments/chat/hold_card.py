"""`createPaymentIntent`: hold the price of a chat on the payer's card (H-03).

The attempt is claimed on record, then Stripe is asked for its PaymentIntent, then the PaymentIntent is put on record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from payments.chat.finish_hold import NotRefreshed, record_not_refreshed, refresh
from payments.chat.port import ChatDeps
from payments.chat.repository import (
    all_writes,
    chat_about,
    chat_in,
    chat_of,
    decided,
    terms_of,
)
from payments.core import logs
from payments.core.limits import Action, Limits, limits_id, spend
from payments.core.refusals import Code, Refusal
from payments.core.store import Changed, Decision, Docs, Found, Ref, Refs
from payments.domain.chat import requests
from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.change import ChatChange, ChatState
from payments.domain.chat.extension import begin
from payments.domain.chat.out_of_reach import without_other_accounts
from payments.domain.chat.records import Attempt, ChatSession, Consultant, Hold
from payments.domain.chat.requests import HoldRequest
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.answers import Done, Refused, is_out_of_reach
from payments.stripe_model.snapshots import PaymentIntentSnapshot


@dataclass(frozen=True, slots=True)
class Created:
    """A hold to be paid: what the PaymentSheet needs. The client secret is for the payer alone."""

    hold: Hold
    client_secret: str = field(repr=False)


def create(deps: ChatDeps, request: HoldRequest) -> Created:
    """Hold the price of a chat on the payer's card: a new session, the attempt in progress, or a new one (H-10).

    While the chat runs, the hold is for the time after it: the chat then goes on without a gap.
    Raises `price_changed`, `consultant_unavailable`, `session_not_yours`, `session_in_progress`, `already_extended`,
    `previous_unpaid`, `busy`, `too_many_attempts`, `payment_unavailable` (the same call again is safe).
    """
    claimed = claim_attempt(deps, request)
    if claimed.result.intent_id is not None:
        created = _continue(deps, claimed.result.intent_id, claimed.docs)
        if created is not None:
            return created
        claimed = claim_attempt(deps, request)
    return _create_at_stripe(deps, claimed)


# --- claim the attempt


def claim_attempt(deps: ChatDeps, request: HoldRequest) -> Changed[Attempt]:
    """Put the attempt on record: a new session's first, a new one, or again the one in progress.

    If its PaymentIntent is on record already, nothing is claimed: Stripe has to be asked about it first.
    """
    decide = partial(_decide_claim, deps, request, deps.now())
    return deps.store.change(_first_refs(request), decide, then=_further_refs(request))


def _first_refs(request: HoldRequest) -> Refs:
    refs: list[Ref[Any]] = [Ref(ChatSession, request.session_id), _limits_ref(request)]
    return [*refs, Ref(Consultant, request.consultant_id)] if request.consultant_id else refs


def _further_refs(request: HoldRequest) -> Callable[[Docs], Refs]:
    def then(docs: Docs) -> Refs:
        session = docs.get(Ref(ChatSession, request.session_id))
        if session is None:
            return []
        ids = (session.intent_id, session.used_intent_id, session.next_intent_id)
        return [Ref(Consultant, session.consultant_id), *(Ref(Hold, intent_id) for intent_id in ids if intent_id)]

    return then


def _limits_ref(request: HoldRequest) -> Ref[Limits]:
    return Ref(Limits, limits_id(Action.PAYMENT, request.user_id))


def _decide_claim(deps: ChatDeps, request: HoldRequest, now: datetime, docs: Docs) -> Decision[Attempt]:
    session = docs.get(Ref(ChatSession, request.session_id))
    if session is None:
        return _open_session(deps, request, now, docs)
    requests.check_requester(session, request)
    read = chat_in(deps, docs, session, now)
    chat = without_other_accounts(begin(read))
    attempt = requests.attempt_in_progress(chat)
    if attempt is None:
        return _claim_new_attempt(deps, request, docs, read, chat)
    continued = requests.continue_attempt(chat, attempt, request)
    return Decision(attempt, () if attempt.intent_id else (continued,))


def _open_session(deps: ChatDeps, request: HoldRequest, now: datetime, docs: Docs) -> Decision[Attempt]:
    if request.consultant_id is None:
        raise Refusal(Code.INVALID_ARGUMENT, fields={"consultantId": "missing"})
    offer = terms_of(docs, request.consultant_id, request.user_id, deps.terms)
    session = requests.open_session(request, request.consultant_id, now, offer)
    return Decision(session.current, (session, _spent(request, docs, now)))


def _claim_new_attempt(
    deps: ChatDeps, request: HoldRequest, docs: Docs, read: ChatState, chat: ChatState
) -> Decision[Attempt]:
    offer = terms_of(docs, chat.session.consultant_id, request.user_id, deps.terms)
    change = requests.new_attempt(replace(chat, terms=offer), request)
    guards = tuple(hold for hold in change.holds if _may_change(hold) or hold != read.holds[hold.id])
    claimed = all_writes(read, replace(change, holds=guards))
    return Decision(requests.claimed_attempt(change.session), (*claimed, _spent(request, docs, chat.now)))


def _may_change(hold: Hold) -> bool:
    """Whether a hold that the decision rests on may still change: it is written too, so that it has not."""
    return hold.status not in (HoldStatus.CAPTURED, HoldStatus.CANCELED)


def _spent(request: HoldRequest, docs: Docs, now: datetime) -> Limits:
    ref = _limits_ref(request)
    return spend(docs.get(ref), ref.id, now)


# --- the PaymentIntent


def _continue(deps: ChatDeps, intent_id: str, docs: Docs) -> Created | None:
    """The attempt's PaymentIntent as Stripe has it now; None if it is canceled or out of reach: a new one is due."""
    refreshed = refresh(deps, intent_id, docs)
    if isinstance(refreshed, NotRefreshed):
        if not is_out_of_reach(refreshed.failure):
            raise Refusal(Code.PAYMENT_UNAVAILABLE)
        record_not_refreshed(deps, refreshed, docs)
        return None
    change = refreshed.changed.result
    if change.hold.status is HoldStatus.CANCELED:
        return None
    return _answer(change.hold, change.session, refreshed.snapshot)


def _create_at_stripe(deps: ChatDeps, claimed: Changed[Attempt]) -> Created:
    attempt = claimed.result
    if attempt.intent_id is not None:
        raise Refusal(Code.BUSY)
    answer = deps.stripe.create(attempt)
    if isinstance(answer, Done):
        change = _record(deps, claimed, answer.snapshot)
        return _answer(change.hold, change.session, answer.snapshot)
    logs.write("ERROR", "create failed", sessionId=attempt.session_id, attempt=attempt.number, answer=repr(answer))
    if isinstance(answer, Refused):
        _drop_claim(deps, claimed)
    raise Refusal(Code.PAYMENT_UNAVAILABLE)


def _record(deps: ChatDeps, claimed: Changed[Attempt], snapshot: PaymentIntentSnapshot) -> ChatChange:
    """Put the PaymentIntent on record beside its session, unless the webhook has been faster."""
    ref, session_id, now = Ref(Hold, snapshot.id), claimed.result.session_id, deps.now()

    def decide(docs: Docs) -> Decision[ChatChange]:
        chat = chat_about(deps, docs, snapshot.id, now, session_id=session_id)
        if chat is None:
            raise KeyError(session_id)
        return decided(chat, partial(apply_snapshot, snapshot=snapshot))

    known = claimed.docs.plus(Docs({ref: Found(None)}))
    refs: Refs = [ref, Ref(ChatSession, session_id)]
    changed = deps.store.change(refs, decide, then=chat_of(snapshot.id, session_id), known=known)
    logs.alerts(changed.result.alerts)
    return changed.result


def _drop_claim(deps: ChatDeps, claimed: Changed[Attempt]) -> None:
    """Stripe refused for good: this attempt's key would only replay the refusal, so the next call is a new attempt."""
    ref = Ref(ChatSession, claimed.result.session_id)

    def decide(docs: Docs) -> Decision[None]:
        session = requests.drop_claim(docs[ref], claimed.result.number)
        return Decision(None, () if session == docs[ref] else (session,))

    deps.store.change([ref], decide, known=claimed.docs)


def _answer(hold: Hold, session: ChatSession, snapshot: PaymentIntentSnapshot) -> Created:
    """The client secret is handed out only for the current hold or the next, with no operation on it or due."""
    if hold.id not in (session.intent_id, session.next_intent_id) or hold.operation is not None:
        raise Refusal(Code.BUSY)
    if hold.cancel_reason is not None or snapshot.client_secret is None or session.status is SessionStatus.CANCELED:
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    return Created(hold, snapshot.client_secret)
