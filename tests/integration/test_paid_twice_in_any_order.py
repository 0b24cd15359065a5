"""Two payments of one order: whatever order their events come in, one pays it and the other is raised."""

from __future__ import annotations

from itertools import permutations

from payments.core.processed_events import Outcome
from payments.domain.shop.orders import OrderStatus
from payments.jobs import webhook
from tests.integration.deployment import Deployment
from tests.integration.event_orders import put_back
from tests.integration.shop import TOTAL, alerts, order, paid_page_of, pay_page, payments, result, the_order


def test_every_order_of_two_payments_events_pays_once_and_names_the_refund_to_make(deployment: Deployment) -> None:
    """The first payment that is heard of pays, by whichever of its events; each event comes twice."""
    opened = order(deployment)
    name = opened.order.id
    both = {pay_page(deployment, opened)["payment_intent"], paid_page_of(deployment, opened.order)}
    bodies = [e for e in deployment.news() if e["type"] in webhook.LISTENED and e["type"] != "charge.succeeded"]
    before, first_heard_of = deployment.everything(), set()

    for order_of_arrival in permutations(bodies):
        put_back(deployment, before)
        outcomes = [deployment.receive(body) for each in order_of_arrival for body in (each, each)]

        known = the_order(deployment, name)
        assert outcomes == [Outcome.DONE, Outcome.DUPLICATE] * len(bodies)
        assert (known.status, result(deployment, name).is_paid) == (OrderStatus.PAID, True)
        assert {p.id: (p.status, p.amount_net) for p in payments(deployment, name).values()} == dict.fromkeys(
            both, ("succeeded", TOTAL)
        )
        [alert] = alerts(deployment)
        assert (alert["kind"], {alert["intentId"], known.stripe_sid}) == ("paid_twice", both)
        assert (alert["amount"], alert["currency"]) == (TOTAL, "jpy")
        first_heard_of.add(known.stripe_sid)

    assert len(bodies) == 4
    assert first_heard_of == both
