"""`checkoutResult` (C-03, C-04): what a page is told, and its last resort where the webhook never comes (TC-008)."""

from __future__ import annotations

from payments.core.limits import MOST_TRIES
from payments.core.refusals import Code
from payments.domain.shop.orders import OrderStatus, PaymentState
from tests.integration.deployment import Deployment
from tests.integration.refused import refused
from tests.integration.shop import (
    order,
    order_again,
    paid,
    pay_page,
    payments,
    state,
    the_order,
    told,
)
from tests.integration.shop_promise import check_orders


def test_asking_changes_nothing_and_asks_nobody(deployment: Deployment) -> None:
    opened = order(deployment)
    pay_page(deployment, opened)
    before, asked = deployment.everything(), len(deployment.control.requests())

    for _ in range(3):
        assert told(deployment, opened.order.id)["status"] == "pending"

    assert deployment.everything() == before
    assert len(deployment.control.requests()) == asked


def test_whoever_confirms_settles_an_order_whose_webhook_is_lost(deployment: Deployment) -> None:
    """TC-008: never a webhook, and Stripe confirms."""
    opened = order(deployment)
    intent = pay_page(deployment, opened)["payment_intent"]

    answer = told(deployment, opened.order.id, confirm=True)

    assert (answer["isPaid"], answer["webhookReceived"], answer["status"]) == (True, False, "paid")
    known = the_order(deployment, opened.order.id)
    assert (known.status, known.stripe_sid) == (OrderStatus.PAID, intent)
    assert payments(deployment).keys() == {intent}
    assert state(deployment, known.id) == PaymentState.COMPLETED
    deployment.deliver()
    assert told(deployment, known.id)["webhookReceived"] is True
    check_orders(deployment)


def test_where_stripe_can_not_be_asked_the_answer_is_what_is_on_record(deployment: Deployment) -> None:
    opened = order(deployment)
    pay_page(deployment, opened)
    deployment.control.fault("drop_before", "GET", "/v1/checkout/sessions/*", times=2)

    first, second = (told(deployment, opened.order.id, confirm=True)["status"] for _ in range(2))

    assert (first, second) == ("pending", "paid")


def test_a_paid_order_is_confirmed_without_stripe_and_without_counting(deployment: Deployment) -> None:
    known = paid(deployment)
    deployment.control.clear_requests()
    before = deployment.everything()

    for _ in range(MOST_TRIES + 1):
        assert told(deployment, known.id, confirm=True)["isPaid"]

    assert deployment.control.requests() == []
    assert deployment.everything() == before


def test_an_order_without_a_page_has_nothing_to_confirm(deployment: Deployment) -> None:
    deployment.control.fault("drop_before", "POST", "/v1/checkout/sessions", times=2)
    assert refused(order, deployment) is Code.PAYMENT_UNAVAILABLE
    [path] = [path for path in deployment.everything() if path.startswith("orders/")]
    deployment.control.clear_requests()

    answer = told(deployment, path.removeprefix("orders/"), confirm=True)

    assert (answer["status"], deployment.control.requests()) == ("pending", [])


def test_a_new_try_is_pending_again_whatever_the_last_one_came_to(deployment: Deployment) -> None:
    """Else the success page of the second try would go to /cancel at once."""
    opened = order(deployment)
    deployment.pass_time(hours=21)
    deployment.deliver()
    before = told(deployment, opened.order.id)

    order_again(deployment, opened.order.id)
    deployment.deliver()

    after = told(deployment, opened.order.id)
    assert (before["status"], before["webhookReceived"]) == ("failed", True)
    assert (after["status"], after["webhookReceived"]) == ("pending", False)
