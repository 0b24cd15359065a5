"""Each event that Stripe sends is enough by itself, whichever of its kin are lost (H-18, C-02)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from payments.core.processed_events import Outcome
from payments.domain.shop.orders import OrderStatus
from payments.jobs import webhook
from tests.integration.deployment import GOOD_CARD, Deployment
from tests.integration.payments_made import Take, Taken, for_either
from tests.integration.shop import (
    TOTAL,
    declined,
    expired,
    never_paid_at_store,
    paid_at_store,
    paid_unheard,
    result,
    the_metadata,
    the_order,
)

FAILS_LATER: Final = "4000000000005126"
PART: Final = 1200


def _refunded(taken: Taken) -> None:
    taken.refund(PART)


def _referred_to(taken: Taken) -> None:
    """The bank has named its reference."""
    taken.deployment.control.name_refund_reference(taken.refund(PART))


def _refund_failed(taken: Taken) -> None:
    made = taken.refund(PART)
    taken.deployment.deliver()
    taken.deployment.control.settle_refund(made, "failed")


def _disputed(taken: Taken) -> None:
    taken.dispute()


def _under_review(taken: Taken) -> None:
    taken.deployment.control.move_dispute(taken.dispute(), "under_review")


def _won(taken: Taken) -> None:
    taken.deployment.control.close_dispute(taken.dispute(), "won")


#: Every event of the issue about money that goes back: what has happened, and what is then on record.
GOES_BACK: Final[dict[str, tuple[Callable[[Taken], None], tuple[int, str | None]]]] = {
    "charge.refunded": (_refunded, (PART, None)),
    "refund.created": (_refunded, (PART, None)),
    "refund.updated": (_referred_to, (PART, None)),
    "charge.refund.updated": (_referred_to, (PART, None)),
    "refund.failed": (_refund_failed, (0, None)),
    "charge.dispute.created": (_disputed, (0, "needs_response")),
    "charge.dispute.funds_withdrawn": (_disputed, (0, "needs_response")),
    "charge.dispute.updated": (_under_review, (0, "under_review")),
    "charge.dispute.closed": (_won, (0, "won")),
    "charge.dispute.funds_reinstated": (_won, (0, "won")),
}


@for_either
@pytest.mark.parametrize("kind", GOES_BACK)
def test_any_event_of_what_goes_back_is_enough_alone(deployment: Deployment, kind: str, take: Take) -> None:
    """TC-009 … TC-013, for orders and for captured holds."""
    happen, expected = GOES_BACK[kind]
    taken = take(deployment, FAILS_LATER if kind == "refund.failed" else GOOD_CARD)
    happen(taken)

    outcomes = deployment.deliver(lambda e: e["type"] == kind)

    assert set(outcomes) == {Outcome.DONE}
    assert taken.went_back == expected


PAID: Final = ("paid", True, None)
FAILED: Final = ("failed", True, "async_payment_failed")

#: Every event of the issue that settles an order: what has happened; then status, `webhookReceived` and `last_error`.
SETTLES: Final[dict[str, tuple[Callable[[Deployment], str], tuple[str, bool, str | None]]]] = {
    "payment_intent.succeeded": (paid_unheard, PAID),
    "checkout.session.completed": (paid_unheard, PAID),
    "checkout.session.async_payment_succeeded": (paid_at_store, PAID),
    "checkout.session.async_payment_failed": (never_paid_at_store, FAILED),
    "checkout.session.expired": (expired, ("failed", True, "expired")),
    "payment_intent.payment_failed": (declined, ("pending", False, "card_declined")),
}


@pytest.mark.parametrize("kind", SETTLES)
def test_any_event_that_settles_an_order_is_enough_alone(deployment: Deployment, kind: str) -> None:
    """C-03, TC-001, TC-004, TC-007, TC-008."""
    happen, expected = SETTLES[kind]
    name = happen(deployment)

    outcomes = deployment.deliver(lambda e: e["type"] == kind)

    told = result(deployment, name)
    assert outcomes == [Outcome.DONE]
    assert (told.status, told.webhook_received, the_metadata(deployment, name).last_error) == expected
    assert (the_order(deployment, name).status is OrderStatus.PAID) is (expected == PAID)
    assert (the_order(deployment, name).amount, told.is_paid) == (TOTAL, expected == PAID)


def test_these_are_all_the_events_that_are_listened_to_for_money_that_goes_back_and_for_orders() -> None:
    """One that is added has to be proved here, too."""
    of_holds_alone = {
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "charge.succeeded",
        "charge.expired",
    }

    suspicions = {"radar.early_fraud_warning.created", "review.opened"}  # test_suspicions.py

    assert webhook.LISTENED.keys() == {*GOES_BACK, *SETTLES, *of_holds_alone, *suspicions}
