"""The handlers of Stripe's events: each takes what the event is about, and the chat or the shop says what changes."""

from __future__ import annotations

from typing import Final

from payments.chat import on_event as chat_events
from payments.chat.repository import chat_of
from payments.core import logs
from payments.core.alerts import Alert
from payments.core.processed_events import EventChange, HasAlerts, Outcome, Raised, mark, processed_ref, raise_once
from payments.core.store import Decision, Docs, Ref, Refs
from payments.domain.chat.records import Hold
from payments.domain.shop.ledger import Payment
from payments.jobs.bring_up_to_date import Result, bring_up_to_date
from payments.jobs.port import JobDeps
from payments.shop import on_event as shop_events
from payments.stripe_model.answers import Done, is_unknown
from payments.stripe_model.events import Event
from payments.stripe_model.reversals import Reversals, alerts_for
from payments.stripe_model.snapshots import ChargeSnapshot, CheckoutSession, IntentStatus, PaymentIntentSnapshot
from payments.stripe_model.suspicions import Suspicion

#: How often refunds are read again because their document has changed meanwhile.
TRIES: Final = 5


def payment_intent(deps: JobDeps, event: Event) -> EventChange | None:
    """A PaymentIntent was authorized, captured or canceled, or a try to pay it failed."""
    snapshot = event.about
    if not isinstance(snapshot, PaymentIntentSnapshot):
        return None
    # Its metadata says whose it is.
    if snapshot.order_id and not snapshot.session_id:
        return shop_events.payment_intent(deps.shop, snapshot)
    return chat_events.payment_intent(deps.chat, snapshot)


def checkout_session(deps: JobDeps, event: Event) -> EventChange | None:
    """A Checkout Session was completed or has expired, or its delayed payment has come or failed."""
    if not isinstance(event.about, CheckoutSession):
        return None
    has_failed = event.type == "checkout.session.async_payment_failed"
    return shop_events.checkout_session(deps.shop, event.about, has_failed=has_failed)


def charge_succeeded(deps: JobDeps, event: Event) -> EventChange | None:
    """A card was charged: the charge says until when its authorization can be captured."""
    charge = event.about
    return chat_events.charge_succeeded(deps.chat, charge) if isinstance(charge, ChargeSnapshot) else None


def charge_expired(deps: JobDeps, event: Event) -> EventChange | None:
    """Stripe let an authorization expire."""
    charge = event.about
    return chat_events.charge_expired(deps.chat, charge, event.at) if isinstance(charge, ChargeSnapshot) else None


def charged_intent(event: Event) -> str | None:
    """The id of the PaymentIntent whose charge, refund, dispute or suspicion an event is about."""
    about = event.about.intent_id if isinstance(event.about, ChargeSnapshot | Suspicion) else event.about
    return about if isinstance(about, str) else None


def reversals(deps: JobDeps, event: Event) -> Outcome:
    """A refund or a dispute: read from Stripe after the records and before the commit, so that the newest one stays."""
    intent_id = charged_intent(event)
    if intent_id is None:
        return Outcome.NOT_OURS
    refs: Refs = [processed_ref(event), Ref(Hold, intent_id), Ref(Payment, intent_id)]
    for _ in range(TRIES):
        docs = deps.store.read(refs, chat_of(intent_id))
        if docs.get(processed_ref(event)) is not None:
            return Outcome.DUPLICATE
        decided: Decision[HasAlerts] | Outcome
        payment = docs.get(Ref(Payment, intent_id))
        if docs.get(Ref(Hold, intent_id)) is not None:
            decided = chat_events.reversals(deps.chat, docs, intent_id)
        elif payment is not None:
            decided = shop_events.reversals(deps.shop, payment)
        else:
            decided = _without_a_record(deps, intent_id)
        if isinstance(decided, Outcome):
            return decided
        if deps.store.commit_if_unchanged(docs, (mark(event, intent_id, deps.now()), *decided.writes)):
            logs.alerts(decided.result.alerts)
            return Outcome.DONE
    return Outcome.RETRY


def _without_a_record(deps: JobDeps, intent_id: str) -> Outcome:
    """A refund or a dispute of a payment that is not on record: not ours, not recorded yet, or its documents are gone.

    If its chat or order is on record, so is the payment from here on: Stripe sends this event again, and it counts.
    """
    answer = deps.chat.stripe.retrieve(intent_id)
    if is_unknown(answer):
        logs.write("ERROR", "payment unknown at Stripe", intentId=intent_id)
        return Outcome.UNKNOWN_AT_STRIPE
    if not isinstance(answer, Done):
        return Outcome.RETRY
    snapshot = answer.snapshot
    if not (snapshot.order_id or snapshot.session_id) or snapshot.app not in ("", deps.chat.app):
        return Outcome.NOT_OURS
    result = bring_up_to_date(deps, snapshot)
    if result not in (Result.NOTHING, Result.TOLD):
        return Outcome.RETRY
    if snapshot.app == "" or snapshot.status is not IntentStatus.CAPTURED:
        return Outcome.NOT_OURS
    return _tell_reversals(deps, snapshot)


def _tell_reversals(deps: JobDeps, snapshot: PaymentIntentSnapshot) -> Outcome:
    """A dispute of money that has no record waits for an answer all the same; no record keeps its state."""
    found = deps.chat.stripe.reversals(snapshot.id)
    if not isinstance(found, Reversals):
        return Outcome.RETRY
    alerts = [
        Alert(
            kind=kind,
            intent_id=snapshot.id,
            session_id=snapshot.session_id or None,
            order_id=snapshot.order_id or None,
            amount=snapshot.amount_received,
            currency=snapshot.currency,
            text=f"{text}; the payment is not on record",
            at=deps.now(),
        )
        for kind, text in alerts_for(0, None, found)
    ]
    raise_once(deps.store, *alerts)
    return Outcome.UNKNOWN_PAYMENT


def suspicion(deps: JobDeps, event: Event) -> EventChange | Outcome | None:
    """A payment may be fraud: raised to a person if it is a hold's or an order's, and there is something to do."""
    about = event.about
    if not isinstance(about, Suspicion):
        return None
    hold_ref, payment_ref = Ref(Hold, about.intent_id), Ref(Payment, about.intent_id)
    docs = deps.store.read([hold_ref, payment_ref])
    if docs.get(hold_ref) is None and docs.get(payment_ref) is None:
        return _without_a_record(deps, about.intent_id)

    def decide(docs: Docs) -> Decision[Raised]:
        hold, payment = docs.get(hold_ref), docs.get(payment_ref)
        raised = chat_events.suspected(deps.chat, hold, about) if hold else ()
        raised += shop_events.suspected(deps.shop, payment, about) if payment else ()
        return Decision(Raised(raised), raised)

    return EventChange(about.intent_id, [hold_ref, payment_ref], decide)
