"""What each Stripe event means, and the de-duplication of their deliveries.

A fact about a hold is taken from the event itself, for it only moves a hold forward; refunds and disputes are read
again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from payments.chat.repository import (
    all_writes,
    chat_in,
    chat_of,
    decided_on_hold,
    hold_ref,
    seen_on,
    session_ref,
    writes,
)
from payments.core import logs
from payments.core.alerts import Alert
from payments.core.processed_events import Outcome, mark, mark_ref
from payments.core.store import Decision, Docs, Ref, Refs
from payments.domain.chat.adoption import belongs
from payments.domain.chat.apply_snapshot import given_back, learn_window, record, said_of
from payments.domain.chat.change import Moved
from payments.domain.chat.records import Hold, Session
from payments.domain.shop.ledger import Payment, give_back
from payments.ports import Deps
from payments.shop import on_event
from payments.stripe_model.answers import Done
from payments.stripe_model.events import Event
from payments.stripe_model.reversals import MoneyBack
from payments.stripe_model.snapshots import ChargeNote, Money, Observed

#: How often refunds are read again because the hold has changed meanwhile.
TRIES: Final = 5
Handler = Callable[[Deps, Event], Outcome]
#: What an event means for a chat and, where there is a record of it, its hold; None where it is not one of ours.
Decide = Callable[[Docs, Session, Hold | None, datetime], Moved | None]


def handle(deps: Deps, event: Event) -> Outcome:
    """Deal with one verified event, once, however often it comes. Raises `Refusal(busy)` where it has to come again."""
    handler = LISTENED.get(event.type)
    if handler is None:
        return Outcome.NOT_LISTENED_TO
    if event.is_another_accounts or event.livemode is not deps.config.livemode:
        return Outcome.NOT_OURS
    return handler(deps, event)


@dataclass(frozen=True, slots=True)
class _Dealt:
    outcome: Outcome
    alerts: tuple[Alert, ...] = ()


def _intent_moved(deps: Deps, event: Event) -> Outcome:
    """A PaymentIntent has been authorized, captured or canceled, or a try to pay it has failed."""
    seen = event.about
    if not isinstance(seen, Observed):
        return Outcome.NOT_OURS
    if seen.order_id and not seen.session_id:
        return on_event.intent_moved(deps, event, seen)

    def decide(docs: Docs, session: Session, hold: Hold | None, now: datetime) -> Moved | None:
        is_ours = hold is not None or belongs(session, seen)
        return seen_on(docs, session, hold, seen, now, deps.config.terms) if is_ours else None

    return _once(deps, event, seen.id, decide, seen.session_id)


def _window_known(deps: Deps, event: Event) -> Outcome:
    """A card has been charged: the charge says until when an authorization can be captured."""
    note = event.about
    if not isinstance(note, ChargeNote) or note.is_captured or note.capture_before is None:
        return Outcome.NOT_OURS
    before, terms = note.capture_before, deps.config.terms

    def decide(docs: Docs, session: Session, hold: Hold | None, now: datetime) -> Moved | None:
        if hold is None:
            return None
        return decided_on_hold(
            docs, session, hold, now, lambda session, hold: Moved(session, (learn_window(hold, before, now, terms),))
        )

    return _once(deps, event, note.intent_id, decide, note.session_id)


def _authorization_expired(deps: Deps, event: Event) -> Outcome:
    """Stripe has let an authorization expire."""
    note = event.about
    if not isinstance(note, ChargeNote) or note.is_captured:
        return Outcome.NOT_OURS

    def decide(docs: Docs, session: Session, hold: Hold | None, now: datetime) -> Moved | None:
        if hold is None:
            return None
        said = said_of(hold, Money.CANCELED, event.at)
        return seen_on(docs, session, hold, said, now, deps.config.terms)

    return _once(deps, event, note.intent_id, decide, note.session_id)


def charged_intent(event: Event) -> str | None:
    """The id of the PaymentIntent whose charge, refund or dispute an event is about."""
    about = event.about.intent_id if isinstance(event.about, ChargeNote) else event.about
    return about if isinstance(about, str) else None


def _money_moved_back(deps: Deps, event: Event) -> Outcome:
    """A refund or a dispute: read from Stripe after the records and before the commit, so that the newest one stays."""
    intent_id = charged_intent(event)
    if intent_id is None:
        return Outcome.NOT_OURS
    for _ in range(TRIES):
        refs: Refs = [mark_ref(event), hold_ref(intent_id), Ref(Payment, intent_id)]
        docs = deps.store.read(refs, chat_of(intent_id))
        if docs.get(mark_ref(event)) is not None:
            return Outcome.DUPLICATE
        written = _written_back(deps, docs, intent_id)
        if isinstance(written, Outcome):
            return written
        if deps.store.commit_if_unchanged(docs, (mark(deps, event, intent_id), *written.records)):
            logs.alerts(written.alerts)
            return Outcome.DONE
    return Outcome.RETRY


@dataclass(frozen=True, slots=True)
class _Written:
    records: tuple[Any, ...]
    alerts: tuple[Alert, ...]


def _written_back(deps: Deps, docs: Docs, intent_id: str) -> _Written | Outcome:
    """What a refund or a dispute of this PaymentIntent leaves to be written: on a hold, or on an order's payment."""
    hold, payment, now = docs.get(hold_ref(intent_id)), docs.get(Ref(Payment, intent_id)), deps.now()
    if hold is not None:
        moved = _read_again(deps, docs, hold, now)
        return _Written(all_writes(docs, moved, now), moved.alerts) if moved else Outcome.RETRY
    if payment is None:
        return on_event.payment_unknown(deps, intent_id)
    money = deps.gateway.money_back(intent_id)
    if not isinstance(money, MoneyBack):
        return Outcome.RETRY
    after, alerts = give_back(payment, money, now)
    return _Written((after, *alerts), alerts)


def _read_again(deps: Deps, docs: Docs, hold: Hold, now: datetime) -> Moved | None:
    """The hold as Stripe has it now. A charge never captured has nothing to give back: its refund is a release."""
    answer = deps.gateway.retrieve(hold.id)
    if not isinstance(answer, Done):
        return None
    moved = seen_on(docs, chat_in(docs, hold), hold, answer.seen, now, deps.config.terms)
    if answer.seen.money is not Money.CAPTURED:
        return moved
    money = deps.gateway.money_back(hold.id)
    if not isinstance(money, MoneyBack):
        return None
    after, alerts = record(moved.hold, money, now)
    after, session = given_back(after, moved.session, now)
    return Moved(session, (after, *moved.holds[1:]), moved.alerts + alerts)


def _once(
    deps: Deps,
    event: Event,
    intent_id: str,
    decide: Decide,
    session_id: str,
) -> Outcome:
    """Write the change and the mark that the event has been dealt with in one commit, so that the two can't differ.

    The session that the metadata names is read in the same batch; the hold's own, if it is another, after it.
    """
    marker = mark_ref(event)

    def decision(docs: Docs) -> Decision[_Dealt]:
        if docs.get(marker) is not None:
            return Decision(_Dealt(Outcome.DUPLICATE))
        now = deps.now()
        hold = docs.get(hold_ref(intent_id))
        named = docs.get(session_ref(session_id)) if session_id else None
        session = chat_in(docs, hold) if hold else named
        moved = decide(docs, session, hold, now) if session else None
        if moved is None:
            return Decision(_Dealt(Outcome.NOT_OURS))
        return Decision(_Dealt(Outcome.DONE, moved.alerts), (mark(deps, event, intent_id), *writes(docs, moved, now)))

    refs: Refs = [marker, hold_ref(intent_id), *([session_ref(session_id)] if session_id else [])]
    dealt = deps.store.change(refs, decision, then=chat_of(intent_id, session_id)).result
    logs.alerts(dealt.alerts)
    return dealt.outcome


#: Every event that is listened to; the command that registers the endpoint subscribes to exactly these.
LISTENED: Final[Mapping[str, Handler]] = {
    "payment_intent.amount_capturable_updated": _intent_moved,
    "payment_intent.succeeded": _intent_moved,
    "payment_intent.canceled": _intent_moved,
    "payment_intent.payment_failed": _intent_moved,
    "checkout.session.completed": on_event.page_moved,
    "checkout.session.async_payment_succeeded": on_event.page_moved,
    "checkout.session.async_payment_failed": on_event.page_moved,
    "checkout.session.expired": on_event.page_moved,
    "charge.succeeded": _window_known,
    "charge.expired": _authorization_expired,
    "charge.refunded": _money_moved_back,
    "charge.refund.updated": _money_moved_back,
    "refund.created": _money_moved_back,
    "refund.updated": _money_moved_back,
    "refund.failed": _money_moved_back,
    "charge.dispute.created": _money_moved_back,
    "charge.dispute.updated": _money_moved_back,
    "charge.dispute.closed": _money_moved_back,
    "charge.dispute.funds_withdrawn": _money_moved_back,
    "charge.dispute.funds_reinstated": _money_moved_back,
}
#: Those of refunds and disputes.
MONEY_BACK: Final = tuple(name for name, handler in LISTENED.items() if handler is _money_moved_back)
