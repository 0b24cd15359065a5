"""An order has one page at a time; where somebody pays it twice all the same, nothing is lost and somebody is told."""

from __future__ import annotations

from typing import Any

from stripe_emulator import StripeControl
from tests.e2e.checkout.cards import GOOD, THREE_D_SECURE
from tests.e2e.checkout.records import is_on_record_as_paid, is_paid, result, shows_success
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


def second_tab(screen: Screen) -> Screen:
    return Screen(screen.tab.context.new_page(), screen.shop, screen.folder)


def test_two_tabs_with_two_sessions_both_pay(shop: Shop, screen: Screen) -> None:
    """One `paid` order, both payments on record, one alert with the amount to refund."""
    order = shop.order()
    other_page, other = by_hand(shop, order), second_tab(screen)
    screen.open(order).type(GOOD)
    other.open(other_page).type(GOOD)

    screen.tab.locator("#submit").click()
    shows_success(screen, order)
    first = str(shop.books(order).order["stripe_sid"])
    other.tab.locator("#submit").click()
    shows_success(other, order)

    second = shop.at_stripe(other_page).intent
    assert second
    assert shop.at_stripe(order).statuses == ("complete", "succeeded", "succeeded")
    assert second.status == "succeeded"
    books = shop.books(order)
    assert (books.order["status"], books.order["stripe_sid"]) == ("paid", first)
    paid = {intent: (each["status"], each["amount_net"]) for intent, each in books.payments.items()}
    assert paid == {first: ("succeeded", TOTAL), second.id: ("succeeded", TOTAL)}
    (alert,) = books.alerts
    assert (alert["kind"], alert["intentId"], alert["amount"], alert["currency"]) == (
        "paid_twice",
        second.id,
        TOTAL,
        "jpy",
    )
    assert f"refund {TOTAL} jpy" in alert["text"]
    assert shop.result(order) == result(shop, "paid", is_paid=True, webhook_received=True)


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


def test_the_refund_of_a_second_payment_leaves_the_order_paid(shop: Shop, control: StripeControl) -> None:
    """What the alert asks for."""
    order = shop.order()
    other_page = by_hand(shop, order)
    control.pay_checkout(order.session_id)
    shop.webhooks_delivered()
    second = control.pay_checkout(other_page.session_id)["payment_intent"]
    shop.webhooks_delivered()

    shop.stripe.v1.refunds.create({"payment_intent": second})

    books = shop.books(order)
    assert (books.payments[second]["status"], books.payments[second]["amount_net"]) == ("refunded", 0)
    assert books.order["status"] == "paid"
    assert books.payments[books.order["stripe_sid"]]["amount_net"] == TOTAL
    assert shop.result(order)["isPaid"] is True


def test_a_page_that_cant_be_closed_allows_no_second_one(shop: Shop, control: StripeControl) -> None:
    """Stripe does not close the first page: there is none beside it, and the first can still be paid."""
    order = shop.order()
    control.fault("server_error", "POST", "*/expire", times=4)

    refused = shop.ask({"orderId": order.id})

    assert refused.refusal == "busy"
    control.clear_faults()
    control.pay_checkout(order.session_id)
    is_paid(shop, order)


def test_a_page_whose_closing_was_not_heard_of_is_closed(shop: Shop, screen: Screen, control: StripeControl) -> None:
    """Stripe closed it and the answer was lost, every time: one more call finds it closed."""
    order = shop.order()
    control.fault("drop_after", "POST", "*/expire", times=4)
    asked = shop.ask({"orderId": order.id})
    control.clear_faults()

    again = shop.again(order)
    screen.open(order).shows("この決済ページは有効期限が切れました")
    screen.open(again).pay(GOOD)

    assert asked.refusal in {"payment_unavailable", None}
    shows_success(screen, again)
    is_paid(shop, again)


def test_another_try_finds_an_order_paid_whose_webhook_has_not_come(shop: Shop, control: StripeControl) -> None:
    """The other tab has paid meanwhile: `already_paid`, on record at once."""
    order = shop.order()
    control.webhooks(mode="hold")
    intent = control.pay_checkout(order.session_id)["payment_intent"]

    refused = shop.ask({"orderId": order.id})

    assert refused.refusal == "already_paid"
    is_on_record_as_paid(shop.books(order), intent)
    control.flush_webhooks()
    is_paid(shop, order)


def test_a_challenge_on_a_page_that_was_closed_pays_nothing(shop: Shop, screen: Screen) -> None:
    """One tab is at the bank's page while another asks for a new try: only the new page can be paid."""
    order = shop.order()
    screen.open(order).pay(THREE_D_SECURE)
    screen.is_challenged()
    again = shop.again(order)

    screen.authenticate(succeed=True)
    screen.shows("この決済ページは有効期限が切れました")
    screen.open(again).pay(GOOD)

    shows_success(screen, again)
    is_paid(shop, again)
    assert shop.at_stripe(order).statuses[:2] == ("expired", "canceled")


def test_a_form_that_is_sent_twice_pays_once(shop: Shop, screen: Screen) -> None:
    """A double click."""
    order = shop.order()
    screen.open(order).type(GOOD)

    screen.tab.locator("#submit").dblclick(no_wait_after=True)

    shows_success(screen, order)
    is_paid(shop, order)
