"""What Stripe has not answered about an order: since when, why, and the alert while the order can still be paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from payments.core.alerts import UNKNOWN_TEXT, Alert, AlertKind
from payments.domain.shop.orders import Order
from payments.stripe_model.answers import ANSWERED, Failure, FailureKind, kind_of, why
from payments.stripe_model.identity import StripeIdentity


@dataclass(frozen=True, slots=True)
class OrderFailure:
    """An order after Stripe was asked about it in vain, and the alerts to raise."""

    order: Order
    alerts: tuple[Alert, ...] = ()


def is_other_accounts(order: Order, stripe: StripeIdentity) -> bool:
    """Whether another account or mode than the key's has certainly opened the order's page."""
    return stripe.certainly_differs(order.made_by)


def note_failure(
    order: Order, failure: Failure, stripe: StripeIdentity, now: datetime, patience: timedelta
) -> OrderFailure:
    """The order with the failure on record. A page that its own account does not know is not asked about again."""
    reason = why(failure)
    order = replace(order, unanswered_since=order.unanswered_since or now, unanswered_why=reason)
    if kind_of(failure) is FailureKind.UNKNOWN and stripe.is_certainly(order.made_by):
        rested = replace(order, **ANSWERED, due_at=None)
        return OrderFailure(rested, (_alert(AlertKind.UNKNOWN_AT_STRIPE, rested, UNKNOWN_TEXT, now),))
    is_only_a_test = order.livemode is False and stripe.livemode is True
    is_old = order.unanswered_since is not None and now >= order.unanswered_since + patience
    if order.stuck_at is not None or is_only_a_test or not is_old:
        return OrderFailure(order)
    text = f"its Checkout page has not been answered about since {order.unanswered_since:%Y-%m-%d %H:%M} UTC ({reason})"
    return OrderFailure(replace(order, stuck_at=now), (_alert(AlertKind.STUCK, order, text, now),))


def answered(order: Order, now: datetime) -> OrderFailure:
    """The order about which Stripe has answered, and its alert closed."""
    if order.stuck_at is None:
        return OrderFailure(replace(order, **ANSWERED))
    raised = _alert(AlertKind.STUCK, order, "answered after all", order.stuck_at)
    return OrderFailure(replace(order, **ANSWERED), (replace(raised, closed_at=now),))


def _alert(kind: AlertKind, order: Order, text: str, at: datetime) -> Alert:
    return Alert(kind=kind, order_id=order.id, amount=order.amount, currency=order.currency, text=text, at=at)
