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


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        pytest.param("won", ("succeeded", 0, "won", TOTAL), id="TC-012 won: the money is back"),
        pytest.param("lost", ("disputed", 0, "lost", 0), id="TC-013 lost: the money stays gone"),
    ],
)
def test_tc_012_and_tc_013_a_chargeback_is_decided(
    shop: Shop,
    screen: Screen,
    control: StripeControl,
    order: Ordered,
    outcome: Literal["won", "lost"],
    left: tuple[object, ...],
) -> None:
    """TC-012, TC-013."""
    dispute = control.dispute(charge_of(shop, order).id)
    before = money(shop, order)
    control.close_dispute(dispute["id"], outcome)

    assert before == ("disputed", 0, "needs_response", 0)
    assert money(shop, order) == left
    assert shop.stripe.v1.disputes.retrieve(dispute["id"]).status == outcome
    assert charge_of(shop, order).disputed is True
    assert shop.received("charge.dispute.closed", dispute["id"])
    stays_paid(shop, order, screen)
