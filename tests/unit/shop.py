"""Records of one shop order, with defaults; a test names only what matters to it."""

from __future__ import annotations

from typing import Any, Final

from payments.domain.shop.ledger import OrderRecords, Payment, PaymentStatus
from payments.domain.shop.orders import Item, Line, Order, OrderMetadata, OrderStatus, PaymentState, Product
from payments.stripe_model.reversals import Reversals
from payments.stripe_model.snapshots import CheckoutSession, CheckoutStatus, Received
from tests.unit.constants import HOUR, MINUTE, NOW

ORDER, SELLER, BUYER = "o1", "seller", "buyer"
PAGE, INTENT = "cs_1", "pi_1"
TOTAL: Final = 5000


def a_product(name: str = "tea", **changes: Any) -> Product:
    """A product of the seller's for ¥2,500."""
    given = {"id": name, "seller_id": SELLER, "name": name.title(), "amount": 2500, "currency": "jpy", "active": True}
    return Product(**{**given, **changes})


def a_line(product: str = "tea", quantity: int = 1) -> Line:
    """A line of a basket."""
    return Line(product_id=product, quantity=quantity)


def an_item(**changes: Any) -> Item:
    """Two of a product, priced."""
    return Item(**{"product_id": "tea", "name": "Tea", "unit_amount": 2500, "quantity": 2, **changes})


def an_order(**changes: Any) -> Order:
    """An unpaid order of ¥5,000, its page on record since `NOW`."""
    given: dict[str, Any] = {
        "id": ORDER,
        "status": OrderStatus.PENDING,
        "seller_id": SELLER,
        "user_id": BUYER,
        "items": (an_item(),),
        "amount": TOTAL,
        "currency": "jpy",
        "created_at": NOW,
        "requested_at": NOW,
        "checkout_session_id": PAGE,
        "due_at": NOW + 15 * MINUTE,
    }
    return Order(**{**given, **changes})


def a_paid_order(**changes: Any) -> Order:
    """The same, paid by `pi_1`."""
    paid = {"status": OrderStatus.PAID, "stripe_sid": INTENT, "paid_at": NOW, "due_at": None}
    return an_order(**{**paid, **changes})


def metadata(**changes: Any) -> OrderMetadata:
    """How paying goes: nothing is known yet."""
    return OrderMetadata(**{"id": ORDER, **changes})


def a_payment(**changes: Any) -> Payment:
    """¥5,000 that `pi_1` has brought in for the order."""
    given: dict[str, Any] = {
        "id": INTENT,
        "order_id": ORDER,
        "payment_intent_id": INTENT,
        "status": PaymentStatus.SUCCEEDED,
        "amount": TOTAL,
        "currency": "jpy",
        "amount_net": TOTAL,
        "created_at": NOW,
    }
    return Payment(**{**given, **changes})


def received(intent: str = INTENT, **changes: Any) -> Received:
    """Stripe says that ¥5,000 have come in."""
    return Received(**{"order_id": ORDER, "intent_id": intent, "amount": TOTAL, "currency": "jpy", **changes})


def a_page(state: CheckoutStatus = CheckoutStatus.OPEN, **changes: Any) -> CheckoutSession:
    """The order's Checkout page, unpaid."""
    given: dict[str, Any] = {
        "id": PAGE,
        "order_id": ORDER,
        "status": state,
        "is_paid": False,
        "amount": TOTAL,
        "currency": "jpy",
        "expires_at": NOW + 20 * HOUR,
    }
    return CheckoutSession(**{**given, **changes})


def a_paid_page(**changes: Any) -> CheckoutSession:
    """The page, completed and paid."""
    return a_page(CheckoutStatus.COMPLETE, **{"is_paid": True, "intent_id": INTENT, **changes})


def books(order: Order | None = None, *payments: Payment, **changes: Any) -> OrderRecords:
    """The books of an order with its payments; `changes` are its metadata's."""
    return OrderRecords(order=order or an_order(), metadata=metadata(**changes), payments={p.id: p for p in payments})


def paid_books() -> OrderRecords:
    """The books of an order that `pi_1` has paid, as its webhook left them."""
    state = PaymentState.COMPLETED
    return books(a_paid_order(), a_payment(), payment_state=state, webhook_received=True)


def money_back(refunded: int = 0, dispute: str | None = None, disputed: int = 0) -> Reversals:
    """Refunds and disputes of a payment as Stripe has them."""
    return Reversals(refunded, dispute, disputed)
