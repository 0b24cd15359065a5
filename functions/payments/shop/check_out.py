"""Open a Stripe Checkout page for an order, and answer whether the order is paid (C-01, C-03)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from payments.core import logs
from payments.core.limits import Action, Limits, limits_id, spend
from payments.core.refusals import Code, Refusal
from payments.core.store import Changed, Decision, Docs, Ref, Refs
from payments.domain.shop.orders import (
    Line,
    Order,
    OrderMetadata,
    OrderStatus,
    PaymentState,
    Product,
    check_payable,
    checkout_opened,
    claim_checkout,
    next_checkout,
    open_order,
    price_lines,
)
from payments.domain.shop.unanswered import is_other_accounts
from payments.shop.port import ShopDeps
from payments.shop.repository import record_checkout_session
from payments.stripe_model.answers import Refused, is_unknown
from payments.stripe_model.snapshots import CheckoutSession, CheckoutStatus


@dataclass(frozen=True, slots=True)
class Opened:
    """An order with a page on which it can be paid. The address is for the payer alone."""

    order: Order
    expires_at: datetime
    url: str = field(repr=False)


def place_order(deps: ShopDeps, user_id: str, seller_id: str, lines: Sequence[Line]) -> Opened:
    """Order products and open a page to pay for them: the order is on record before Stripe is asked.

    Raises `product_unavailable` (which), `too_many_attempts`, `busy`, `payment_unavailable` (`orderId`: the order is
    there, and can be tried again by it).
    """
    order_id, now = deps.new_id(), deps.now()
    refs: Refs = [Ref(Order, order_id), Ref(OrderMetadata, order_id), _limits_ref(user_id)]
    products = [Ref(Product, line.product_id) for line in lines]

    def decide(docs: Docs) -> Decision[Order]:
        ours = docs.get(Ref(Order, order_id))
        if ours is not None:
            return Decision(ours)
        items, currency = price_lines(lines, [docs.get(ref) for ref in products], seller_id)
        opened = open_order(order_id, user_id, seller_id, items, currency, now)
        return Decision(opened, (opened, OrderMetadata(id=order_id), _spent(docs, user_id, now)))

    return _open(deps, deps.store.change([*refs, *products], decide))


def retry_order(deps: ShopDeps, user_id: str, order_id: str) -> Opened:
    """Open a new page for an unpaid order, once the earlier one is closed: an order can't be paid on two pages.

    Raises `order_not_found`, `order_not_yours`, `already_paid`, `payment_pending` (a delayed method is under way),
    `too_many_attempts`, `busy`, `payment_unavailable`.
    """
    docs = deps.store.read([Ref(Order, order_id), _limits_ref(user_id)])
    known = check_payable(docs.get(Ref(Order, order_id)), user_id)
    _spent(docs, user_id, deps.now())
    closed = known.checkout_session_id
    if closed is not None and not is_other_accounts(known, deps.identity()):
        _close(deps, closed)
    now = deps.now()
    refs: Refs = [Ref(Order, order_id), Ref(OrderMetadata, order_id), _limits_ref(user_id)]

    def decide(docs: Docs) -> Decision[Order]:
        current = check_payable(docs.get(Ref(Order, order_id)), user_id)
        if current == next_checkout(known, now):
            return Decision(current)
        claimed = claim_checkout(current, closed, now)
        fresh = OrderMetadata(id=order_id)
        return Decision(claimed, (claimed, fresh, _spent(docs, user_id, now)))

    return _open(deps, deps.store.change(refs, decide))


def _close(deps: ShopDeps, checkout_id: str) -> None:
    """Close the earlier checkout. Raises `already_paid` or `payment_pending` if it turns out to have been used.

    One that Stripe does not know, or that another account opened, can't be closed and is left behind.
    """
    checkout = deps.stripe.expire_checkout_session(checkout_id)
    if isinstance(checkout, Refused):
        checkout = deps.stripe.retrieve_checkout_session(checkout_id)
    if is_unknown(checkout):
        return
    if not isinstance(checkout, CheckoutSession):
        logs.write("WARNING", "Stripe query failed", checkoutSessionId=checkout_id, answer=repr(checkout))
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    if checkout.is_over:
        return
    records = record_checkout_session(deps, checkout)
    if records is not None and records.order.status is OrderStatus.PAID:
        raise Refusal(Code.ALREADY_PAID)
    raise Refusal(Code.PAYMENT_PENDING if checkout.status is CheckoutStatus.COMPLETE else Code.BUSY)


def _open(deps: ShopDeps, claimed: Changed[Order]) -> Opened:
    """Ask Stripe for the Checkout Session that is claimed, and put it on record."""
    known = claimed.result
    checkout = deps.stripe.create_checkout_session(known)
    if isinstance(checkout, CheckoutSession) and checkout.url is not None:
        settled = _record(deps, claimed, lambda current: checkout_opened(current, checkout, deps.now()))
        if (settled.checkout_session_id, settled.status) != (checkout.id, OrderStatus.PENDING):
            _close(deps, checkout.id)
            raise Refusal(Code.ALREADY_PAID if settled.status is OrderStatus.PAID else Code.BUSY)
        return Opened(settled, checkout.expires_at or settled.checkout_expires_at, checkout.url)
    logs.write("ERROR", "create failed", orderId=known.id, attempt=known.attempt, answer=repr(checkout))
    if isinstance(checkout, Refused):
        _record(deps, claimed, lambda current: next_checkout(current, deps.now()))
    raise Refusal(Code.PAYMENT_UNAVAILABLE, orderId=known.id)


def _record(deps: ShopDeps, claimed: Changed[Order], change: Callable[[Order], Order]) -> Order:
    """The answer to a claim counts only while that is the order's claim."""
    ref = Ref(Order, claimed.result.id)

    def decide(docs: Docs) -> Decision[Order]:
        current = docs[ref]
        is_claimed = (current.attempt, current.checkout_session_id) == (claimed.result.attempt, None)
        is_ours = is_claimed and current.status is OrderStatus.PENDING
        after = change(current) if is_ours else current
        return Decision(after, (after,) if is_ours else ())

    return deps.store.change([ref], decide, known=claimed.docs).result


@dataclass(frozen=True, slots=True)
class Result:
    """What a page may know of an order: nothing personal (C-03). `status` is pending, paid or failed."""

    is_paid: bool
    webhook_received: bool
    status: str
    order: Order


def order_result(deps: ShopDeps, order_id: str, *, confirm: bool = False) -> Result:
    """Whether the order is paid, by what is on record; with `confirm` after asking Stripe, if a webhook may be lost.

    If Stripe can't be asked, the answer is what is on record. Raises `order_not_found`, `too_many_attempts` (asking
    Stripe is limited for each order).
    """
    refs: Refs = [Ref(Order, order_id), Ref(OrderMetadata, order_id)]
    known = _known(deps.store.read(refs), order_id)
    if not confirm or known.is_paid or known.order.checkout_session_id is None:
        return known
    if is_other_accounts(known.order, deps.identity()):
        return known
    _spend_confirmation(deps, order_id)
    checkout = deps.stripe.retrieve_checkout_session(known.order.checkout_session_id)
    if not isinstance(checkout, CheckoutSession):
        logs.write("WARNING", "Stripe query failed", orderId=order_id, answer=repr(checkout))
        return known
    records = record_checkout_session(deps, checkout)
    return _result(records.order, records.metadata) if records else known


def _known(docs: Docs, order_id: str) -> Result:
    known = docs.get(Ref(Order, order_id))
    if known is None:
        raise Refusal(Code.ORDER_NOT_FOUND)
    return _result(known, docs.get(Ref(OrderMetadata, order_id)) or OrderMetadata(id=order_id))


def _result(known: Order, metadata: OrderMetadata) -> Result:
    is_paid = known.status is OrderStatus.PAID
    is_failed = metadata.payment_state is PaymentState.FAILED
    status = "paid" if is_paid else "failed" if is_failed else "pending"
    return Result(is_paid, metadata.webhook_received, status, known)


def _spend_confirmation(deps: ShopDeps, order_id: str) -> None:
    counter = limits_id(Action.CONFIRM, order_id)
    ref = Ref(Limits, counter)
    deps.store.change([ref], lambda docs: Decision(None, (spend(docs.get(ref), counter, deps.now()),)))


def _limits_ref(user_id: str) -> Ref[Limits]:
    return Ref(Limits, limits_id(Action.CHECKOUT, user_id))


def _spent(docs: Docs, user_id: str, now: datetime) -> Limits:
    return spend(docs.get(_limits_ref(user_id)), limits_id(Action.CHECKOUT, user_id), now)
