"""A shop on the whole local stack: what it sells, its orders with their books, and Stripe's side of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
import stripe

from emulators.demo.documents import Documents
from emulators.stack.app_client import Answer, App, User
from emulators.stack.stack import Stack
from stripe_emulator import StripeControl

SECONDS = 60
"""A guard against a hang."""
PRICE, QUANTITY = 1200, 2
TOTAL = PRICE * QUANTITY
Data = dict[str, Any]


@dataclass(frozen=True)
class Ordered:
    """What the buyer's app has in its hands after `createCheckoutSession`."""

    id: str
    url: str

    @property
    def session_id(self) -> str:
        """The Checkout Session's."""
        return self.url.rsplit("/", 1)[1]


@dataclass(frozen=True)
class Books:
    """All that Firestore keeps of one order."""

    order: Data
    metadata: Data
    payments: dict[str, Data]
    """By PaymentIntent."""
    alerts: list[Data]

    @property
    def payment(self) -> Data:
        """The only payment; a test fails here where there is another number of them."""
        (only,) = self.payments.values()
        return only


@dataclass(frozen=True)
class AtStripe:
    """A Checkout Session as Stripe has it, and what has come of it; None where nobody has tried to pay yet."""

    session: stripe.checkout.Session
    intent: stripe.PaymentIntent | None
    charge: stripe.Charge | None

    @property
    def statuses(self) -> tuple[str | None, str | None, str | None]:
        """Of the session, of its PaymentIntent, of the charge."""
        intent, charge = self.intent, self.charge
        return self.session.status, intent.status if intent else None, charge.status if charge else None


@dataclass(frozen=True)
class Shop:
    """One seller with one product, and a buyer who has signed in. Every webhook comes twice."""

    stack: Stack
    app: App
    documents: Documents
    control: StripeControl
    stripe: stripe.StripeClient
    seller: str
    product: str
    buyer: User

    def offer(self, product: str, amount: int = PRICE, currency: str = "jpy", **changes: Any) -> str:
        """Put a product on sale; answers its id."""
        fields = {
            "seller_id": {"stringValue": self.seller},
            "name": {"stringValue": "パーソナルカラー診断シート"},
            "amount": {"integerValue": str(amount)},
            "currency": {"stringValue": currency},
            "active": {"booleanValue": True},
        }
        self.documents.write(f"products/{product}", {**fields, **changes})
        return product

    def basket(self, quantity: int = QUANTITY) -> Data:
        """What an app sends for a new order."""
        return {"sellerId": self.seller, "items": [{"productId": self.product, "quantity": quantity}]}

    def ask(self, data: Data, by: User | None = None) -> Answer:
        """Call `createCheckoutSession`."""
        return (by or self.buyer).call("createCheckoutSession", data)

    def order(self, by: User | None = None, quantity: int = QUANTITY) -> Ordered:
        """A new order, with its page (C-01)."""
        answer = self.ask(self.basket(quantity), by).done()
        return Ordered(answer["orderId"], answer["url"])

    def again(self, order: Ordered, by: User | None = None) -> Ordered:
        """Another page for the order, once the earlier one is closed."""
        answer = self.ask({"orderId": order.id}, by).done()
        assert answer["orderId"] == order.id
        return Ordered(order.id, answer["url"])

    def result(self, order: Ordered, **params: str) -> Data:
        """What `/api/checkout/result` says of the order (C-03)."""
        return self.get_result({"orderId": order.id, **params}).json()

    def get_result(self, params: Any, method: str = "GET") -> requests.Response:
        """Ask `/api/checkout/result` through Hosting, in whatever way."""
        url = f"{self.stack.hosting_url}/api/checkout/result"
        return requests.request(method, url, params=params, timeout=SECONDS)

    def books(self, order: Ordered) -> Books:
        """What Firestore keeps of the order, once every webhook has been delivered that Stripe does not hold."""
        self.webhooks_delivered()
        return Books(
            order=self.documents.read(f"orders/{order.id}"),
            metadata=self.documents.read(f"order_metadata/{order.id}"),
            payments=self._of(order, "stripe_payments", "order_id"),
            alerts=list(self._of(order, "alerts", "orderId").values()),
        )

    def _of(self, order: Ordered, collection: str, name: str) -> dict[str, Data]:
        found = self.documents.all(collection)
        return {key: fields for key, fields in found.items() if fields.get(name) == order.id}

    def webhooks_delivered(self) -> None:
        """Wait until Stripe has delivered all that it has to, and nothing was refused."""
        assert self.control.wait_webhooks() == 0
        assert {delivery["status"] for delivery in self.control.deliveries()} <= {200}

    def received(self, kind: str, about: str) -> bool:
        """Whether the webhook of that type about that object has come, and what it says is on record."""
        events = {d["event"] for d in self.control.deliveries() if (d["type"], d["object"]) == (kind, about)}
        return bool(events) and all(self._mark(event).get("outcome") == "done" for event in events)

    def _mark(self, event: str) -> Mapping[str, Any]:
        return self.documents.read(f"stripe_events/{event}")

    def at_stripe(self, order: Ordered) -> AtStripe:
        """Stripe's side, through its SDK."""
        session = self.stripe.v1.checkout.sessions.retrieve(order.session_id)
        if session.payment_intent is None:
            return AtStripe(session, None, None)
        expanded: Any = {"expand": ["latest_charge"]}
        intent = self.stripe.v1.payment_intents.retrieve(str(session.payment_intent), expanded)
        charge: Any = intent.latest_charge
        return AtStripe(session, intent, charge)
