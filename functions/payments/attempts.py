"""Claiming an attempt to pay for a session: the first half of `createPaymentIntent`, before Stripe is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from .domain import asking
from .domain.asking import Ask
from .domain.limits import spend
from .domain.records import Consultant, Hold, Limits, Session, Terms
from .domain.refusals import Code, Refusal
from .domain.states import HoldStatus
from .pairs import hold_ref, session_ref
from .ports import Changed, Decision, Deps, Docs, Ref, Refs


def claim(deps: Deps, ask: Ask) -> Changed[Session]:
    """Put the attempt on record: a new session's first, a new one, or the one under way once more.

    Where a PaymentIntent is on record already, nothing is written: Stripe has to be asked about it first.
    """
    return deps.store.change(
        _first(ask), lambda docs: _decide(docs, ask, deps.now(), deps.config.terms), then=_then(ask)
    )


def _first(ask: Ask) -> Refs:
    refs: list[Ref[Any]] = [session_ref(ask.session_id), Ref(Limits, ask.user_id)]
    return [*refs, Ref(Consultant, ask.consultant_id)] if ask.consultant_id else refs


def _then(ask: Ask) -> Callable[[Docs], Refs]:
    def then(docs: Docs) -> Refs:
        session = docs.get(session_ref(ask.session_id))
        if session is None:
            return []
        return [Ref(Consultant, session.consultant_id), *(hold_ref(intent_id) for intent_id in _earlier_ids(session))]

    return then


def _earlier_ids(session: Session) -> set[str]:
    return {intent_id for intent_id in (session.intent_id, session.used_intent_id) if intent_id}


def _decide(docs: Docs, ask: Ask, now: datetime, terms: Terms) -> Decision[Session]:
    session = docs.get(session_ref(ask.session_id))
    if session is None:
        return _open(docs, ask, now, terms)
    asking.check_asker(session, ask)
    if asking.is_new_attempt(session, now):
        return _again(docs, session, ask, now, terms)
    if session.intent_id is not None:
        asking.check_amount(ask, session.amount, session.currency)
        return Decision(session)
    repeated = asking.same_attempt(session, ask, now)
    return Decision(repeated, (repeated,))


def _open(docs: Docs, ask: Ask, now: datetime, terms: Terms) -> Decision[Session]:
    if ask.consultant_id is None:
        raise Refusal(Code.INVALID_ARGUMENT, fields={"consultantId": "missing"})
    offer = _terms_of(docs, ask.consultant_id, ask.user_id, terms)
    session = asking.open_session(ask, ask.consultant_id, now, offer)
    return Decision(session, (session, _spent(docs, ask, now)))


def _again(docs: Docs, session: Session, ask: Ask, now: datetime, terms: Terms) -> Decision[Session]:
    earlier = [hold for intent_id in _earlier_ids(session) if (hold := docs.get(hold_ref(intent_id)))]
    offer = _terms_of(docs, session.consultant_id, ask.user_id, terms)
    attempt = asking.next_attempt(session, earlier, ask, now, offer)
    return Decision(attempt, (attempt, _spent(docs, ask, now), *_unsettled(earlier)))


def _unsettled(earlier: list[Hold]) -> list[Hold]:
    """Holds that the decision rests on and that may still move: written too, so that they have not."""
    return [hold for hold in earlier if hold.status not in (HoldStatus.CAPTURED, HoldStatus.CANCELED)]


def _spent(docs: Docs, ask: Ask, now: datetime) -> Limits:
    return spend(docs.get(Ref(Limits, ask.user_id)), ask.user_id, now)


def _terms_of(docs: Docs, consultant_id: str, payer: str, terms: Terms) -> Terms:
    """What this consultant's time costs (H-08). Raises `consultant_unavailable`."""
    consultant = docs.get(Ref(Consultant, consultant_id))
    if consultant is None or not consultant.active or consultant_id == payer:
        raise Refusal(Code.CONSULTANT_UNAVAILABLE)
    return terms if consultant.price is None else replace(terms, price=consultant.price)
