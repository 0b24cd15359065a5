"""The control API's people: the card holder with the payment sheet, and the banks behind the cards."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from . import disputes, payments, refunds
from .control_requests import Body, body_of_request, on
from .sheet import pay
from .world import Cause

if TYPE_CHECKING:
    from flask import Blueprint

    from .emulator import StripeEmulator
    from .errors import Json, Object


def add_card_holder(emulator: StripeEmulator, blueprint: Blueprint) -> None:
    """Pay, answer a challenge, let a hold run out."""
    world = emulator.world

    @on(blueprint, "POST", "/pay")
    def pay_with_sheet() -> Body:
        # The payment sheet is a client of the API: what it does is caused by a request of its own.
        with world.acting(Cause("req_" + world.token(14), str(uuid.uuid4()))):
            return pay(world, **body_of_request())

    @on(blueprint, "POST", "/authenticate")
    def authenticate() -> Object:
        body = body_of_request()
        with world.acting():
            intent = world.find("payment_intent", body["payment_intent"], "intent")
            payments.authenticate(world, intent, succeeded=body["outcome"] == "succeed")
            return dict(intent)

    @on(blueprint, "POST", "/expire_authorization")
    def expire() -> Object:
        with world.acting():
            intent = world.find("payment_intent", body_of_request()["payment_intent"], "intent")
            if intent["status"] != "requires_capture":
                raise ValueError(f"nothing is held: the status is {intent['status']}")
            payments.expire(world, intent)
            return dict(intent)


def add_bank(emulator: StripeEmulator, blueprint: Blueprint) -> None:
    """Settle refunds, open and close disputes."""
    world = emulator.world

    @on(blueprint, "POST", "/refunds/<identifier>/settle")
    def settle(identifier: str) -> Object:
        with world.acting():
            refund = world.find("refund", identifier)
            refunds.settle(world, refund, _one_of(body_of_request()["status"], ("succeeded", "failed")))
            return dict(refund)

    @on(blueprint, "POST", "/disputes")
    def dispute() -> Object:
        body = body_of_request()
        with world.acting():
            charge = world.find("charge", body["charge"])
            opened = ("needs_response", "warning_needs_response")
            status = _one_of(body.get("status", "needs_response"), opened)
            if not charge["captured"]:
                raise ValueError("only captured money can be disputed")
            return dict(disputes.open_dispute(world, charge, body.get("reason", "fraudulent"), status))

    @on(blueprint, "POST", "/disputes/<identifier>/close")
    def close(identifier: str) -> Object:
        with world.acting():
            found = world.find("dispute", identifier)
            disputes.close(world, found, _one_of(body_of_request()["status"], disputes.CLOSED))
            return dict(found)


def _one_of(value: Json, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} must be one of {', '.join(allowed)}")
    return str(value)
