"""An order, from its page to its payment (C-01, C-02, TC-001 … TC-007, TC-014), on a real database and Stripe's API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from payments.core.processed_events import Outcome
from payments.domain.shop.ledger import PaymentStatus
from payments.domain.shop.orders import Item, OrderStatus, PaymentState
from tests.integration.deployment import APP, Deployment
from tests.integration.shop import (
    BUYER,
    DECLINED,
    INSUFFICIENT,
    SELLER,
    TOTAL,
    document,
    named,
    order,
    order_again,
    page_id,
    pages,
    paid,
    pay_page,
    payments,
    result,
    state,
    the_metadata,
    the_order,
    the_page,
    the_payment,
)
from tests.integration.shop_promise import check_orders


def test_an_order_is_on_record_and_has_a_page_to_pay_on(deployment: Deployment) -> None:
    """C-01, C-02."""
    opened = order(deployment)

    known = the_order(deployment, opened.order.id)
    assert UUID(known.id).version == 4
    assert (known.status, known.seller_id, known.user_id, known.attempt) == (OrderStatus.PENDING, SELLER, BUYER, 1)
    assert known.items == (
        Item(product_id="tea", name="tea", unit_amount=2000, quantity=2),
        Item(product_id="cup", name="cup", unit_amount=1000, quantity=1),
    )
    assert (known.amount, known.currency, known.stripe_sid) == (TOTAL, "jpy", None)
    assert known.checkout_session_id == page_id(opened)
    assert state(deployment, known.id) is None
    assert payments(deployment) == {}


@pytest.mark.parametrize("is_on", [False, True])
def test_buyers_pay_in_their_own_currency_only_if_the_operator_wants_it(deployment: Deployment, *, is_on: bool) -> None:
    """Stripe's default is the account's: without a word of ours, a switch in the dashboard would decide."""
    deployment.with_deps(stripe=deployment.gateway(adaptive_pricing=is_on))

    opened = order(deployment)

    pricing = the_page(deployment, opened).adaptive_pricing
    assert pricing is not None
    assert pricing.enabled is is_on


def test_stripes_page_is_over_what_was_ordered_and_leads_back_to_the_app(deployment: Deployment) -> None:
    """C-01."""
    opened = order(deployment)

    page, name = the_page(deployment, opened), opened.order.id
    lines = deployment.sdk.v1.checkout.sessions.line_items.list(page.id).data
    metadata = {"orderId": name, "sellerId": SELLER, "userId": BUYER, "attempt": "1", "app": APP}
    assert (page.status, page.mode, page.amount_total, page.currency) == ("open", "payment", TOTAL, "jpy")
    assert [(line.description, line.quantity, line.amount_total) for line in lines] == [
        ("tea", 2, 4000),
        ("cup", 1, 1000),
    ]
    assert (page.client_reference_id, named(page)) == (name, metadata)
    assert page.success_url == f"https://shop.example/success?order={name}"
    assert page.cancel_url == f"https://shop.example/cancel?s={SELLER}&order={name}"
    assert page.locale == "auto"
    assert page.url == opened.url
    assert page.expires_at == int(opened.expires_at.timestamp())
    assert timedelta(hours=19) < opened.expires_at - deployment.clock() < timedelta(hours=21)


def test_a_paid_page_pays_its_order(deployment: Deployment) -> None:
    """TC-001: every field of the document."""
    opened = order(deployment)
    told = pay_page(deployment, opened)

    outcomes = deployment.deliver()

    known, intent = the_order(deployment, opened.order.id), told["payment_intent"]
    assert Outcome.RETRY not in outcomes
    assert (known.status, known.stripe_sid, known.due_at) == (OrderStatus.PAID, intent, None)
    payment = the_payment(deployment, known)
    assert (payment.status, payment.payment_intent_id, payment.order_id) == ("succeeded", intent, known.id)
    assert (payment.amount, payment.amount_net, payment.refunded_total) == (TOTAL, TOTAL, 0)
    assert (payment.dispute_status, payment.currency) == (None, "jpy")
    assert state(deployment, known.id) == "stripe_completed"
    assert (deployment.intent(intent).status, the_page(deployment, opened).status) == ("succeeded", "complete")
    assert named(deployment.intent(intent))["orderId"] == known.id
    assert deployment.alerts() == []
    check_orders(deployment)


@pytest.mark.parametrize(
    ("card", "settings"),
    [("4000002500003155", {}), ("4000000000003055", {"request_three_d_secure": True}), ("4000000000003055", {})],
    ids=["always asked", "asked by a rule", "not asked"],
)
def test_a_card_that_asks_for_3_d_secure_pays_after_it(
    deployment: Deployment, card: str, settings: dict[str, bool]
) -> None:
    """TC-002; TC-003's card with the Radar rule off simply pays."""
    deployment.control.settings(**settings)
    opened = order(deployment)

    pay_page(deployment, opened, card, authenticate="succeed")
    deployment.deliver()

    assert the_order(deployment, opened.order.id).status is OrderStatus.PAID
    check_orders(deployment)


TRIES: dict[str, tuple[dict[str, Any], str | None]] = {
    "TC-003 not authenticated": ({"card": "4000002500003155", "authenticate": "fail"}, "authentication"),
    "TC-004 no money": ({"card": INSUFFICIENT}, "card_declined"),
    "TC-005 expired": ({"card": "4000000000000069", "exp": [1, 2020]}, None),
    "TC-005 said to be expired": ({"card": "4000000000000069"}, "expired_card"),
    "TC-015 no card number": ({"card": "0000000000000000"}, None),
    "declined": ({"card": DECLINED}, "card_declined"),
}


@pytest.mark.parametrize(("how", "error"), TRIES.values(), ids=TRIES)
def test_a_try_that_fails_leaves_its_order_pending_and_its_page_open(
    deployment: Deployment, how: dict[str, Any], error: str | None
) -> None:
    """TC-003, TC-004, TC-005, TC-015: nothing is paid, and the same page can be paid after all (TC-014)."""
    opened = order(deployment)

    told = pay_page(deployment, opened, **how)
    deployment.deliver()

    name = opened.order.id
    assert (told["status"], told["error"] is not None) == ("open", True)
    assert the_order(deployment, name).status is OrderStatus.PENDING
    assert (payments(deployment), state(deployment, name)) == ({}, None)
    last_error = the_metadata(deployment, name).last_error
    assert (error in last_error) if error and last_error else last_error == error
    assert result(deployment, name).status == "pending"
    pay_page(deployment, opened)
    deployment.deliver()
    assert the_order(deployment, name).status is OrderStatus.PAID
    assert the_metadata(deployment, name).last_error is None
    check_orders(deployment)


def test_whoever_leaves_the_page_has_an_order_that_is_not_paid(deployment: Deployment) -> None:
    """TC-006: the page stays open at Stripe, and nothing has been received."""
    opened = order(deployment)

    deployment.deliver()

    known = result(deployment, opened.order.id)
    assert (known.is_paid, known.webhook_received, known.status) == (False, False, "pending")
    assert the_page(deployment, opened).status == "open"
    assert payments(deployment) == {}


@pytest.mark.parametrize("is_heard", [True, False], ids=["heard", "unheard"])
def test_a_page_that_expires_leaves_its_order_pending(deployment: Deployment, *, is_heard: bool) -> None:
    """TC-007."""
    opened = order(deployment)

    deployment.pass_time(hours=21)
    if is_heard:
        deployment.deliver()
    deployment.sweep()

    assert the_page(deployment, opened).status == "expired"
    assert the_order(deployment, opened.order.id).status is OrderStatus.PENDING
    assert (payments(deployment), state(deployment, opened.order.id)) == ({}, PaymentState.FAILED)
    assert result(deployment, opened.order.id).webhook_received is is_heard
    check_orders(deployment)


def test_an_order_whose_page_has_expired_can_be_tried_again_and_paid(deployment: Deployment) -> None:
    opened = order(deployment)
    deployment.pass_time(hours=21)
    deployment.deliver()

    again = order_again(deployment, opened.order.id)
    pay_page(deployment, again)
    deployment.deliver()

    assert again.order.attempt == 2
    assert the_order(deployment, opened.order.id).status is OrderStatus.PAID
    assert state(deployment, opened.order.id) == PaymentState.COMPLETED
    check_orders(deployment)


def test_a_new_try_closes_the_page_before(deployment: Deployment) -> None:
    """An order can never be paid twice. TC-014 with two Checkout Sessions."""
    opened = order(deployment)
    pay_page(deployment, opened, DECLINED)

    again = order_again(deployment, opened.order.id)
    told = pay_page(deployment, again)
    deployment.deliver()

    assert the_page(deployment, opened).status == "expired"
    assert page_id(again) != page_id(opened)
    known = the_order(deployment, opened.order.id)
    assert (known.status, known.stripe_sid, known.attempt) == (OrderStatus.PAID, told["payment_intent"], 2)
    assert named(the_page(deployment, again))["attempt"] == "2"
    assert list(payments(deployment)) == [told["payment_intent"]]
    deployment.sweep_for(22, every=11)
    check_orders(deployment)


def test_each_order_is_paid_by_its_own_payment(deployment: Deployment) -> None:
    first, second = order(deployment), order(deployment, user="another")

    pay_page(deployment, second)
    deployment.deliver()

    assert the_order(deployment, first.order.id).status is OrderStatus.PENDING
    assert the_order(deployment, second.order.id).status is OrderStatus.PAID
    assert len(pages(deployment)) == 2


def test_what_happens_to_the_money_later_leaves_the_order_paid(deployment: Deployment) -> None:
    """Design 4: `isPaid` is not turned by a refund (TC-009)."""
    known = paid(deployment)

    deployment.sdk.v1.refunds.create({"payment_intent": known.stripe_sid or ""})
    deployment.deliver()

    assert result(deployment, known.id).is_paid
    assert the_payment(deployment, known).status is PaymentStatus.REFUNDED
    assert document(deployment, f"orders/{known.id}")["status"] == "paid"
    check_orders(deployment)
