"""The control API under `/_emulator`: what a test (or the demo) does to Stripe that no API user could."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify

from stripe_emulator.account import API_VERSION
from stripe_emulator.api.faults import Fault
from stripe_emulator.control.checkout import add_checkout
from stripe_emulator.control.people import add_card_holder, add_disputes, add_refunds, add_suspicions
from stripe_emulator.control.requests import Body, body_of_request, on
from stripe_emulator.errors import StripeRefusal

if TYPE_CHECKING:
    from stripe_emulator.service import Service

DEFAULT_TIMEOUT = 30.0


def make_control(service: Service) -> Blueprint:
    """The control API of one service."""
    blueprint = Blueprint("control", "control", url_prefix="/_emulator")
    people = (add_card_holder, add_checkout, add_refunds, add_disputes, add_suspicions)
    for add in (_account, _clock, _faults, _webhooks, _requests, *people):
        add(service, blueprint)
    blueprint.register_error_handler(StripeRefusal, _refused)
    blueprint.register_error_handler(ValueError, _misused)
    blueprint.register_error_handler(KeyError, _misused)
    blueprint.register_error_handler(TypeError, _misused)
    return blueprint


def _refused(error: StripeRefusal) -> tuple[Response, int]:
    return jsonify(error=error.error), error.status


def _misused(error: Exception) -> tuple[Response, int]:
    return jsonify(error={"type": "emulator", "message": f"{type(error).__name__}: {error}"}), 400


def _account(service: Service, blueprint: Blueprint) -> None:
    @on(blueprint, "GET", "/health")
    def health() -> Body:
        return {"status": "ok", "api_version": API_VERSION}

    @on(blueprint, "POST", "/reset")
    def reset() -> Body:
        service.reset()
        return {}

    @on(blueprint, "POST", "/settings")
    def settings() -> Body:
        with service.account.lock:
            for name, value in body_of_request().items():
                if name not in vars(service.account.settings):
                    raise ValueError(f"no setting {name}")
                setattr(service.account.settings, name, value)
            return vars(service.account.settings)


def _clock(service: Service, blueprint: Blueprint) -> None:
    account = service.account

    @on(blueprint, "GET", "/clock")
    def read() -> Body:
        with account.lock:
            return {"now": account.now}

    @on(blueprint, "POST", "/clock")
    def move() -> Body:
        body = body_of_request()
        with account.acting():
            target = float(body["now"]) - time.time() if "now" in body else account.offset + float(body["advance"])
            if target < account.offset:
                raise ValueError("the clock only moves forward")
            account.move_clock(target - account.offset)
            return {"now": account.now}


def _faults(service: Service, blueprint: Blueprint) -> None:
    faults = service.pipeline.faults

    @on(blueprint, "POST", "/faults")
    def add() -> Body:
        faults.add(Fault.of(body_of_request()))
        return {"faults": faults.list()}

    @on(blueprint, "GET", "/faults")
    def read() -> Body:
        return {"faults": faults.list()}

    @on(blueprint, "DELETE", "/faults")
    def clear() -> Body:
        faults.clear()
        return {}


def _webhooks(service: Service, blueprint: Blueprint) -> None:
    deliverer = service.deliverer

    @on(blueprint, "POST", "/webhooks")
    def switch() -> Body:
        deliverer.switch(**body_of_request())
        return deliverer.switches()

    @on(blueprint, "GET", "/webhooks")
    def read() -> Body:
        return {**deliverer.switches(), "deliveries": list(deliverer.log), "held": deliverer.held()}

    @on(blueprint, "POST", "/webhooks/flush")
    def flush() -> Body:
        body = body_of_request()
        if "shuffle" in body:
            deliverer.switch(shuffle=body["shuffle"])
        deliverer.flush(body.get("order"))
        return {"pending": deliverer.wait(float(body.get("timeout", DEFAULT_TIMEOUT)))}

    @on(blueprint, "POST", "/webhooks/drop")
    def drop() -> Body:
        return {"dropped": deliverer.drop()}

    @on(blueprint, "POST", "/webhooks/wait")
    def wait() -> Body:
        return {"pending": deliverer.wait(float(body_of_request().get("timeout", DEFAULT_TIMEOUT)))}


def _requests(service: Service, blueprint: Blueprint) -> None:
    pipeline = service.pipeline

    @on(blueprint, "GET", "/requests")
    def read() -> Body:
        with service.account.lock:
            return {"requests": list(pipeline.log)}

    @on(blueprint, "DELETE", "/requests")
    def clear() -> Body:
        with service.account.lock:
            pipeline.log.clear()
        return {}
