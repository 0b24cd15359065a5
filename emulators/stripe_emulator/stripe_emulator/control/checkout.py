"""The control API's customer of Stripe Checkout: pays without a browser, and at a convenience store later, or never."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from stripe_emulator.account import Cause
from stripe_emulator.checkout import konbini
from stripe_emulator.control.requests import Body, body_of_request, on, one_of
from stripe_emulator.customer.sheet import pay_session

if TYPE_CHECKING:
    from flask import Blueprint

    from stripe_emulator.errors import Object
    from stripe_emulator.service import Service


def add_checkout(service: Service, blueprint: Blueprint) -> None:
    """Pay a session; settle what waits for a convenience store."""
    account = service.account

    @on(blueprint, "POST", "/checkout/<identifier>/pay")
    def pay(identifier: str) -> Body:
        # The page is a client of the API: what it does is caused by a request of its own.
        with account.acting(Cause("req_" + account.token(14), str(uuid.uuid4()))):
            return pay_session(account, identifier, **body_of_request())

    @on(blueprint, "POST", "/konbini/<identifier>/settle")
    def settle(identifier: str) -> Object:
        with account.acting():
            intent = account.find("payment_intent", identifier, "intent")
            outcome = one_of(body_of_request()["outcome"], konbini.OUTCOMES)
            konbini.settle(account, intent, outcome)
            return dict(intent)
