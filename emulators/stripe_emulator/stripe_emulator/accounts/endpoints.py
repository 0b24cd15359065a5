"""The account itself, as its own key may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe import params as sdk

from stripe_emulator.api.routes import Call, route

if TYPE_CHECKING:
    from stripe_emulator.errors import Object


@route("GET", "/v1/account", sdk.AccountRetrieveCurrentParams)
def retrieve_account(call: Call) -> Object:
    """The key's own account; of its fields only those that say which one it is."""
    settings = call.account.settings
    return {
        "id": settings.account_id,
        "object": "account",
        "charges_enabled": True,
        "country": settings.country,
        "default_currency": "jpy",
        "details_submitted": True,
        "email": None,
        "payouts_enabled": True,
        "type": "standard",
    }
