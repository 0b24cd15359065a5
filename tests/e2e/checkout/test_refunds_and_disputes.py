"""TC-009 … TC-013: what goes back of a paid order. Totals are Stripe's own; the order stays paid, and says so."""

from __future__ import annotations

import pytest
import stripe

from stripe_emulator import StripeControl
from tests.e2e.checkout.records import is_paid, shows_success
from tests.e2e.checkout.screens import Screen
from tests.e2e.checkout.shop import TOTAL, AtStripe, Ordered, Shop

PART = 500


@pytest.fixture
def order(shop: Shop, control: StripeControl) -> Ordered:
    """A paid order (TC-001)."""
    order = shop.order()
    control.pay_checkout(order.session_id)
    is_paid(shop, order)
    return order


def refund(shop: Shop, order: Ordered, amount: int) -> stripe.Refund:
    """What the staff does in Stripe's dashboard."""
    return shop.stripe.v1.refunds.create({"payment_intent": intent_of(shop, order), "amount": amount})


def intent_of(shop: Shop, order: Ordered) -> str:
    return str(shop.books(order).order["stripe_sid"])


def charge_of(shop: Shop, order: Ordered) -> stripe.Charge:
    charge = shop.at_stripe(order).charge
    assert charge
    return charge


def money(shop: Shop, order: Ordered) -> tuple[object, ...]:
    """Of the only payment on record: status, what went back, the dispute, what is left."""
    payment = shop.books(order).payment
    return payment["status"], payment["refunded_total"], payment["dispute_status"], payment["amount_net"]


def stays_paid(shop: Shop, order: Ordered, screen: Screen) -> AtStripe:
    """The order, the PaymentIntent, the API and the success page are as they were."""
    at_stripe = shop.at_stripe(order)
    assert at_stripe.intent
    assert (at_stripe.session.status, at_stripe.intent.status) == ("complete", "succeeded")
    assert shop.books(order).order["status"] == "paid"
    assert shop.result(order)["isPaid"] is True
    screen.tab.goto(f"{shop.stack.hosting_url}/success?order={order.id}")
    shows_success(screen, order)
    return at_stripe


def test_tc_009_a_full_refund(shop: Shop, screen: Screen, order: Ordered) -> None:
    """TC-009."""
    refund(shop, order, TOTAL)

    assert money(shop, order) == ("refunded", TOTAL, None, 0)
    charge = charge_of(shop, order)
    assert (charge.refunded, charge.amount_refunded) == (True, TOTAL)
    assert shop.received("charge.refunded", charge.id)
    stays_paid(shop, order, screen)
    screen.keep("tc-009-success-after-a-refund")


def test_tc_010_a_partial_refund(shop: Shop, screen: Screen, control: StripeControl, order: Ordered) -> None:
    """TC-010: the bank's reference comes later, by `charge.refund.updated`."""
    part = refund(shop, order, PART)
    control.name_refund_reference(part.id)

    assert money(shop, order) == ("partially_refunded", PART, None, TOTAL - PART)
    charge = charge_of(shop, order)
    assert (charge.refunded, charge.amount_refunded) == (False, PART)
    assert shop.received("charge.refund.updated", part.id)
    stays_paid(shop, order, screen)


def test_tc_010_partial_refunds_add_up_to_a_full_one(shop: Shop, order: Ordered) -> None:
    """TC-010, then TC-009: the total is Stripe's."""
    refund(shop, order, PART)
    before = money(shop, order)
    refund(shop, order, TOTAL - PART)

    assert before == ("partially_refunded", PART, None, TOTAL - PART)
    assert money(shop, order) == ("refunded", TOTAL, None, 0)


def test_tc_010_a_refund_that_fails_later_goes_back(shop: Shop, control: StripeControl, screen: Screen) -> None:
    """TC-010: the bank sends the money back to us; `refund.failed`."""
    order = shop.order()
    control.pay_checkout(order.session_id, "4000000000005126")
    shop.webhooks_delivered()
    part = refund(shop, order, PART)
    before = money(shop, order)
    control.settle_refund(part.id, "failed")

    assert before == ("partially_refunded", PART, None, TOTAL - PART)
    assert money(shop, order) == ("succeeded", 0, None, TOTAL)
    assert shop.received("refund.failed", part.id)


def test_tc_011_a_chargeback(shop: Shop, screen: Screen, control: StripeControl, order: Ordered) -> None:
    """TC-011: somebody is told, for it has to be answered in time."""
    dispute = control.dispute(charge_of(shop, order).id)

    assert money(shop, order) == ("disputed", 0, "needs_response", 0)
    assert shop.stripe.v1.disputes.retrieve(dispute["id"]).status == "needs_response"
    assert charge_of(shop, order).disputed is True
    assert shop.received("charge.dispute.created", dispute["id"])
    (alert,) = shop.books(order).alerts
    assert (alert["kind"], alert["intentId"], alert["amount"]) == ("disputed", intent_of(shop, order), TOTAL)
    stays_paid(shop, order, screen)


def test_tc_012_a_chargeback_that_is_won(shop: Shop, screen: Screen, control: StripeControl, order: Ordered) -> None:
    """TC-012: the money is back."""
    dispute = control.dispute(charge_of(shop, order).id)
    before = money(shop, order)
    control.close_dispute(dispute["id"], "won")

    assert before == ("disputed", 0, "needs_response", 0)
    assert money(shop, order) == ("succeeded", 0, "won", TOTAL)
    assert shop.stripe.v1.disputes.retrieve(dispute["id"]).status == "won"
    assert charge_of(shop, order).status == "succeeded"
    assert shop.received("charge.dispute.closed", dispute["id"])
    stays_paid(shop, order, screen)


def test_tc_013_a_chargeback_that_is_lost(shop: Shop, screen: Screen, control: StripeControl, order: Ordered) -> None:
    """TC-013: the money stays gone."""
    dispute = control.dispute(charge_of(shop, order).id)
    before = money(shop, order)
    control.close_dispute(dispute["id"], "lost")

    assert before == ("disputed", 0, "needs_response", 0)
    assert money(shop, order) == ("disputed", 0, "lost", 0)
    assert shop.stripe.v1.disputes.retrieve(dispute["id"]).status == "lost"
    assert charge_of(shop, order).disputed is True
    assert shop.received("charge.dispute.closed", dispute["id"])
    stays_paid(shop, order, screen)


def test_tc_011_an_inquiry_takes_no_money(shop: Shop, control: StripeControl, order: Ordered) -> None:
    """TC-011, one step before: `warning_needs_response`, which may become a chargeback."""
    inquiry = control.dispute(charge_of(shop, order).id, "warning_needs_response")
    before = money(shop, order)
    control.move_dispute(inquiry["id"], "needs_response")

    assert before == ("succeeded", 0, "warning_needs_response", TOTAL)
    assert money(shop, order) == ("disputed", 0, "needs_response", 0)
