"""What happens in the emulator before it sends an event like a recorded one; which events are not compared, and why."""

from __future__ import annotations

from typing import Any

from recorded.scenes import PRICE, Scene
from recorded.stage import CARDS_ONLY, Stage

NOT_COMPARED = {
    "event-amount-capturable-2020-partial": "its publisher left most fields out",
    "event-charge-succeeded-other-account-2022-11-15": "its publisher left out every null, and it is a platform's",
    "event-checkout-completed-2020-08-27": "its publisher left fields out",
    "event-dashboard-sample-charge-refunded-2018": "a sample, not of a real payment",
    "event-dashboard-sample-dispute-closed-2018": "a sample, not of a real payment",
    "event-docs-sample-amount-capturable-2022-11-15": "a sample, not of a real payment",
}
"""Events of which not enough is left to compare them whole, with the reason."""
BOUGHT = {"mode": "payment", "success_url": "https://shop.invalid", "cancel_url": "https://shop.invalid"}
LINE = {**PRICE, "line_items[0][price_data][unit_amount]": "29900", "line_items[0][quantity]": "1"}
ADDRESS = {
    "shipping[name]": "N", "shipping[address][line1]": "L", "shipping[address][country]": "US",
    "shipping[address][city]": "C", "shipping[address][state]": "S", "shipping[address][postal_code]": "00000",
}  # fmt: skip
TEXTS = {"description": "recorded", "statement_descriptor": "RECORDED"}


def _created(stage: Stage) -> str:
    params = {"amount": 3000, "currency": "usd", **CARDS_ONLY, **ADDRESS}
    return str(stage.post("/v1/payment_intents", **params)["id"])


def _paid(stage: Stage) -> str:
    return str(stage.paid(**TEXTS)["latest_charge"])


def _failed(stage: Stage) -> str:
    intent = stage.intent("pm_card_chargeDeclined", **TEXTS)
    stage.send("POST", f"/v1/payment_intents/{intent['id']}/confirm", {})
    return str(intent["id"])


def _disputed(stage: Stage) -> str:
    return str(stage.paid("pm_card_createDisputeProductNotReceived")["latest_charge"])


def _disputed_by_itself(stage: Stage) -> str:
    return str(stage.disputed()["id"])


def _given_in(stage: Stage) -> str:
    found = stage.send("GET", "/v1/disputes", {"charge": _disputed(stage)}).json()["data"][0]
    return str(stage.post(f"/v1/disputes/{found['id']}/close")["id"])


def _refund(stage: Stage, card: str = "pm_card_visa", **params: Any) -> str:
    intent = stage.paid(card)
    return str(stage.post("/v1/refunds", payment_intent=intent["id"], **params)["id"])


def _refund_failed(stage: Stage) -> str:
    refund = _refund(stage, "pm_card_refundFail")
    stage.control.settle_refund(refund, "failed")
    return refund


def _refund_referenced(stage: Stage) -> str:
    refund = _refund(stage, reason="requested_by_customer")
    stage.control.name_refund_reference(refund)
    return refund


def _checkout_completed(stage: Stage) -> str:
    session = stage.post("/v1/checkout/sessions", **BOUGHT, **LINE)
    stage.control.pay_checkout(session["id"])
    return str(session["id"])


SCENES: dict[str, Scene] = {
    "event-charge-failed-dahlia": _failed,
    "event-charge-refund-updated-failed-2020-03-02": _refund_failed,
    "event-charge-refund-updated-reference-basil": _refund_referenced,
    "event-charge-succeeded-captured-dahlia": _paid,
    "event-checkout-completed-basil": _checkout_completed,
    "event-dispute-closed-lost-dahlia": _given_in,
    "event-dispute-created-dahlia": _disputed,
    "event-dispute-funds-withdrawn-2020-03-02": _disputed_by_itself,
    "event-payment-intent-created-clover": _created,
}


def event_like(stage: Stage) -> Any:
    """The emulator's newest event of the recorded type, after its scene."""
    SCENES[stage.recording.name](stage)
    return stage.send("GET", "/v1/events", {"type": stage.recording.event["type"]}).json()["data"][0]
