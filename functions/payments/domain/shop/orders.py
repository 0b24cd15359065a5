"""Shop orders and the payments for them (C-02): priced here, paid on Stripe Checkout, settled by what Stripe says.

Money is an `int` of the currency's smallest unit; times are timezone-aware UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from payments.core.money import LARGEST_AMOUNT, amounts, is_currency
from payments.core.refusals import Code, Refusal
from payments.stripe_model.answers import KEY_LIFETIME
from payments.stripe_model.identity import StripeIdentity
from payments.stripe_model.snapshots import CheckoutSession

#: Lines of a basket, and how many of one product.
MOST_LINES: Final = 20
QUANTITIES: Final = range(1, 101)
#: Characters of a product's name that Stripe takes.
LONGEST_NAME: Final = 250
#: A Checkout page closes when its idempotency key is forgotten, so that no page of an order is ever out of reach.
CHECKOUT_LIFETIME: Final = KEY_LIFETIME
#: First refresh of an order whose webhook may be lost; then after as long as it has waited, a day at most.
FIRST_REFRESH: Final = timedelta(minutes=15)
LONGEST_REFRESH: Final = timedelta(days=1)
#: A delayed payment, such as at a convenience store, is waited for as long as this.
PATIENCE: Final = timedelta(days=35)


class OrderStatus(StrEnum):
    """`orders.status` (C-02). PAID is never left: what happens to the money later is kept with the payment."""

    PENDING = "pending"
    PAID = "paid"


class PaymentState(StrEnum):
    """`order_metadata.payment_state`. The first is the document's; the others say why an order is not paid."""

    COMPLETED = "stripe_completed"
    PENDING = "stripe_pending"
    FAILED = "stripe_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """`products/{id}`: what a seller sells. The price comes from here and from nowhere else."""

    id: str
    seller_id: str
    name: str
    amount: int
    currency: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of an order, with the price and the name as they were when it was ordered."""

    product_id: str
    name: str
    unit_amount: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`orders/{id}`. `stripe_sid` is the PaymentIntent that has paid it; `attempt` counts its Checkout pages.

    `livemode` and `account` say which Stripe opened the page; `unanswered_since`, `unanswered_why` and `stuck_at` what
    Stripe has not answered about it, as on a hold.
    """

    id: str
    status: OrderStatus
    seller_id: str
    user_id: str
    items: tuple[Item, ...]
    amount: int
    currency: str
    created_at: datetime
    requested_at: datetime
    attempt: int = 1
    stripe_sid: str | None = None
    checkout_session_id: str | None = None
    paid_at: datetime | None = None
    livemode: bool | None = None
    account: str | None = None
    unanswered_since: datetime | None = None
    unanswered_why: str | None = None
    stuck_at: datetime | None = None
    due_at: datetime | None = None

    @property
    def made_by(self) -> StripeIdentity:
        """Which Stripe opened its page, as far as that is known."""
        return StripeIdentity(livemode=self.livemode, account=self.account)

    @property
    def checkout_expires_at(self) -> datetime:
        """When the Checkout page of the current attempt closes."""
        return self.requested_at + CHECKOUT_LIFETIME


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMetadata:
    """`order_metadata/{orderId}`: how paying goes. `last_error` is Stripe's code of the last try that failed."""

    id: str
    payment_state: PaymentState | None = None
    last_error: str | None = None
    webhook_received: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a basket as a caller sends it."""

    product_id: str
    quantity: int


def open_order(
    order_id: str, user_id: str, seller_id: str, items: Sequence[Item], currency: str, now: datetime
) -> Order:
    """A new order, its first page claimed. Raises `invalid_argument` if Stripe would not take the total."""
    amount = sum(item.unit_amount * item.quantity for item in items)
    if amount not in amounts(currency):
        raise Refusal(Code.INVALID_ARGUMENT, fields={"items": "invalid"})
    return Order(
        id=order_id,
        status=OrderStatus.PENDING,
        seller_id=seller_id,
        user_id=user_id,
        items=tuple(items),
        amount=amount,
        currency=currency,
        created_at=now,
        requested_at=now,
        due_at=now + FIRST_REFRESH,
    )


def price_lines(
    lines: Sequence[Line], products: Sequence[Product | None], seller_id: str
) -> tuple[tuple[Item, ...], str]:
    """The lines with their prices, and their currency.

    Raises `product_unavailable`, naming each product that this seller does not sell now or not in this currency.
    """
    for_sale = [product for product in products if product is not None and _is_for_sale(product, seller_id)]
    currency = for_sale[0].currency if for_sale else ""
    found = {product.id: product for product in for_sale if product.currency == currency}
    missing = [line.product_id for line in lines if line.product_id not in found]
    if missing:
        problems = [problem for product in products if product is not None for problem in _problems(product)]
        raise Refusal(Code.PRODUCT_UNAVAILABLE, products=", ".join(missing)).because_of(*problems)
    return tuple(_item(line, found[line.product_id]) for line in lines), currency


def _is_for_sale(product: Product, seller_id: str) -> bool:
    """Whether this seller sells it now, named and priced as Stripe takes it: products are typed in by hand."""
    return product.active and product.seller_id == seller_id and not _problems(product)


def _problems(product: Product) -> list[str]:
    """What Stripe would not take of a product. The smallest amount is asked of the order's total."""
    is_named = product.name.strip() != "" and len(product.name) <= LONGEST_NAME
    checks = {
        f"amount must be 1 … {LARGEST_AMOUNT}": 0 < product.amount <= LARGEST_AMOUNT,
        f"name must have 1 … {LONGEST_NAME} characters": is_named,
        "currency must be one that Stripe lists, in lower case": is_currency(product.currency),
    }
    return [f"products/{product.id}: {problem}" for problem, is_right in checks.items() if not is_right]


def _item(line: Line, product: Product) -> Item:
    return Item(product_id=product.id, name=product.name, unit_amount=product.amount, quantity=line.quantity)


def check_payable(order: Order | None, user_id: str) -> Order:
    """Raises `order_not_found`, `order_not_yours`, `already_paid`."""
    if order is None:
        raise Refusal(Code.ORDER_NOT_FOUND)
    if order.user_id != user_id:
        raise Refusal(Code.ORDER_NOT_YOURS)
    if order.status is OrderStatus.PAID:
        raise Refusal(Code.ALREADY_PAID)
    return order


def claim_checkout(order: Order, closed: str | None, now: datetime) -> Order:
    """The order with its next page claimed, or with the same one if the outcome of its claim is unknown.

    `closed` is the page that has been closed for this. Raises `busy` if another one was opened meanwhile.
    """
    if order.checkout_session_id != closed:
        raise Refusal(Code.BUSY)
    if closed is None and now < order.requested_at + KEY_LIFETIME:
        return order
    return next_checkout(order, now)


def next_checkout(order: Order, now: datetime) -> Order:
    """The order at its next attempt, with an idempotency key of its own."""
    return replace(
        order, attempt=order.attempt + 1, requested_at=now, checkout_session_id=None, due_at=now + FIRST_REFRESH
    )


def checkout_opened(order: Order, checkout: CheckoutSession, now: datetime) -> Order:
    """The order with its Checkout Session open: from here on it can be paid, and is refreshed."""
    return replace(
        order,
        checkout_session_id=checkout.id,
        livemode=checkout.livemode,
        account=checkout.account,
        due_at=now + FIRST_REFRESH,
    )


def may_still_be_paid(order: Order, now: datetime) -> bool:
    """Whether a payment may still come, by the page that was opened last or by a delayed method chosen on it."""
    return order.status is OrderStatus.PENDING and now < order.requested_at + PATIENCE


def next_refresh_at(order: Order, now: datetime) -> datetime:
    """When to ask Stripe about an unpaid order again: the wait doubles, up to a day."""
    return now + max(FIRST_REFRESH, min(now - order.requested_at, LONGEST_REFRESH))
