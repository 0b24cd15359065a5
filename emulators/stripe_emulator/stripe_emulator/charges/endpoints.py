"""Charges, as PaymentIntents made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe import params as sdk

from stripe_emulator.api.listing import CURSORS
from stripe_emulator.api.routes import Call, filtered, route

if TYPE_CHECKING:
    from stripe_emulator.errors import Object


@route("GET", "/v1/charges/:id", sdk.ChargeRetrieveParams)
def retrieve_charge(call: Call) -> Object:
    """By id."""
    return call.account.find("charge", call.id)


@route("GET", "/v1/charges", sdk.ChargeListParams, (*CURSORS, "payment_intent"))
def list_charges(call: Call) -> Object:
    """Newest first, of one PaymentIntent where asked for."""
    return filtered(call, "charge", "/v1/charges", ("payment_intent",))
