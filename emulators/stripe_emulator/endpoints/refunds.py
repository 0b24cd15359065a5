"""Refunds of captured charges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe import params as sdk

from emulators.stripe_emulator import refunds
from emulators.stripe_emulator.listing import CURSORS
from emulators.stripe_emulator.routes import Call, filtered, route

if TYPE_CHECKING:
    from emulators.stripe_emulator.errors import Object


REFUND_PARAMS = ("amount", "charge", "metadata", "payment_intent", "reason")


@route("POST", "/v1/refunds", sdk.RefundCreateParams, REFUND_PARAMS, check=refunds.check)
def create_refund(call: Call) -> Object:
    """Give money back, all or a part."""
    return refunds.create(call.world, call.params)


@route("GET", "/v1/refunds/:id", sdk.RefundRetrieveParams)
def retrieve_refund(call: Call) -> Object:
    """By id."""
    return call.world.find("refund", call.id)


@route("GET", "/v1/refunds", sdk.RefundListParams, (*CURSORS, "charge", "payment_intent"))
def list_refunds(call: Call) -> Object:
    """Newest first, of one charge or PaymentIntent where asked for."""
    return filtered(call, "refund", "/v1/refunds", ("charge", "payment_intent"))
