"""Refunds of captured charges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe import params as sdk

from stripe_emulator.api.listing import CURSORS
from stripe_emulator.api.routes import Call, filtered, route
from stripe_emulator.refunds import steps as refunds

if TYPE_CHECKING:
    from stripe_emulator.errors import Object


REFUND_PARAMS = ("amount", "charge", "metadata", "payment_intent", "reason")


@route("POST", "/v1/refunds", sdk.RefundCreateParams, REFUND_PARAMS, check=refunds.check)
def create_refund(call: Call) -> Object:
    """Give money back, all or a part."""
    return refunds.create(call.account, call.params)


@route("GET", "/v1/refunds/:id", sdk.RefundRetrieveParams)
def retrieve_refund(call: Call) -> Object:
    """By id."""
    return call.account.find("refund", call.id)


@route("GET", "/v1/refunds", sdk.RefundListParams, (*CURSORS, "charge", "payment_intent"))
def list_refunds(call: Call) -> Object:
    """Newest first, of one charge or PaymentIntent where asked for."""
    return filtered(call, "refund", "/v1/refunds", ("charge", "payment_intent"))
