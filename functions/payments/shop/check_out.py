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
    claim_page,
    next_page,
    open_order,
    page_opened,
    priced,
)
from payments.ports import Deps
from payments.shop.repository import put_on_record
from payments.stripe_model.answers import Refused
from payments.stripe_model.snapshots import Page, PageState


@dataclass(frozen=True, slots=True)
class Opened:
    """An order with a page on which it can be paid. The address is for the payer alone."""

    order: Order
    expires_at: datetime
    url: str = field(repr=False)


def order(deps: Deps, user_id: str, seller_id: str, lines: Sequence[Line]) -> Opened:
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
        items, currency = priced(lines, [docs.get(ref) for ref in products], seller_id)
        opened = open_order(order_id, user_id, seller_id, items, currency, now)
        return Decision(opened, (opened, OrderMetadata(id=order_id), _spent(docs, user_id, now)))

    return _open(deps, deps.store.change([*refs, *products], decide))


def order_again(deps: Deps, user_id: str, order_id: str) -> Opened:
    """Open a new page for an unpaid order, once the earlier one is closed: an order can't be paid on two pages.

    Raises `order_not_found`, `order_not_yours`, `already_paid`, `payment_pending` (a delayed method is under way),
    `too_many_attempts`, `busy`, `payment_unavailable`.
    """
    docs = deps.store.read([Ref(Order, order_id), _limits_ref(user_id)])
    known = check_payable(docs.get(Ref(Order, order_id)), user_id)
    _spent(docs, user_id, deps.now())
    closed = known.checkout_session_id
    if closed is not None:
        _close(deps, closed)
    now = deps.now()
    refs: Refs = [Ref(Order, order_id), Ref(OrderMetadata, order_id), _limits_ref(user_id)]

    def decide(docs: Docs) -> Decision[Order]:
        current = check_payable(docs.get(Ref(Order, order_id)), user_id)
        if current == next_page(known, now):
            return Decision(current)
        claimed = claim_page(current, closed, now)
        fresh = OrderMetadata(id=order_id)
        return Decision(claimed, (claimed, fresh, _spent(docs, user_id, now)))

    return _open(deps, deps.store.change(refs, decide))


def _close(deps: Deps, page_id: str) -> None:
    """Close the earlier page. Raises `already_paid` or `payment_pending` where it turns out to have been used."""
    page = deps.gateway.expire_page(page_id)
    if isinstance(page, Refused):
        page = deps.gateway.retrieve_page(page_id)
    if not isinstance(page, Page):
        logs.write("WARNING", "look failed", checkoutSessionId=page_id, answer=repr(page))
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    if page.is_over:
        return
    books = put_on_record(deps, page)
    if books is not None and books.order.status is OrderStatus.PAID:
        raise Refusal(Code.ALREADY_PAID)
    raise Refusal(Code.PAYMENT_PENDING if page.state is PageState.COMPLETE else Code.BUSY)


def _open(deps: Deps, claimed: Changed[Order]) -> Opened:
    """Ask Stripe for the page that is claimed, and put it on record."""
    known = claimed.result
    page = deps.gateway.create_page(known)
    if isinstance(page, Page) and page.url is not None:
        settled = _settle(deps, claimed, lambda current: page_opened(current, page.id, deps.now()))
        if (settled.checkout_session_id, settled.status) != (page.id, OrderStatus.PENDING):
            _close(deps, page.id)
            raise Refusal(Code.ALREADY_PAID if settled.status is OrderStatus.PAID else Code.BUSY)
        return Opened(settled, page.expires_at or settled.page_closes_at, page.url)
    logs.write("ERROR", "create failed", orderId=known.id, attempt=known.attempt, answer=repr(page))
    if isinstance(page, Refused):
        _settle(deps, claimed, lambda current: next_page(current, deps.now()))
    raise Refusal(Code.PAYMENT_UNAVAILABLE, orderId=known.id)


def _settle(deps: Deps, claimed: Changed[Order], change: Callable[[Order], Order]) -> Order:
    """The answer to a claim counts only while that is the order's claim."""
    ref = Ref(Order, claimed.result.id)

    def decide(docs: Docs) -> Decision[Order]:
        current = docs[ref]
        is_claimed = (current.attempt, current.checkout_session_id) == (claimed.result.attempt, None)
        is_ours = is_claimed and current.status is OrderStatus.PENDING
        after = change(current) if is_ours else current
        return Decision(after, (after,) if is_ours else ())

    return deps.store.change([ref], decide, seen=claimed.docs).result


@dataclass(frozen=True, slots=True)
class Result:
    """What a page may know of an order: nothing personal (C-03). `status` is pending, paid or failed."""

    is_paid: bool
    webhook_received: bool
    status: str
    order: Order


def result(deps: Deps, order_id: str, *, confirm: bool = False) -> Result:
    """Whether the order is paid, by what is on record; with `confirm` after asking Stripe, if a webhook may be lost.

    Where Stripe can't be asked, the answer is what is on record. Raises `order_not_found`, `too_many_attempts` (asking
    Stripe is limited for each order).
    """
    refs: Refs = [Ref(Order, order_id), Ref(OrderMetadata, order_id)]
    known = _known(deps.store.read(refs), order_id)
    if not confirm or known.is_paid or known.order.checkout_session_id is None:
        return known
    _spend_confirmation(deps, order_id)
    page = deps.gateway.retrieve_page(known.order.checkout_session_id)
    if not isinstance(page, Page):
        logs.write("WARNING", "look failed", orderId=order_id, answer=repr(page))
        return known
    books = put_on_record(deps, page)
    return _result(books.order, books.metadata) if books else known


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


def _spend_confirmation(deps: Deps, order_id: str) -> None:
    counter = limits_id(Action.CONFIRM, order_id)
    ref = Ref(Limits, counter)
    deps.store.change([ref], lambda docs: Decision(None, (spend(docs.get(ref), counter, deps.now()),)))


def _limits_ref(user_id: str) -> Ref[Limits]:
    return Ref(Limits, limits_id(Action.CHECKOUT, user_id))


def _spent(docs: Docs, user_id: str, now: datetime) -> Limits:
    return spend(docs.get(_limits_ref(user_id)), limits_id(Action.CHECKOUT, user_id), now)
