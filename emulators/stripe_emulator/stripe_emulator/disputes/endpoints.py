"""Disputes, as banks opened them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe import params as sdk

from stripe_emulator.api.listing import CURSORS
from stripe_emulator.api.routes import Call, filtered, route
from stripe_emulator.disputes import steps as disputes

if TYPE_CHECKING:
    from stripe_emulator.errors import Object


@route("GET", "/v1/disputes/:id", sdk.DisputeRetrieveParams)
def retrieve_dispute(call: Call) -> Object:
    """By id."""
    return call.account.find("dispute", call.id)


@route("POST", "/v1/disputes/:id", sdk.DisputeUpdateParams, ("evidence", "metadata", "submit"))
def update_dispute(call: Call) -> Object:
    """Hand in evidence."""
    dispute = call.account.find("dispute", call.id)
    disputes.update(call.account, dispute, call.params)
    return dispute


@route("POST", "/v1/disputes/:id/close", sdk.DisputeCloseParams)
def close_dispute(call: Call) -> Object:
    """Give in: the dispute is lost."""
    dispute = call.account.find("dispute", call.id)
    disputes.give_in(call.account, dispute)
    return dispute


@route("GET", "/v1/disputes", sdk.DisputeListParams, (*CURSORS, "charge", "payment_intent"))
def list_disputes(call: Call) -> Object:
    """Newest first, of one charge or PaymentIntent where asked for."""
    return filtered(call, "dispute", "/v1/disputes", ("charge", "payment_intent"))
