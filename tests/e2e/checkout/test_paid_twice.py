"""An order has one page at a time; where somebody pays it twice all the same, nothing is lost and somebody is told."""

from __future__ import annotations

from typing import Any

from stripe_emulator import StripeControl
from tests.e2e.checkout.records import result, shows_success
from tests.e2e.checkout.screens import Screen
from tests.e2e.checkout.shop import TOTAL, Ordered, Shop


def by_hand(shop: Shop, order: Ordered, amount: int = TOTAL) -> Ordered:
    """A second open page for the order, past our own way: as of a hand at Stripe that copies the first one."""
    first = shop.stripe.v1.checkout.sessions.retrieve(order.session_id)
    assert first.metadata
    metadata = first.metadata.to_dict()
    price = {"currency": "jpy", "unit_amount": amount, "product_data": {"name": "診断シート"}}
    params: Any = {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": first.success_url,
        "cancel_url": first.cancel_url,
    }
    return Ordered(order.id, str(shop.stripe.v1.checkout.sessions.create(params).url))


def test_tc_014_of_several_payments_on_record_one_of_the_whole_amount_pays(
    shop: Shop, screen: Screen, control: StripeControl
) -> None:
    """TC-014: a payment of too little is on record and pays nothing; the refund of one of two takes nothing back."""
    order = shop.order()
    little = control.pay_checkout(by_hand(shop, order, 100).session_id)["payment_intent"]
    before = shop.books(order)
    first_said = shop.result(order)

    whole = control.pay_checkout(order.session_id)["payment_intent"]
    after, then_said = shop.books(order), shop.result(order)
    shop.stripe.v1.refunds.create({"payment_intent": little})

    assert (before.order["status"], before.payment["status"], before.payment["amount"]) == ("pending", "succeeded", 100)
    assert first_said == result(shop, "pending", webhook_received=True)
    assert (after.order["status"], after.order["stripe_sid"]) == ("paid", whole)
    assert then_said == result(shop, "paid", is_paid=True, webhook_received=True)
    assert statuses(shop, order) == {little: "refunded", whole: "succeeded"}
    assert shop.result(order) == then_said
    screen.tab.goto(f"{shop.stack.hosting_url}/success?order={order.id}")
    shows_success(screen, order)


def statuses(shop: Shop, order: Ordered) -> dict[str, object]:
    """Of every payment on record."""
    return {intent: each["status"] for intent, each in shop.books(order).payments.items()}
