"""The control API's people: the card holder with the payment sheet, and the banks behind the cards."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from stripe_emulator.account import Cause
from stripe_emulator.checkout import steps as checkout
from stripe_emulator.control.requests import Body, body_of_request, on, one_of
from stripe_emulator.customer.sheet import pay
from stripe_emulator.disputes import steps as disputes
from stripe_emulator.payment_intents import steps as payments
from stripe_emulator.radar import steps as radar
from stripe_emulator.refunds import steps as refunds

if TYPE_CHECKING:
    from flask import Blueprint

    from stripe_emulator.errors import Object
    from stripe_emulator.service import Service


def add_card_holder(service: Service, blueprint: Blueprint) -> None:
    """Pay, answer a challenge, let a hold run out."""
    account = service.account

    @on(blueprint, "POST", "/pay")
    def pay_with_sheet() -> Body:
        # The payment sheet is a client of the API: what it does is caused by a request of its own.
        with account.acting(Cause("req_" + account.token(14), str(uuid.uuid4()))):
            return pay(account, **body_of_request())

    @on(blueprint, "POST", "/authenticate")
    def authenticate() -> Object:
        body = body_of_request()
        with account.acting():
            intent = account.find("payment_intent", body["payment_intent"], "intent")
            checkout.authenticate(account, intent, succeeded=body["outcome"] == "succeed")
            return dict(intent)

    @on(blueprint, "POST", "/expire_authorization")
    def expire() -> Object:
        with account.acting():
            intent = account.find("payment_intent", body_of_request()["payment_intent"], "intent")
            if intent["status"] != "requires_capture":
                raise ValueError(f"nothing is held: the status is {intent['status']}")
            payments.expire(account, intent)
            return dict(intent)


def add_refunds(service: Service, blueprint: Blueprint) -> None:
    """What banks do about refunds."""
    account = service.account

    @on(blueprint, "POST", "/refunds/<identifier>/settle")
    def settle(identifier: str) -> Object:
        with account.acting():
            refund = account.find("refund", identifier)
            refunds.settle(account, refund, one_of(body_of_request()["status"], ("succeeded", "failed")))
            return dict(refund)

    @on(blueprint, "POST", "/refunds/<identifier>/reference")
    def name_reference(identifier: str) -> Object:
        with account.acting():
            refund = account.find("refund", identifier)
            refunds.name_reference(account, refund)
            return dict(refund)


def add_suspicions(service: Service, blueprint: Blueprint) -> None:
    """What issuers and Radar suspect of charges."""
    account = service.account

    @on(blueprint, "POST", "/early_fraud_warnings")
    def warn() -> Object:
        body = body_of_request()
        with account.acting():
            charge = account.find("charge", body["charge"])
            return dict(radar.warn(account, charge, one_of(body["fraud_type"], radar.FRAUD_TYPES)))

    @on(blueprint, "POST", "/reviews")
    def review() -> Object:
        body = body_of_request()
        with account.acting():
            charge = account.find("charge", body["charge"])
            return dict(radar.open_review(account, charge, one_of(body["opened_reason"], radar.OPENED_REASONS)))


def add_disputes(service: Service, blueprint: Blueprint) -> None:
    """Open, follow and close disputes."""
    account = service.account

    @on(blueprint, "POST", "/disputes")
    def dispute() -> Object:
        body = body_of_request()
        with account.acting():
            charge = account.find("charge", body["charge"])
            status = one_of(body.get("status", "needs_response"), disputes.OPENED)
            amount = int(body.get("amount") or charge["amount_captured"])
            disputes.check(charge, amount)
            return dict(disputes.open_dispute(account, charge, body.get("reason", "fraudulent"), status, amount))

    @on(blueprint, "POST", "/disputes/<identifier>/move")
    def move(identifier: str) -> Object:
        with account.acting():
            found = account.find("dispute", identifier)
            disputes.move(account, found, one_of(body_of_request()["status"], disputes.MOVES[found["status"]]))
            return dict(found)

    @on(blueprint, "POST", "/disputes/<identifier>/close")
    def close(identifier: str) -> Object:
        with account.acting():
            found = account.find("dispute", identifier)
            disputes.close(account, found, one_of(body_of_request()["status"], disputes.CLOSINGS[found["status"]]))
            return dict(found)
