"""The control API's people: the card holder with the payment sheet, and the banks behind the cards."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from . import checkout, disputes, payments, refunds
from .control_requests import Body, body_of_request, on, one_of
from .sheet import pay
from .world import Cause

if TYPE_CHECKING:
    from flask import Blueprint

    from .errors import Object
    from .service import Service


def add_card_holder(service: Service, blueprint: Blueprint) -> None:
    """Pay, answer a challenge, let a hold run out."""
    world = service.world

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
            checkout.authenticate(world, intent, succeeded=body["outcome"] == "succeed")
            return dict(intent)

    @on(blueprint, "POST", "/expire_authorization")
    def expire() -> Object:
        with world.acting():
            intent = world.find("payment_intent", body_of_request()["payment_intent"], "intent")
            if intent["status"] != "requires_capture":
                raise ValueError(f"nothing is held: the status is {intent['status']}")
            payments.expire(world, intent)
            return dict(intent)


def add_refunds(service: Service, blueprint: Blueprint) -> None:
    """What banks do about refunds."""
    world = service.world

    @on(blueprint, "POST", "/refunds/<identifier>/settle")
    def settle(identifier: str) -> Object:
        with world.acting():
            refund = world.find("refund", identifier)
            refunds.settle(world, refund, one_of(body_of_request()["status"], ("succeeded", "failed")))
            return dict(refund)

    @on(blueprint, "POST", "/refunds/<identifier>/reference")
    def name_reference(identifier: str) -> Object:
        with world.acting():
            refund = world.find("refund", identifier)
            refunds.name_reference(world, refund)
            return dict(refund)


def add_disputes(service: Service, blueprint: Blueprint) -> None:
    """Open, follow and close disputes."""
    world = service.world

    @on(blueprint, "POST", "/disputes")
    def dispute() -> Object:
        body = body_of_request()
        with world.acting():
            charge = world.find("charge", body["charge"])
            status = one_of(body.get("status", "needs_response"), disputes.OPENED)
            amount = int(body.get("amount") or charge["amount_captured"])
            disputes.check(charge, amount)
            return dict(disputes.open_dispute(world, charge, body.get("reason", "fraudulent"), status, amount))

    @on(blueprint, "POST", "/disputes/<identifier>/move")
    def move(identifier: str) -> Object:
        with world.acting():
            found = world.find("dispute", identifier)
            disputes.move(world, found, one_of(body_of_request()["status"], disputes.MOVES[found["status"]]))
            return dict(found)

    @on(blueprint, "POST", "/disputes/<identifier>/close")
    def close(identifier: str) -> Object:
        with world.acting():
            found = world.find("dispute", identifier)
            disputes.close(world, found, one_of(body_of_request()["status"], disputes.CLOSINGS[found["status"]]))
            return dict(found)
