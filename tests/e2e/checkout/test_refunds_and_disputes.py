"""TC-009 … TC-013: what goes back of a paid order. Totals are Stripe's own; the order stays paid, and says so."""

from __future__ import annotations

from typing import Literal

import pytest
import stripe

from stripe_emulator import StripeControl
from tests.e2e.checkout.records import is_paid, shows_success
from tests.e2e.checkout.screens import Screen
from tests.e2e.checkout.shop import TOTAL, AtStripe, Ordered, Shop

PART = 500
Verdict = Literal["won", "lost"]
Money = tuple[object, ...]


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


def money(shop: Shop, order: Ordered) -> Money:
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


def decided(shop: Shop, screen: Screen, control: StripeControl, order: Ordered, verdict: Verdict) -> Money:
    """The money after a dispute about the whole order has been closed."""
    dispute = control.dispute(charge_of(shop, order).id)
    assert money(shop, order) == ("disputed", 0, "needs_response", 0)
    control.close_dispute(dispute["id"], verdict)

    after = money(shop, order)
    assert shop.stripe.v1.disputes.retrieve(dispute["id"]).status == verdict
    assert charge_of(shop, order).disputed is True
    assert shop.received("charge.dispute.closed", dispute["id"])
    stays_paid(shop, order, screen)
    return after


def test_tc_012_a_chargeback_that_is_won(shop: Shop, screen: Screen, control: StripeControl, order: Ordered) -> None:
    """TC-012: the money is back."""
    assert decided(shop, screen, control, order, "won") == ("succeeded", 0, "won", TOTAL)


def test_tc_013_a_chargeback_that_is_lost(shop: Shop, screen: Screen, control: StripeControl, order: Ordered) -> None:
    """TC-013: the money stays gone."""
    assert decided(shop, screen, control, order, "lost") == ("disputed", 0, "lost", 0)
