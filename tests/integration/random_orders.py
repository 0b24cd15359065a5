"""A shop in which everything goes wrong at random, drawn from a seed, so that any run can be had again.

Buyers with several tabs, webhooks, processes that die, clocks that differ, stores, banks, and Stripe out of order.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import stripe

from payments.core.refusals import Refusal
from stripe_emulator.client import ControlError
from tests.integration.call_recorder import Killed
from tests.integration.deployment import Json
from tests.integration.random_world import FAULTS, Disorder
from tests.integration.shop import DECLINED, order, order_again, pages, pay_page, result

CARDS: Final = ("4242424242424242", "4242424242424242", DECLINED, "4000000000005126", "4000000000000259")


@dataclass
class ShopChaos(Disorder):
    """A shop. `settle` lets everything come to rest."""

    made: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.may_do({
            self.buy: 5, self.again: 6, self.pay: 8, self.at_store: 2, self.store: 3, self.confirm: 4, self.deliver: 8,
            self.lose: 2, self.refund: 2, self.dispute: 1, self.wait: 5, self.wait_long: 1, self.sweep: 5,
            self.break_stripe: 4,
        })  # fmt: skip

    def settle(self) -> None:
        """Stripe is well again, its webhooks come in the end, and time passes until nothing waits for it."""
        self.deployment.control.clear_faults()
        self.deployment.sweep_for(2, every=0.5)
        self.deployment.sweep_for(100, every=20)
        for _ in range(3):
            for body in self.deployment.events():
                self.deployment.receive(body)

    # --- buyers

    def buy(self) -> None:
        opened = order(self.deployment, user=f"buyer{self.random.randrange(50)}")
        self.made.add(opened.order.id)

    def again(self) -> None:
        if name := self._order():
            buyer = self.deployment.db.document(f"orders/{name}").get().get("user_id")
            order_again(self.deployment, name, user=buyer)

    def pay(self) -> None:
        """On any page of the order that somebody has been given, also on an older tab's."""
        self._pay(card=self.random.choice(CARDS))

    def at_store(self) -> None:
        self._pay(method="konbini")

    def _pay(self, **how: Any) -> None:
        found = pages(self.deployment, self._order() or "none")
        if found:
            with suppress(ControlError):
                pay_page(self.deployment, self.random.choice(found).id, **how)

    def confirm(self) -> None:
        if name := self._order():
            result(self.deployment, name, confirm=True)

    def _order(self) -> str | None:
        return self.random.choice(sorted(self.made)) if self.made else None

    # --- Stripe, stores and banks

    def store(self) -> None:
        waiting = [i for i in self.deployment.intents().values() if i.status in ("requires_action", "processing")]
        if waiting:
            outcome: Any = self.random.choice(("processing", "succeed", "fail"))
            with suppress(ControlError):
                self.deployment.control.settle_konbini(self.random.choice(waiting).id, outcome)

    def refund(self) -> None:
        self._of_a_paid(lambda i: self.deployment.sdk.v1.refunds.create({"payment_intent": i.id, "amount": 500}))

    def dispute(self) -> None:
        def move(intent: stripe.PaymentIntent) -> None:
            disputes = self.deployment.sdk.v1.disputes.list({"payment_intent": intent.id}).data
            if disputes:
                self.deployment.control.close_dispute(disputes[0].id, self.random.choice(("won", "lost")))
            else:
                self.deployment.control.dispute(str(intent.latest_charge))

        self._of_a_paid(move)

    def _of_a_paid(self, act: Callable[[stripe.PaymentIntent], Any]) -> None:
        found = [intent for intent in self.deployment.intents().values() if intent.status == "succeeded"]
        if found:
            with suppress(ControlError, stripe.StripeError):
                act(self.random.choice(found))

    def break_stripe(self) -> None:
        method, path = self.random.choice(
            (("POST", "*/expire"), ("POST", "/v1/checkout/sessions"), ("GET", "/v1/checkout/sessions/*"))
        )
        kind = self.random.choice(FAULTS if method == "POST" else ("drop_before",))
        self.deployment.control.fault(kind, method, path)

    # --- webhooks and time

    def deliver(self) -> None:
        """Late, out of order, some of them twice."""
        bodies = self.some_news() + self.some_old()
        self.random.shuffle(bodies)
        for body in bodies:
            self._receive(body)

    def _receive(self, body: Json) -> None:
        try:
            self.deployment.receive(body)
        except (Killed, Refusal):
            self.deployment.delivered.discard(body["id"])
            raise

    def lose(self) -> None:
        self.some_news()

    def wait(self) -> None:
        self.deployment.pass_time(minutes=self.random.choice((1, 3, 16, 61)))
