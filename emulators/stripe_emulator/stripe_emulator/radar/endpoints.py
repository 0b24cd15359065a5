"""Early fraud warnings and reviews, as they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe import params as sdk
from stripe.params import radar

from stripe_emulator.api.listing import CURSORS
from stripe_emulator.api.routes import Call, filtered, route

if TYPE_CHECKING:
    from stripe_emulator.errors import Object


@route("GET", "/v1/radar/early_fraud_warnings/:id", radar.EarlyFraudWarningRetrieveParams)
def retrieve_warning(call: Call) -> Object:
    """By id."""
    return call.account.find("radar.early_fraud_warning", call.id)


@route(
    "GET",
    "/v1/radar/early_fraud_warnings",
    radar.EarlyFraudWarningListParams,
    (*CURSORS, "charge", "payment_intent"),
)
def list_warnings(call: Call) -> Object:
    """Newest first, of one charge or PaymentIntent where asked for."""
    wanted = ("charge", "payment_intent")
    return filtered(call, "radar.early_fraud_warning", "/v1/radar/early_fraud_warnings", wanted)


@route("GET", "/v1/reviews/:id", sdk.ReviewRetrieveParams)
def retrieve_review(call: Call) -> Object:
    """By id."""
    return call.account.find("review", call.id)


@route("GET", "/v1/reviews", sdk.ReviewListParams, CURSORS)
def list_reviews(call: Call) -> Object:
    """Newest first, those that are open."""
    return filtered(call, "review", "/v1/reviews")
