"""Stripe's events: which are listened to, and what handles each. However often one is delivered, it counts once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from payments.core.processed_events import EventChange, Outcome, commit_once
from payments.jobs import handlers
from payments.jobs.port import JobDeps
from payments.stripe_model.events import Event

#: A handler says what an event changes, None if it is not ours; or it has committed already, and says how it went.
Handler = Callable[[JobDeps, Event], EventChange | Outcome | None]

#: Every event that is listened to; the command that registers the endpoint subscribes to exactly these.
LISTENED: Final[Mapping[str, Handler]] = {
    "payment_intent.amount_capturable_updated": handlers.payment_intent,
    "payment_intent.succeeded": handlers.payment_intent,
    "payment_intent.canceled": handlers.payment_intent,
    "payment_intent.payment_failed": handlers.payment_intent,
    "checkout.session.completed": handlers.checkout_session,
    "checkout.session.async_payment_succeeded": handlers.checkout_session,
    "checkout.session.async_payment_failed": handlers.checkout_session,
    "checkout.session.expired": handlers.checkout_session,
    "charge.succeeded": handlers.charge_succeeded,
    "charge.expired": handlers.charge_expired,
    "charge.refunded": handlers.reversals,
    "charge.refund.updated": handlers.reversals,
    "refund.created": handlers.reversals,
    "refund.updated": handlers.reversals,
    "refund.failed": handlers.reversals,
    "charge.dispute.created": handlers.reversals,
    "charge.dispute.updated": handlers.reversals,
    "charge.dispute.closed": handlers.reversals,
    "charge.dispute.funds_withdrawn": handlers.reversals,
    "charge.dispute.funds_reinstated": handlers.reversals,
    "radar.early_fraud_warning.created": handlers.suspicion,
    "review.opened": handlers.suspicion,
}

#: The events of refunds and disputes.
REVERSALS: Final = tuple(name for name, handler in LISTENED.items() if handler is handlers.reversals)

#: The events that nothing but an event tells of: `reconcilePayments` looks for them.
RECONCILED: Final = (*REVERSALS, *(name for name, handler in LISTENED.items() if handler is handlers.suspicion))


def handle(deps: JobDeps, event: Event) -> Outcome:
    """Process one verified event, once. Raises `Refusal(busy)` if Stripe has to send it again."""
    handler = LISTENED.get(event.type)
    if handler is None:
        return Outcome.NOT_LISTENED_TO
    if event.is_another_accounts or event.livemode is not deps.livemode:
        return Outcome.NOT_OURS
    change = handler(deps, event)
    return change if isinstance(change, Outcome) else commit_once(deps.store, event, change, deps.now())
