"""What goes back of an order's payment: how it is asked for, and how it then stands."""

from __future__ import annotations

from typing import Any

from payments.domain.shop.orders import Order
from tests.integration.deployment import Deployment
from tests.integration.shop import the_payment


def stands(deployment: Deployment, of: Order) -> tuple[Any, ...]:
    """What the document looks at: status, what was given back, what is left, what becomes of a dispute."""
    payment = the_payment(deployment, of)
    return payment.status, payment.refunded_total, payment.amount_net, payment.dispute_status
