"""The metadata that says whose a PaymentIntent or a Checkout Session is.

At Stripe `app` stands beside it: it names the deployment, for several may share one account.
"""

from __future__ import annotations

from payments.domain.chat.records import Attempt, Hold
from payments.domain.shop.orders import Order


def metadata_of(record: Hold | Attempt) -> dict[str, str]:
    """The metadata of the PaymentIntent, by which the webhook knows whose it is."""
    return {
        "sessionId": record.session_id,
        "userId": record.user_id,
        "consultantId": record.consultant_id,
        "attempt": str(record.attempt if isinstance(record, Hold) else record.number),
    }


def order_metadata_of(order: Order) -> dict[str, str]:
    """The metadata of an order's Checkout Session and of its PaymentIntent."""
    return {"orderId": order.id, "sellerId": order.seller_id, "userId": order.user_id, "attempt": str(order.attempt)}
