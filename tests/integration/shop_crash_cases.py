"""Everything that a process of the product does to an order, each with what leads to it and how its order may end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from payments.adapters.stripe_parse import read_event
from payments.domain.shop.orders import OrderStatus
from payments.jobs import sweep, webhook
from payments.jobs.port import JobDeps
from payments.shop import check_out
from payments.stripe_model.events import Event
from tests.integration.deployment import Deployment
from tests.integration.shop import (
    BASKET,
    BUYER,
    SELLER,
    expired,
    never_paid_at_store,
    open_shop,
    order,
    order_again,
    orders,
    paid,
    paid_page_of,
    paid_unheard,
)

PENDING, PAID = frozenset({OrderStatus.PENDING}), frozenset({OrderStatus.PAID})


@dataclass(frozen=True)
class Action:
    """What leads to an action (its order's id; None where it makes the order), the action, how the order may end."""

    prepare: Callable[[Deployment], str | None]
    act: Callable[[Deployment, JobDeps, str | None], Any]
    ends: frozenset[OrderStatus]


def _nothing(deployment: Deployment) -> None:
    open_shop(deployment)


def _unpaid(deployment: Deployment) -> str:
    return order(deployment).order.id


def _due(deployment: Deployment) -> str:
    name = paid_unheard(deployment)
    deployment.pass_time(minutes=16)
    return name


def _paid_twice(deployment: Deployment) -> str:
    known = paid(deployment)
    paid_page_of(deployment, known)
    return known.id


def _refunded(deployment: Deployment) -> str:
    known = paid(deployment)
    deployment.sdk.v1.refunds.create({"payment_intent": known.stripe_sid or "", "amount": 1200})
    return known.id


def _refunded_unheard(deployment: Deployment) -> str:
    name = paid_unheard(deployment)
    [intent] = [i for i in deployment.intents().values() if i.to_dict()["metadata"].get("orderId") == name]
    deployment.sdk.v1.refunds.create({"payment_intent": intent.id, "amount": 1200})
    return name


def _disputed(deployment: Deployment) -> str:
    known = paid(deployment)
    charge: Any = deployment.intent(known.stripe_sid or "").latest_charge
    deployment.control.dispute(charge)
    return known.id


def _order(deployment: Deployment, deps: JobDeps, _: str | None) -> Any:
    return check_out.place_order(deps.shop, BUYER, SELLER, BASKET)


def _again(deployment: Deployment, deps: JobDeps, name: str | None) -> Any:
    return order_again(deployment, name or "", deps=deps)


def _confirm(deployment: Deployment, deps: JobDeps, name: str | None) -> Any:
    return check_out.order_result(deps.shop, name or "", confirm=True)


def _sweep(deployment: Deployment, deps: JobDeps, _: str | None) -> Any:
    return sweep.run(deps)


def _hears(kind: str) -> Callable[[Deployment, JobDeps, str | None], Any]:
    """The newest event of a kind arrives; whoever repeats it is Stripe, which sends it again."""

    def hear(deployment: Deployment, deps: JobDeps, _: str | None) -> Any:
        return webhook.handle(deps, _newest(deployment, kind))

    return hear


def _newest(deployment: Deployment, kind: str) -> Event:
    return read_event([body for body in deployment.events() if body["type"] == kind][-1])


ACTIONS: Final = {
    "order": Action(_nothing, _order, PENDING),
    "order again": Action(_unpaid, _again, PENDING),
    "order again after the page has expired": Action(expired, _again, PENDING),
    "order again after a store was never paid": Action(never_paid_at_store, _again, PENDING),
    "confirm": Action(paid_unheard, _confirm, PAID),
    "sweep": Action(_due, _sweep, PAID),
    "webhook: succeeded": Action(paid_unheard, _hears("payment_intent.succeeded"), PAID),
    "webhook: completed": Action(paid_unheard, _hears("checkout.session.completed"), PAID),
    "webhook: expired": Action(expired, _hears("checkout.session.expired"), PENDING),
    "webhook: never paid": Action(never_paid_at_store, _hears("checkout.session.async_payment_failed"), PENDING),
    "webhook: paid twice": Action(_paid_twice, _hears("payment_intent.succeeded"), PAID),
    "webhook: refunded": Action(_refunded, _hears("charge.refunded"), PAID),
    "webhook: refunded, the payment unheard of": Action(_refunded_unheard, _hears("charge.refunded"), PAID),
    "webhook: disputed": Action(_disputed, _hears("charge.dispute.created"), PAID),
}


def names(deployment: Deployment) -> set[str]:
    """The orders on record."""
    return set(orders(deployment))
