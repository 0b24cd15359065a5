"""The emulator with a recording that is replayed on it: raw requests, and the payments that scenes begin with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from recorded.files import Recording
    from stripe_emulator import StripeControl

Json = Any
Params = dict[str, Json]
GIVEN = (
    "capture_method", "confirmation_method", "currency", "setup_future_usage", "statement_descriptor_suffix",
    "transfer_group",
)  # fmt: skip
"""What a PaymentIntent was created with, as far as its later states still say it."""
CARDS_ONLY = {"allowed_payment_method_types[0]": "card"}


@dataclass(frozen=True)
class Stage:
    """The emulator, the recording that is replayed on it, and raw requests without the SDK between them."""

    url: str
    key: str
    control: StripeControl
    recording: Recording

    def send(self, method: str, path: str, params: Params) -> requests.Response:
        """One request with flat parameters (`metadata[key]`)."""
        headers = {"Authorization": f"Bearer {self.key}"}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        query, form = (params, None) if method == "GET" else (None, params)
        return requests.request(method, self.url + path, params=query, data=form, headers=headers, timeout=30)

    def post(self, path: str, **params: Json) -> Json:
        """The answer to a step on the way, which must succeed."""
        answer = self.send("POST", path, params)
        answer.raise_for_status()
        return answer.json()

    def intent(self, card: str = "pm_card_visa", **params: Json) -> Json:
        """A PaymentIntent like the recorded one, with a card and not confirmed."""
        kinds = ("payment_intent", "charge", "dispute", "refund")
        recorded: Params = next(filter(None, map(self.recording.subject, kinds)), {})
        like = {name: recorded[name] for name in GIVEN if recorded.get(name)}
        described = {"description": "recorded"} if recorded.get("description") else {}
        asked = {"amount": recorded.get("amount", 1000), "currency": "usd", "payment_method": card, **like, **described}
        only = {} if recorded.get("automatic_payment_methods") else CARDS_ONLY
        return self.post("/v1/payment_intents", **{**asked, **only, **params})

    def hold(self, **params: Json) -> Json:
        """A PaymentIntent that holds money."""
        return_url = {"return_url": "https://shop.invalid"}
        return self.intent(confirm="true", capture_method="manual", **{**return_url, **params})

    def paid(self, card: str = "pm_card_visa", **params: Json) -> Json:
        """A PaymentIntent whose money was taken at once."""
        return self.intent(card, confirm="true", **{"capture_method": "automatic", **params})

    def disputed(self, evidence: str = "") -> Json:
        """The dispute of a charge, with evidence handed in if there is a text."""
        recorded = self.recording.subject("dispute")
        charge = self.paid()["latest_charge"]
        dispute = self.control.dispute(charge, reason=recorded.get("reason", "fraudulent"))
        return self.post(
            f"/v1/disputes/{dispute['id']}", **{"evidence[uncategorized_text]": evidence} if evidence else {}
        )
