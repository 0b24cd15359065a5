"""Whatever is asked of a PaymentIntent, in whatever order: money is never made, and what has ended stays as it is."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from stripe_emulator.account import Account
from stripe_emulator.pipeline import Pipeline, Request

KEY = "sk_test_property"
CARDS = ["pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired", "pm_card_refundFail"]
ENDED = ("succeeded", "canceled")
AMOUNT = 5000


class PaymentIntentMachine(RuleBasedStateMachine):
    """One PaymentIntent, handled by everybody at once."""

    def __init__(self) -> None:
        super().__init__()
        self.account = Account(seed=1)
        self.pipeline = Pipeline(self.account, KEY)
        created = [("amount", str(AMOUNT)), ("currency", "jpy"), ("capture_method", "manual")]
        self.id = self.ask("POST", "", [*created, ("allowed_payment_method_types[]", "card")])["id"]
        self.ended: dict[str, Any] | None = None

    def ask(self, method: str, action: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        """One API request about the PaymentIntent."""
        path = f"/v1/payment_intents/{self.id}{action}" if hasattr(self, "id") else "/v1/payment_intents"
        return self.send(method, path, pairs)

    def send(self, method: str, path: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        """One API request; a refusal is as good an answer as any, a breakdown is not."""
        answer = self.pipeline.answer(Request(method, path, pairs, api_key=KEY))
        assert answer.status in (200, 400, 402, 404)
        decoded: dict[str, Any] = json.loads(answer.body)
        return decoded

    @property
    def intent(self) -> dict[str, Any]:
        """As it is now."""
        return self.ask("GET", "", [])

    @rule(card=st.sampled_from(CARDS))
    def confirm(self, card: str) -> None:
        self.ask("POST", "/confirm", [("payment_method", card)])

    @rule(amount=st.integers(min_value=-1, max_value=AMOUNT + 1))
    def capture(self, amount: int) -> None:
        self.ask("POST", "/capture", [("amount_to_capture", str(amount))])

    @rule()
    def cancel(self) -> None:
        self.ask("POST", "/cancel", [])

    @rule(amount=st.integers(min_value=1, max_value=AMOUNT + 1))
    def refund(self, amount: int) -> None:
        self.send("POST", "/v1/refunds", [("payment_intent", self.id), ("amount", str(amount))])

    @rule(days=st.integers(min_value=1, max_value=20))
    def wait(self, days: int) -> None:
        with self.account.acting():
            self.account.move_clock(days * 86_400)

    @invariant()
    def no_more_is_taken_than_was_held(self) -> None:
        intent = self.intent
        assert 0 <= intent["amount_received"] <= AMOUNT
        assert intent["amount_capturable"] in (0, AMOUNT)
        assert (intent["amount_capturable"] == AMOUNT) == (intent["status"] == "requires_capture")
        assert (intent["amount_received"] > 0) == (intent["status"] == "succeeded")

    @invariant()
    def no_more_is_given_back_than_was_taken(self) -> None:
        for charge in self.account.table("charge").values():
            standing = [
                each["amount"]
                for each in self.account.table("refund").values()
                if each["charge"] == charge["id"] and each["status"] != "failed"
            ]
            assert charge["amount_refunded"] == sum(standing) <= charge["amount_captured"]

    @invariant()
    def one_charge_at_most_is_captured(self) -> None:
        captured = [each for each in self.account.table("charge").values() if each["captured"]]
        assert len(captured) <= 1
        assert sum(each["amount_captured"] for each in captured) == self.intent["amount_received"]

    @precondition(lambda self: self.ended is not None or self.intent["status"] in ENDED)
    @invariant()
    def what_has_ended_stays_as_it_is(self) -> None:
        self.ended = self.ended or self.intent
        assert self.intent == self.ended


PaymentIntentMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20)
TestMoneyIsConserved = PaymentIntentMachine.TestCase
