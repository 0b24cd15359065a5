"""Whatever is done on a Checkout page and around it, in any order: it is paid once at most, and an end is an end."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from stripe_emulator.account import Account
from stripe_emulator.checkout import konbini
from stripe_emulator.checkout import steps as checkout
from stripe_emulator.customer.sheet import pay_session
from stripe_emulator.errors import StripeRefusal
from stripe_emulator.pipeline import Pipeline, Request

KEY = "sk_test_property"
AMOUNT = 5000
CARDS = ["pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired", "pm_card_threeDSecureOptional"]
PRICE = "line_items[0][price_data]"
SUCCESS_EVENTS = {"payment_intent.succeeded", "charge.succeeded"}


class CheckoutMachine(RuleBasedStateMachine):
    """One session, handled by a customer with many tabs, a shop, a store and the clock at once."""

    def __init__(self) -> None:
        super().__init__()
        self.account = Account(seed=1)
        self.pipeline = Pipeline(self.account, KEY)
        self.id = self.send(
            "/v1/checkout/sessions",
            [
                ("mode", "payment"),
                ("success_url", "https://example.com/success"),
                (f"{PRICE}[currency]", "jpy"),
                (f"{PRICE}[unit_amount]", str(AMOUNT)),
                (f"{PRICE}[product_data][name]", "tea"),
                ("line_items[0][quantity]", "1"),
            ],
        )["id"]
        self.ended: str | None = None

    def send(self, path: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        """One API request; a refusal is as good an answer as any, a breakdown is not."""
        answer = self.pipeline.answer(Request("POST", path, pairs, api_key=KEY))
        assert answer.status in (200, 400)
        decoded: dict[str, Any] = json.loads(answer.body)
        return decoded

    @property
    def session(self) -> dict[str, Any]:
        """As it is now."""
        return self.account.find("checkout.session", self.id)

    def intent(self) -> dict[str, Any] | None:
        """The PaymentIntent, once there is one; never another one."""
        assert len(self.account.table("payment_intent")) <= 1
        return next(iter(self.account.table("payment_intent").values()), None)

    @rule(card=st.sampled_from(CARDS), answer=st.sampled_from([None, "succeed", "fail"]), radar=st.booleans())
    def pay(self, card: str, answer: str | None, *, radar: bool) -> None:
        self.account.settings.request_three_d_secure = radar
        self.attempt(lambda: pay_session(self.account, self.id, card=card, authenticate=answer))

    @rule()
    def take_a_voucher(self) -> None:
        self.attempt(lambda: pay_session(self.account, self.id, method="konbini"))

    @rule(succeeded=st.booleans())
    def answer_a_challenge(self, *, succeeded: bool) -> None:
        if intent := self.intent():
            self.attempt(lambda: checkout.authenticate(self.account, intent, succeeded=succeeded))

    @rule(outcome=st.sampled_from(konbini.OUTCOMES))
    def report_from_the_store(self, outcome: konbini.Outcome) -> None:
        if intent := self.intent():
            self.attempt(lambda: konbini.settle(self.account, intent, outcome))

    @rule()
    def expire(self) -> None:
        self.send(f"/v1/checkout/sessions/{self.id}/expire", [])

    @rule(action=st.sampled_from(["cancel", "capture", "confirm"]))
    def reach_for_the_payment_intent(self, action: str) -> None:
        if intent := self.intent():
            self.send(f"/v1/payment_intents/{intent['id']}/{action}", [])

    @rule(hours=st.integers(min_value=1, max_value=80))
    def wait(self, hours: int) -> None:
        with self.account.acting():
            self.account.move_clock(hours * 3600)

    def attempt(self, action: Any) -> None:
        """Something that may be refused, which is as good as any other answer."""
        with self.account.acting(), suppress(StripeRefusal):
            action()

    @invariant()
    def it_is_paid_once_at_most(self) -> None:
        taken = [each for each in self.account.table("charge").values() if each["captured"]]
        events = [each["type"] for each in self.account.table("event").values()]
        assert len(taken) <= 1
        assert {events.count(each) for each in SUCCESS_EVENTS} == {len(taken)}

    @invariant()
    def paid_is_what_the_payment_intent_says(self) -> None:
        intent = self.intent()
        succeeded = intent is not None and intent["status"] == "succeeded"
        assert (self.session["payment_status"] == "paid") == succeeded
        assert intent is None or intent["amount_received"] == (AMOUNT if succeeded else 0)

    @invariant()
    def only_an_open_session_has_a_page(self) -> None:
        assert (self.session["url"] is not None) == (self.session["status"] == "open")

    @invariant()
    def an_expired_session_leaves_nothing_that_can_be_paid(self) -> None:
        intent = self.intent()
        if self.session["status"] == "expired" and intent:
            assert intent["status"] == "canceled"

    @invariant()
    def what_has_ended_stays_ended_and_was_told_once(self) -> None:
        status = self.session["status"]
        events = [each["type"] for each in self.account.table("event").values()]
        ends = [each for each in events if each in ("checkout.session.completed", "checkout.session.expired")]
        assert self.ended in (None, status)
        assert len(ends) == (status != "open")
        self.ended = None if status == "open" else status


CheckoutMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=20)
TestAPagePaysOnce = CheckoutMachine.TestCase
