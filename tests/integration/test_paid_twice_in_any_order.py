"""Two payments of one order: whatever order their events come in, one pays it and the other is raised."""

from __future__ import annotations

from itertools import permutations

from payments.core.processed_events import Outcome
from payments.domain.shop.orders import OrderStatus
from payments.jobs import webhook
from tests.integration.arrivals import put_back
from tests.integration.house import House
from tests.integration.shop import TOTAL, alerts, order, paid_page_of, pay_page, payments, result, the_order


def test_every_order_of_two_payments_events_pays_once_and_names_the_refund_to_make(house: House) -> None:
    """The first payment that is heard of pays, by whichever of its events; each event comes twice."""
    opened = order(house)
    name = opened.order.id
    both = {pay_page(house, opened)["payment_intent"], paid_page_of(house, opened.order)}
    bodies = [e for e in house.news() if e["type"] in webhook.LISTENED and e["type"] != "charge.succeeded"]
    before, first_heard_of = house.everything(), set()

    for order_of_arrival in permutations(bodies):
        put_back(house, before)
        outcomes = [house.receive(body) for each in order_of_arrival for body in (each, each)]

        known = the_order(house, name)
        assert outcomes == [Outcome.DONE, Outcome.DUPLICATE] * len(bodies)
        assert (known.status, result(house, name).is_paid) == (OrderStatus.PAID, True)
        assert {p.id: (p.status, p.amount_net) for p in payments(house, name).values()} == dict.fromkeys(
            both, ("succeeded", TOTAL)
        )
        [alert] = alerts(house)
        assert (alert["kind"], {alert["intentId"], known.stripe_sid}) == ("paid_twice", both)
        assert (alert["amount"], alert["currency"]) == (TOTAL, "jpy")
        first_heard_of.add(known.stripe_sid)

    assert len(bodies) == 4
    assert first_heard_of == both
