"""What has to happen in the emulator before a recorded request: one scene for each recording."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from recorded.stage import CARDS_ONLY, Json, Params, Stage

if TYPE_CHECKING:
    import requests

PRICE = {
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "1500",
    "line_items[0][price_data][product_data][name]": "A recorded price",
}
EXPIRED_AFTER = 40 * 86_400
Scene = Callable[[Stage], str]
"""Plays what comes before. Answers the id of the object that the recorded request is about."""


def _declined(card: str) -> Scene:
    return lambda stage: str(stage.intent(f"pm_card_{card}")["id"])


def _nothing(_: Stage) -> str:
    return ""


def _unconfirmed(stage: Stage) -> str:
    return str(stage.intent()["id"])


def _challenged(stage: Stage) -> str:
    return str(stage.intent("pm_card_authenticationRequired", confirm="true")["id"])


def _challenge_ahead(stage: Stage) -> str:
    return str(stage.intent("pm_card_authenticationRequired")["id"])


def _canceled(stage: Stage) -> str:
    return str(stage.post(f"/v1/payment_intents/{_challenged(stage)}/cancel")["id"])


def _canceled_without_card(stage: Stage) -> str:
    intent = stage.post(
        "/v1/payment_intents",
        amount=1099,
        currency="aud",
        setup_future_usage="off_session",
        capture_method="automatic",
        **CARDS_ONLY,
    )
    return str(stage.post(f"/v1/payment_intents/{intent['id']}/cancel")["id"])


def _succeeded(stage: Stage) -> str:
    return str(stage.paid()["id"])


def _held(stage: Stage) -> str:
    return str(stage.hold()["id"])


def _captured(stage: Stage) -> str:
    return str(stage.post(f"/v1/payment_intents/{_held(stage)}/capture")["id"])


def _run_out(stage: Stage) -> str:
    held = _held(stage)
    stage.control.advance_clock(EXPIRED_AFTER)
    return held


def _charge_of_hold(stage: Stage) -> str:
    held = stage.hold()
    stage.post(f"/v1/payment_intents/{held['id']}/capture")
    return str(held["latest_charge"])


def _charge(card: str = "pm_card_visa", **params: Json) -> Scene:
    return lambda stage: str(stage.paid(card, **params)["latest_charge"])


def _refunded(amount: int, then: int) -> Scene:
    def scene(stage: Stage) -> str:
        charge = stage.paid(amount=amount)["latest_charge"]
        stage.post("/v1/refunds", charge=charge, amount=then)
        return str(charge)

    return scene


def _failed_charge(stage: Stage) -> str:
    intent = stage.intent("pm_card_chargeDeclined")
    stage.send("POST", f"/v1/payment_intents/{intent['id']}/confirm", {})
    read = stage.send("GET", f"/v1/payment_intents/{intent['id']}", {}).json()
    return str(read["latest_charge"])


def _authenticated_charge(stage: Stage) -> str:
    intent = stage.intent(capture_method="automatic")
    stage.control.pay(intent["client_secret"], "4000002500003155", authenticate="succeed")
    read = stage.send("GET", f"/v1/payment_intents/{intent['id']}", {}).json()
    return str(read["latest_charge"])


def _disputed_charge(stage: Stage) -> str:
    return str(stage.paid("pm_card_createDispute")["latest_charge"])


def _dispute(evidence: str = "") -> Scene:
    return lambda stage: str(stage.disputed(evidence)["id"])


def _decided(evidence: str) -> Scene:
    def scene(stage: Stage) -> str:
        dispute = stage.disputed(evidence)
        stage.control.advance_clock(3600)
        return str(dispute["id"])

    return scene


def _locked(stage: Stage) -> str:
    dispute = stage.disputed()
    stage.control.fault("lock_timeout", method="GET")
    return str(dispute["id"])


SCENES: dict[str, Scene] = {
    "charge-after-capture": _charge_of_hold,
    "charge-disputed": _disputed_charge,
    "charge-failed": _failed_charge,
    "charge-partially-refunded": _refunded(10000, 4000),
    "charge-with-3ds": _authenticated_charge,
    "checkout-create": _nothing,
    "decline-expired-card": _declined("chargeDeclinedExpiredCard"),
    "decline-generic": _declined("chargeDeclined"),
    "decline-incorrect-cvc": _declined("chargeDeclinedIncorrectCvc"),
    "decline-insufficient-funds": _declined("chargeDeclinedInsufficientFunds"),
    "decline-lost-card": _declined("chargeDeclinedLostCard"),
    "decline-processing-error": _declined("chargeDeclinedProcessingError"),
    "decline-radar-blocked": _nothing,
    "decline-velocity": _declined("chargeDeclinedVelocityLimitExceeded"),
    "dispute-lost": _decided("losing_evidence"),
    "dispute-needs-response": _dispute(),
    "dispute-under-review": _dispute(),
    "dispute-won": _decided("winning_evidence"),
    "lock-timeout-on-get": _locked,
    "pi-cancel-requires-action": _challenged,
    "pi-cancel-succeeded": _succeeded,
    "pi-cancel-twice": _canceled,
    "pi-cancel-twice-2018-05-21": _canceled_without_card,
    "pi-cancel-unpaid-2020": _unconfirmed,
    "pi-capture": _held,
    "pi-capture-after-expiry-2023": _run_out,
    "pi-capture-amount-charges-listed": _held,
    "pi-capture-clover": _held,
    "pi-capture-twice-2019": _captured,
    "pi-confirm-requires-action": _challenge_ahead,
    "pi-confirm-requires-capture": _unconfirmed,
    "pi-create-amount-zero": _nothing,
    "pi-create-confirm-manual-expanded": _nothing,
    "pi-create-manual-unconfirmed": _nothing,
    "pi-create-requires-action-dahlia": _nothing,
    "pi-off-session-authentication-required": _nothing,
    "pi-retrieve-missing": _nothing,
    "pi-retrieve-requires-capture": _held,
    "refund-already-refunded": _refunded(1000, 1000),
    "refund-charge-disputed": _disputed_charge,
    "refund-full-expanded-charge": _charge("pm_card_mastercard", amount=1000, currency="aud"),
    "refund-negative-amount": _charge(amount=1000),
    "refund-partial-first": _charge(amount=2900),
    "refund-partial-second": _refunded(2900, 1000),
    "refund-too-much": _refunded(1000, 500),
}
CARDS = {
    "decline-radar-blocked": "pm_card_radarBlock",
    "pi-create-requires-action-dahlia": "pm_card_authenticationRequired",
    "pi-off-session-authentication-required": "pm_card_authenticationRequired",
}
"""The test card behind a PaymentMethod that the recorded request names."""


UNTOLD = {"charge-after-capture": {"expand[1]": "balance_transaction", "expand[2]": "payment_intent"}}
"""What the request had beside the last of its parameters of one name, which alone was recorded."""


def replay(stage: Stage) -> requests.Response:
    """Play the scene and send the recorded request."""
    recording = stage.recording
    subject = SCENES[recording.name](stage)
    path = recording.request["path"]
    recorded = recording.request["params"] or {}
    if path.endswith("/refunds") and path != "/v1/refunds":
        # The older path of the same operation, which the SDK of this API version no longer has.
        path, recorded = "/v1/refunds", {**recorded, "charge": ""}
    steps = [subject if "_recorded" in step or step == ":id" else step for step in path.split("/")]
    return stage.send(recording.request["method"], "/".join(steps), _params(recording.name, recorded, subject))


def _params(name: str, recorded: Params, subject: str) -> Params:
    """The recorded parameters in the words of the emulator's API version, about the emulator's own objects."""
    params = {key.replace("[]", "[0]"): value for key, value in recorded.items() if key != "customer"}
    if params.pop("payment_method_types[0]", None):
        params |= CARDS_ONLY
    if params.pop("line_items[0][price]", None):
        params |= PRICE
    params |= UNTOLD.get(name, {})
    if "charge" in params:
        params["charge"] = subject
    if params.get("payment_method", "").startswith("pm_recorded"):
        params["payment_method"] = CARDS.get(name, "pm_card_visa")
    return params
