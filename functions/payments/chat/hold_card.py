"""Hold the price of a chat on a card: claim an attempt, create its PaymentIntent, put it on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from payments.chat.finish_hold import look
from payments.chat.repository import Settled, chat_of, hold_ref, next_in, seen_on, session_ref, terms_of, writes
from payments.core import logs
from payments.core.limits import Action, Limits, limits_id, spend
from payments.core.refusals import Code, Refusal
from payments.core.store import Changed, Decision, Docs, Found, Ref, Refs
from payments.domain.chat import requests
from payments.domain.chat.change import Moved, is_current
from payments.domain.chat.extension import begin, is_next
from payments.domain.chat.records import Attempt, Consultant, Hold, Session, Terms
from payments.domain.chat.requests import Ask, give_up_claim
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.ports import Deps
from payments.stripe_model.answers import Done, Refused
from payments.stripe_model.snapshots import Observed


def claim(deps: Deps, ask: Ask) -> Changed[Attempt]:
    """Put the attempt on record: a new session's first, a new one, or the one under way once more.

    Where a PaymentIntent is on record already, nothing is claimed: Stripe has to be asked about it first.
    """
    return deps.store.change(
        _first(ask), lambda docs: _decide(docs, ask, deps.now(), deps.config.terms), then=_then(ask)
    )


def _first(ask: Ask) -> Refs:
    refs: list[Ref[Any]] = [session_ref(ask.session_id), _limits_ref(ask)]
    return [*refs, Ref(Consultant, ask.consultant_id)] if ask.consultant_id else refs


def _limits_ref(ask: Ask) -> Ref[Limits]:
    return Ref(Limits, limits_id(Action.PAYMENT, ask.user_id))


def _then(ask: Ask) -> Callable[[Docs], Refs]:
    def then(docs: Docs) -> Refs:
        session = docs.get(session_ref(ask.session_id))
        if session is None:
            return []
        ids = (session.intent_id, session.used_intent_id, session.next_intent_id)
        return [Ref(Consultant, session.consultant_id), *(hold_ref(intent_id) for intent_id in ids if intent_id)]

    return then


def _decide(docs: Docs, ask: Ask, now: datetime, terms: Terms) -> Decision[Attempt]:
    session = docs.get(session_ref(ask.session_id))
    if session is None:
        return _open(docs, ask, now, terms)
    requests.check_asker(session, ask)
    read = next_in(docs, session)
    session, next_hold = begin(session, read, now)
    attempt = requests.attempt_under_way(session, next_hold, now)
    if attempt is None:
        begun = next_hold if next_hold != read else None
        return _again(docs, session, begun, ask, now, terms)
    after = requests.same_attempt(session, attempt, ask, now)
    return Decision(attempt, () if attempt.intent_id else (after,))


def _open(docs: Docs, ask: Ask, now: datetime, terms: Terms) -> Decision[Attempt]:
    if ask.consultant_id is None:
        raise Refusal(Code.INVALID_ARGUMENT, fields={"consultantId": "missing"})
    offer = terms_of(docs, ask.consultant_id, ask.user_id, terms)
    session = requests.open_session(ask, ask.consultant_id, now, offer)
    return Decision(session.current, (session, _spent(docs, ask, now)))


def _again(
    docs: Docs, session: Session, begun: Hold | None, ask: Ask, now: datetime, terms: Terms
) -> Decision[Attempt]:
    earlier = {hold.id: hold for hold in _earlier(docs, session)} | ({begun.id: begun} if begun else {})
    offer = terms_of(docs, session.consultant_id, ask.user_id, terms)
    after = requests.new_attempt(session, earlier.values(), ask, now, offer)
    unsettled = [hold for hold in earlier.values() if hold == begun or _may_move(hold)]
    return Decision(requests.claimed_by(after), (after, _spent(docs, ask, now), *unsettled))


def _earlier(docs: Docs, session: Session) -> list[Hold]:
    ids = {intent_id for intent_id in (session.intent_id, session.used_intent_id) if intent_id}
    return [hold for intent_id in ids if (hold := docs.get(hold_ref(intent_id)))]


def _may_move(hold: Hold) -> bool:
    """Whether a hold that the decision rests on may still move: it is written too, so that it has not."""
    return hold.status not in (HoldStatus.CAPTURED, HoldStatus.CANCELED)


def _spent(docs: Docs, ask: Ask, now: datetime) -> Limits:
    ref = _limits_ref(ask)
    return spend(docs.get(ref), ref.id, now)


@dataclass(frozen=True, slots=True)
class Created:
    """A hold to be paid: what the PaymentSheet needs. The client secret is for the payer alone."""

    hold: Hold
    client_secret: str = field(repr=False)


def create(deps: Deps, ask: Ask) -> Created:
    """Hold the price of a chat on the payer's card (H-03): a new session, the attempt under way, or a new one (H-10).

    While the chat runs, the hold is for the time after it: the chat then goes on without a gap.
    Raises `price_changed`, `consultant_unavailable`, `session_not_yours`, `session_in_progress`, `already_extended`,
    `previous_unpaid`, `busy`, `too_many_attempts`, `payment_unavailable` (the same call again is safe).
    """
    claimed = claim(deps, ask)
    if claimed.result.intent_id is not None:
        created = _continue(deps, claimed.result.intent_id, claimed.docs)
        if created is not None:
            return created
        claimed = claim(deps, ask)
    return _begin(deps, claimed)


def _continue(deps: Deps, intent_id: str, docs: Docs) -> Created | None:
    """The attempt's PaymentIntent as Stripe has it now; None where that is over, so that a new attempt is due."""
    settled, seen = look(deps, intent_id, docs)
    if settled is None or seen is None:
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    if settled.hold.status is HoldStatus.CANCELED:
        return None
    return _answer(settled.hold, settled.session, seen)


def _begin(deps: Deps, claimed: Changed[Attempt]) -> Created:
    attempt = claimed.result
    if attempt.intent_id is not None:
        raise Refusal(Code.BUSY)
    answer = deps.gateway.create(attempt)
    if isinstance(answer, Done):
        settled = _settle(deps, claimed, answer.seen)
        return _answer(settled.hold, settled.session, answer.seen)
    logs.write("ERROR", "create failed", sessionId=attempt.session_id, attempt=attempt.number, answer=repr(answer))
    if isinstance(answer, Refused):
        _give_up(deps, claimed)
    raise Refusal(Code.PAYMENT_UNAVAILABLE)


def _settle(deps: Deps, claimed: Changed[Attempt], seen: Observed) -> Settled:
    """Put the PaymentIntent on record beside its session, unless the webhook has been faster."""
    ref = hold_ref(seen.id)
    session_id = claimed.result.session_id

    def decide(docs: Docs) -> Decision[Moved]:
        now = deps.now()
        session, hold = docs[session_ref(session_id)], docs.get(ref)
        moved = seen_on(docs, session, hold, seen, now, deps.config.terms)
        return Decision(moved, writes(docs, moved, now))

    unseen = claimed.docs.plus(Docs({ref: Found(None)}))
    then = chat_of(seen.id, session_id)
    changed = deps.store.change([ref, session_ref(session_id)], decide, then=then, seen=unseen)
    logs.alerts(changed.result.alerts)
    return Settled(changed.result.hold, changed.result.session, changed.docs)


def _give_up(deps: Deps, claimed: Changed[Attempt]) -> None:
    """Stripe refused for good: this attempt's key would only replay the refusal, so the next call is a new attempt."""
    ref = session_ref(claimed.result.session_id)

    def decide(docs: Docs) -> Decision[None]:
        session = give_up_claim(docs[ref], claimed.result.number)
        return Decision(None, () if session == docs[ref] else (session,))

    deps.store.change([ref], decide, seen=claimed.docs)


def _answer(hold: Hold, session: Session, seen: Observed) -> Created:
    """The client secret is handed out only for the current hold or the next, with nothing being done to it."""
    if not (is_current(hold, session) or is_next(hold, session)) or hold.operation is not None:
        raise Refusal(Code.BUSY)
    if hold.cancel_reason is not None or seen.client_secret is None or session.status is SessionStatus.CANCELED:
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    return Created(hold, seen.client_secret)
