"""Claiming an attempt to pay for a session: the first half of `createPaymentIntent`, before Stripe is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from .domain import asking
from .domain.asking import Ask
from .domain.extension import begin
from .domain.limits import Action, Limits, limits_id, spend
from .domain.records import Attempt, Consultant, Hold, Session, Terms
from .domain.refusals import Code, Refusal
from .domain.states import HoldStatus
from .pairs import hold_ref, next_in, session_ref
from .ports import Changed, Decision, Deps, Docs, Ref, Refs


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
    asking.check_asker(session, ask)
    read = next_in(docs, session)
    session, next_hold = begin(session, read, now)
    attempt = asking.attempt_under_way(session, next_hold, now)
    if attempt is None:
        begun = next_hold if next_hold != read else None
        return _again(docs, session, begun, ask, now, terms)
    after = asking.same_attempt(session, attempt, ask, now)
    return Decision(attempt, () if attempt.intent_id else (after,))


def _open(docs: Docs, ask: Ask, now: datetime, terms: Terms) -> Decision[Attempt]:
    if ask.consultant_id is None:
        raise Refusal(Code.INVALID_ARGUMENT, fields={"consultantId": "missing"})
    offer = terms_of(docs, ask.consultant_id, ask.user_id, terms)
    session = asking.open_session(ask, ask.consultant_id, now, offer)
    return Decision(session.current, (session, _spent(docs, ask, now)))


def _again(
    docs: Docs, session: Session, begun: Hold | None, ask: Ask, now: datetime, terms: Terms
) -> Decision[Attempt]:
    earlier = {hold.id: hold for hold in _earlier(docs, session)} | ({begun.id: begun} if begun else {})
    offer = terms_of(docs, session.consultant_id, ask.user_id, terms)
    after = asking.new_attempt(session, earlier.values(), ask, now, offer)
    unsettled = [hold for hold in earlier.values() if hold == begun or _may_move(hold)]
    return Decision(asking.claimed_by(after), (after, _spent(docs, ask, now), *unsettled))


def _earlier(docs: Docs, session: Session) -> list[Hold]:
    ids = {intent_id for intent_id in (session.intent_id, session.used_intent_id) if intent_id}
    return [hold for intent_id in ids if (hold := docs.get(hold_ref(intent_id)))]


def _may_move(hold: Hold) -> bool:
    """Whether a hold that the decision rests on may still move: it is written too, so that it has not."""
    return hold.status not in (HoldStatus.CAPTURED, HoldStatus.CANCELED)


def _spent(docs: Docs, ask: Ask, now: datetime) -> Limits:
    ref = _limits_ref(ask)
    return spend(docs.get(ref), ref.id, now)


def terms_of(docs: Docs, consultant_id: str, payer: str, terms: Terms) -> Terms:
    """What this consultant's time costs (H-08). Raises `consultant_unavailable`."""
    consultant = docs.get(Ref(Consultant, consultant_id))
    if consultant is None or not consultant.active or consultant_id == payer:
        raise Refusal(Code.CONSULTANT_UNAVAILABLE)
    return terms if consultant.price is None else replace(terms, price=consultant.price)
