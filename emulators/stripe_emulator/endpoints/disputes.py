"""Disputes, as banks opened them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe import params as sdk

from emulators.stripe_emulator import disputes
from emulators.stripe_emulator.listing import CURSORS
from emulators.stripe_emulator.routes import Call, filtered, route

if TYPE_CHECKING:
    from emulators.stripe_emulator.errors import Object


@route("GET", "/v1/disputes/:id", sdk.DisputeRetrieveParams)
def retrieve_dispute(call: Call) -> Object:
    """By id."""
    return call.world.find("dispute", call.id)


@route("POST", "/v1/disputes/:id", sdk.DisputeUpdateParams, ("evidence", "metadata", "submit"))
def update_dispute(call: Call) -> Object:
    """Hand in evidence."""
    dispute = call.world.find("dispute", call.id)
    disputes.update(call.world, dispute, call.params)
    return dispute


@route("POST", "/v1/disputes/:id/close", sdk.DisputeCloseParams)
def close_dispute(call: Call) -> Object:
    """Give in: the dispute is lost."""
    dispute = call.world.find("dispute", call.id)
    disputes.give_in(call.world, dispute)
    return dispute


@route("GET", "/v1/disputes", sdk.DisputeListParams, (*CURSORS, "charge", "payment_intent"))
def list_disputes(call: Call) -> Object:
    """Newest first, of one charge or PaymentIntent where asked for."""
    return filtered(call, "dispute", "/v1/disputes", ("charge", "payment_intent"))
