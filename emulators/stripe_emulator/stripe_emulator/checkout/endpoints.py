"""Checkout Sessions: create, read, list, expire, and what is bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe.params import checkout as sdk

from stripe_emulator.api.listing import CURSORS, PAGING, line_items
from stripe_emulator.api.routes import Call, filtered, route
from stripe_emulator.checkout import params as checkout_params
from stripe_emulator.checkout import steps as checkout

if TYPE_CHECKING:
    from stripe_emulator.errors import Object

URL = "/v1/checkout/sessions"


@route("POST", URL, sdk.SessionCreateParams, tuple(checkout_params.MODELLED), check=checkout_params.check)
def create_session(call: Call) -> Object:
    """Open a payment page."""
    if "expires_at" in call.params:
        checkout_params.check_expiry(call.params["expires_at"], call.account.now)
    return checkout.open_session(call.account, call.params)


@route("GET", URL, sdk.SessionListParams, (*CURSORS, "payment_intent", "status"))
def list_sessions(call: Call) -> Object:
    """Newest first, of one PaymentIntent or status where asked for."""
    return filtered(call, "checkout.session", URL, ("payment_intent", "status"))


@route("GET", f"{URL}/:id", sdk.SessionRetrieveParams)
def retrieve_session(call: Call) -> Object:
    """By id."""
    return _session(call)


def _session(call: Call) -> Object:
    return call.account.find("checkout.session", call.id, "session")


@route("POST", f"{URL}/:id/expire", sdk.SessionExpireParams)
def expire_session(call: Call) -> Object:
    """Close the page, while it is open."""
    session = _session(call)
    checkout.expire(call.account, session)
    return session


@route("GET", f"{URL}/:id/line_items", sdk.SessionListLineItemsParams, PAGING)
def list_line_items(call: Call) -> Object:
    """In the order in which they were given."""
    return line_items(call.account, _session(call), call.params)
