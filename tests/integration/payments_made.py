"""Money that Stripe has taken, ¥5,000 for a chat or for an order, and how what goes back of it is followed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from payments.domain.chat.records import Hold
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.domain.shop.orders import Order, OrderStatus
from tests.integration.deployment import GOOD_CARD, Deployment
from tests.integration.order_money import stands
from tests.integration.promise import check_promise
from tests.integration.shop import TOTAL, paid, result, the_order
from tests.integration.shop_promise import check_orders


def captured(deployment: Deployment, card: str = GOOD_CARD) -> Hold:
    """The hold of a chat that has ended, charged, its webhooks delivered."""
    created = deployment.create()
    deployment.pay(created, card=card)
    deployment.start(created.hold)
    deployment.end(created.hold)
    deployment.deliver()
    return deployment.hold(created.hold.id)


@dataclass(frozen=True)
class Taken(ABC):
    """A charge of `TOTAL`, and the document that follows it."""

    deployment: Deployment
    intent: str

    @property
    @abstractmethod
    def path(self) -> str:
        """Of the document."""

    @property
    @abstractmethod
    def stands(self) -> tuple[Any, ...]:
        """What the document says of the money."""

    @property
    @abstractmethod
    def went_back(self) -> tuple[int, str | None]:
        """Of that, what was refunded, and how a dispute stands."""

    @abstractmethod
    def after(self, refunded: int) -> tuple[Any, ...]:
        """What it has to say when so much has gone back."""

    @abstractmethod
    def check(self, *raised: str) -> None:
        """Whatever has gone back, what was paid for stays paid, and nobody has to look at anything but `raised`."""

    def refund(self, amount: int) -> str:
        """Somebody gives money back in the dashboard; the refund's id."""
        return self.deployment.sdk.v1.refunds.create({"payment_intent": self.intent, "amount": amount}).id

    def dispute(self) -> str:
        """The customer's bank takes it back; the dispute's id."""
        charge: Any = self.deployment.intent(self.intent).latest_charge
        made: str = self.deployment.control.dispute(charge)["id"]
        return made


@dataclass(frozen=True)
class ForChat(Taken):
    """By a hold that was captured."""

    hold: Hold

    @classmethod
    def take(cls, deployment: Deployment, card: str = GOOD_CARD) -> ForChat:
        hold = captured(deployment, card)
        return cls(deployment, hold.id, hold)

    @property
    def path(self) -> str:
        return f"payment_intents/{self.intent}"

    @property
    def stands(self) -> tuple[Any, ...]:
        hold = self.deployment.hold(self.intent)
        return hold.status, hold.amount_captured, hold.refunded_total, hold.dispute_status

    @property
    def went_back(self) -> tuple[int, str | None]:
        *_, refunded, dispute = self.stands
        return refunded, dispute

    def after(self, refunded: int) -> tuple[Any, ...]:
        return HoldStatus.CAPTURED, TOTAL, refunded, None

    def check(self, *raised: str) -> None:
        assert self.deployment.session(self.hold.session_id).status is SessionStatus.ENDED
        assert self.deployment.alerts() == list(raised)
        check_promise(self.deployment)


@dataclass(frozen=True)
class ForOrder(Taken):
    """On Checkout's page."""

    order: Order

    @classmethod
    def take(cls, deployment: Deployment, card: str = GOOD_CARD) -> ForOrder:
        order = paid(deployment, card)
        return cls(deployment, order.stripe_sid or "", order)

    @property
    def path(self) -> str:
        return f"stripe_payments/{self.intent}"

    @property
    def stands(self) -> tuple[Any, ...]:
        return stands(self.deployment, self.order)

    @property
    def went_back(self) -> tuple[int, str | None]:
        _, refunded, _, dispute = self.stands
        return refunded, dispute

    def after(self, refunded: int) -> tuple[Any, ...]:
        status = {0: "succeeded", TOTAL: "refunded"}.get(refunded, "partially_refunded")
        return status, refunded, TOTAL - refunded, None

    def check(self, *raised: str) -> None:
        assert the_order(self.deployment, self.order.id).status is OrderStatus.PAID
        assert result(self.deployment, self.order.id).is_paid
        assert self.deployment.alerts() == list(raised)
        check_orders(self.deployment)


Take = Callable[..., Taken]
for_either = pytest.mark.parametrize("take", [ForChat.take, ForOrder.take], ids=["a chat", "an order"])
