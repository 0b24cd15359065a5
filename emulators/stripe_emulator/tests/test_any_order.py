"""Whatever is asked in whatever order: money is never made, a page is paid once at most, and an end is an end."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from stripe_emulator.account import Account
from stripe_emulator.checkout import konbini
from stripe_emulator.checkout import steps as checkout
from stripe_emulator.customer.sheet import pay_session
from stripe_emulator.errors import StripeRefusal
from stripe_emulator.pipeline import Pipeline, Request

Json = dict[str, Any]
Steps = list[Callable[[], object]]
KEY = "sk_test_property"
AMOUNT = 5000
STEPS = 20
PRICE = "line_items[0][price_data]"
HOUR = 3600


class Walk:
    """An account in which one thing after the other is done at random; the seed names the walk."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.account = Account(seed=1)
        self.pipeline = Pipeline(self.account, KEY)
        self.ended: Any = None

    def send(self, path: str, **params: str) -> Json:
        """One API request; a refusal is as good an answer as any, a breakdown is not."""
        answer = self.pipeline.answer(Request("POST", path, list(params.items()), api_key=KEY))
        assert answer.status in (200, 400, 402, 404)
        decoded: Json = json.loads(answer.body)
        return decoded

    def wait(self, hours: int) -> None:
        with self.account.acting():
            self.account.move_clock(hours * HOUR)

    def attempt(self, action: Any, *arguments: Any, **options: Any) -> None:
        """A step of somebody outside the API, which may be refused."""
        with self.account.acting(), suppress(StripeRefusal):
            action(self.account, *arguments, **options)

    def events(self) -> list[str]:
        return [each["type"] for each in self.account.table("event").values()]

    def taken(self) -> list[Json]:
        """The charges whose money was taken."""
        return [each for each in self.account.table("charge").values() if each["captured"]]


class HoldWalk(Walk):
    """One PaymentIntent, handled by everybody at once."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        card = {"allowed_payment_method_types[]": "card"}
        self.intent = self.send(
            "/v1/payment_intents", amount=str(AMOUNT), currency="jpy", capture_method="manual", **card
        )

    def step(self) -> None:
        """Something that a server, an app or the clock may do."""
        path, amount = f"/v1/payment_intents/{self.intent['id']}", str(self.random.randint(-1, AMOUNT + 1))
        card = self.random.choice(["visa", "chargeDeclined", "authenticationRequired", "refundFail"])
        steps: Steps = [
            lambda: self.send(f"{path}/confirm", payment_method=f"pm_card_{card}"),
            lambda: self.send(f"{path}/capture", amount_to_capture=amount),
            lambda: self.send(f"{path}/cancel"),
            lambda: self.send("/v1/refunds", payment_intent=self.intent["id"], amount=amount),
            lambda: self.wait(24 * self.random.randint(1, 20)),
        ]
        self.random.choice(steps)()
        self.intent = json.loads(json.dumps(self.account.find("payment_intent", self.intent["id"])))

    def check(self) -> None:
        """No more is taken than was held, and none given back that was not taken."""
        status, received = self.intent["status"], self.intent["amount_received"]
        assert self.intent["amount_capturable"] == (AMOUNT if status == "requires_capture" else 0)
        assert (0 < received <= AMOUNT) if status == "succeeded" else received == 0
        assert len(self.taken()) <= 1
        assert sum(each["amount_captured"] for each in self.taken()) == received
        for charge in self.account.table("charge").values():
            refunds = [each for each in self.account.table("refund").values() if each["charge"] == charge["id"]]
            standing = [each["amount"] for each in refunds if each["status"] != "failed"]
            assert charge["amount_refunded"] == sum(standing) <= charge["amount_captured"]
        assert self.ended in (None, self.intent)
        self.ended = self.intent if status in ("succeeded", "canceled") else None


class CheckoutWalk(Walk):
    """One session, handled by a customer with many tabs, a shop, a store and the clock at once."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        order = {"mode": "payment", "success_url": "https://example.com/success", "line_items[0][quantity]": "1"}
        price = {
            f"{PRICE}[currency]": "jpy",
            f"{PRICE}[unit_amount]": str(AMOUNT),
            f"{PRICE}[product_data][name]": "tea",
        }
        self.session = self.send("/v1/checkout/sessions", **order, **price)

    def intent(self) -> Json | None:
        """The PaymentIntent, once there is one; never another one."""
        assert len(self.account.table("payment_intent")) <= 1
        return next(iter(self.account.table("payment_intent").values()), None)

    def step(self) -> None:
        """Something on the page, or around it."""
        name, intent, path = self.session["id"], self.intent(), f"/v1/checkout/sessions/{self.session['id']}"
        card = self.random.choice(["visa", "chargeDeclined", "authenticationRequired", "threeDSecureOptional"])
        answer, outcome = self.random.choice([None, "succeed", "fail"]), self.random.choice(konbini.OUTCOMES)
        action = self.random.choice(["cancel", "capture", "confirm"])
        self.account.settings.request_three_d_secure = self.random.random() < 0.5
        steps: Steps = [
            lambda: self.attempt(pay_session, name, card=f"pm_card_{card}", authenticate=answer),
            lambda: self.attempt(pay_session, name, method="konbini"),
            lambda: self.send(f"{path}/expire"),
            lambda: self.wait(self.random.randint(1, 40)),
        ]
        if intent:
            steps += [
                lambda: self.attempt(checkout.authenticate, intent, succeeded=answer == "succeed"),
                lambda: self.attempt(konbini.settle, intent, outcome),
                lambda: self.send(f"/v1/payment_intents/{intent['id']}/{action}"),
            ]
        self.random.choice(steps)()
        self.session = self.account.find("checkout.session", name)

    def check(self) -> None:
        """It is paid once at most, paid is what the PaymentIntent says, and its end is told once."""
        status, intent, events = self.session["status"], self.intent(), self.events()
        has_succeeded = intent is not None and intent["status"] == "succeeded"
        assert len(self.taken()) <= 1
        assert events.count("payment_intent.succeeded") == events.count("charge.succeeded") == len(self.taken())
        assert (self.session["payment_status"] == "paid") == has_succeeded
        assert intent is None or intent["amount_received"] == (AMOUNT if has_succeeded else 0)
        assert (self.session["url"] is not None) == (status == "open")
        if status == "expired" and intent:
            assert intent["status"] == "canceled"
        told = events.count("checkout.session.completed") + events.count("checkout.session.expired")
        assert told == (status != "open")
        assert self.ended in (None, status)
        self.ended = None if status == "open" else status


@pytest.mark.parametrize("kind", [HoldWalk, CheckoutWalk])
@pytest.mark.parametrize("seed", range(40))
def test_a_walk_of_any_steps_keeps_what_always_holds(kind: type[HoldWalk | CheckoutWalk], seed: int) -> None:
    walk = kind(seed)

    for _ in range(STEPS):
        walk.step()
        walk.check()
