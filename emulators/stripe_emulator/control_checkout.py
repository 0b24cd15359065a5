"""The control API's customer of Stripe Checkout: pays without a browser, and at a convenience store later, or never."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from . import konbini
from .control_requests import Body, body_of_request, on, one_of
from .sheet import pay_session
from .world import Cause

if TYPE_CHECKING:
    from flask import Blueprint

    from .errors import Object
    from .service import Service


def add_checkout(service: Service, blueprint: Blueprint) -> None:
    """Pay a session; settle what waits for a convenience store."""
    world = service.world

    @on(blueprint, "POST", "/checkout/<identifier>/pay")
    def pay(identifier: str) -> Body:
        # The page is a client of the API: what it does is caused by a request of its own.
        with world.acting(Cause("req_" + world.token(14), str(uuid.uuid4()))):
            return pay_session(world, identifier, **body_of_request())

    @on(blueprint, "POST", "/konbini/<identifier>/settle")
    def settle(identifier: str) -> Object:
        with world.acting():
            intent = world.find("payment_intent", identifier, "intent")
            outcome = one_of(body_of_request()["outcome"], konbini.OUTCOMES)
            konbini.settle(world, intent, outcome)
            return dict(intent)
