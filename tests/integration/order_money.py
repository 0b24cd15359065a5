"""What goes back of an order's payment: how it is asked for, and how it then stands."""

from __future__ import annotations

from typing import Any

from payments.domain.shop.orders import Order
from tests.integration.house import House
from tests.integration.shop import the_payment


def refund(house: House, of: Order, amount: int) -> str:
    """Somebody gives money back in the dashboard; the refund's id."""
    return house.sdk.v1.refunds.create({"payment_intent": of.stripe_sid or "", "amount": amount}).id


def charge_of(house: House, of: Order) -> Any:
    """The charge that a bank disputes."""
    return house.intent(of.stripe_sid or "").latest_charge


def stands(house: House, of: Order) -> tuple[Any, ...]:
    """What the document looks at: status, what was given back, what is left, what becomes of a dispute."""
    payment = the_payment(house, of)
    return payment.status, payment.refunded_total, payment.amount_net, payment.dispute_status
