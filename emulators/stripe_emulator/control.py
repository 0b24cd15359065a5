"""The control API under `/_emulator`: what a test (or the demo) does to Stripe that no API user could."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from . import disputes, payments, refunds
from .errors import Json, Object, StripeRefusal
from .faults import Fault
from .sheet import pay
from .world import API_VERSION, Cause

if TYPE_CHECKING:
    from collections.abc import Callable

    from .emulator import StripeEmulator

DEFAULT_TIMEOUT = 30.0
Body = dict[str, Any]


def make_control(emulator: StripeEmulator) -> Blueprint:
    """The control API of one emulator."""
    blueprint = Blueprint("control", "control", url_prefix="/_emulator")
    for add in (_account, _clock, _faults, _webhooks, _payments, _requests):
        add(emulator, blueprint)
    blueprint.register_error_handler(StripeRefusal, _refused)
    blueprint.register_error_handler(ValueError, _misused)
    blueprint.register_error_handler(KeyError, _misused)
    blueprint.register_error_handler(TypeError, _misused)
    return blueprint


def _refused(error: StripeRefusal) -> tuple[Response, int]:
    return jsonify(error=error.error), error.status


def _misused(error: Exception) -> tuple[Response, int]:
    return jsonify(error={"type": "emulator", "message": f"{type(error).__name__}: {error}"}), 400


def _body() -> Body:
    body = request.get_json(silent=True) or {}
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


def _on(blueprint: Blueprint, method: str, path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return blueprint.route(path, methods=[method], endpoint=f"{method} {path}".replace(".", "_"))


def _account(emulator: StripeEmulator, blueprint: Blueprint) -> None:
    @_on(blueprint, "GET", "/health")
    def health() -> Body:
        return {"status": "ok", "api_version": API_VERSION}

    @_on(blueprint, "POST", "/reset")
    def reset() -> Body:
        emulator.reset()
        return {}

    @_on(blueprint, "POST", "/settings")
    def settings() -> Body:
        with emulator.world.lock:
            for name, value in _body().items():
                if name not in vars(emulator.world.settings):
                    raise ValueError(f"no setting {name}")
                setattr(emulator.world.settings, name, value)
            return vars(emulator.world.settings)


def _clock(emulator: StripeEmulator, blueprint: Blueprint) -> None:
    world = emulator.world

    @_on(blueprint, "GET", "/clock")
    def read() -> Body:
        with world.lock:
            return {"now": world.now}

    @_on(blueprint, "POST", "/clock")
    def move() -> Body:
        body = _body()
        with world.acting():
            target = float(body["now"]) - time.time() if "now" in body else world.offset + float(body["advance"])
            if target < world.offset:
                raise ValueError("the clock only moves forward")
            world.move_clock(target - world.offset)
            return {"now": world.now}


def _faults(emulator: StripeEmulator, blueprint: Blueprint) -> None:
    faults = emulator.pipeline.faults

    @_on(blueprint, "POST", "/faults")
    def add() -> Body:
        faults.add(Fault.of(_body()))
        return {"faults": faults.list()}

    @_on(blueprint, "GET", "/faults")
    def read() -> Body:
        return {"faults": faults.list()}

    @_on(blueprint, "DELETE", "/faults")
    def clear() -> Body:
        faults.clear()
        return {}


def _webhooks(emulator: StripeEmulator, blueprint: Blueprint) -> None:
    deliverer = emulator.deliverer

    @_on(blueprint, "POST", "/webhooks")
    def switch() -> Body:
        deliverer.switch(**_body())
        return deliverer.switches()

    @_on(blueprint, "GET", "/webhooks")
    def read() -> Body:
        return {**deliverer.switches(), "deliveries": list(deliverer.log), "held": deliverer.held()}

    @_on(blueprint, "POST", "/webhooks/flush")
    def flush() -> Body:
        body = _body()
        if "shuffle" in body:
            deliverer.switch(shuffle=body["shuffle"])
        deliverer.flush(body.get("order"))
        return {"pending": deliverer.wait(float(body.get("timeout", DEFAULT_TIMEOUT)))}

    @_on(blueprint, "POST", "/webhooks/drop")
    def drop() -> Body:
        return {"dropped": deliverer.drop()}

    @_on(blueprint, "POST", "/webhooks/wait")
    def wait() -> Body:
        return {"pending": deliverer.wait(float(_body().get("timeout", DEFAULT_TIMEOUT)))}


def _payments(emulator: StripeEmulator, blueprint: Blueprint) -> None:
    world = emulator.world

    @_on(blueprint, "POST", "/pay")
    def pay_with_sheet() -> Body:
        # The payment sheet is a client of the API: what it does is caused by a request of its own.
        with world.acting(Cause("req_" + world.token(14), str(uuid.uuid4()))):
            return pay(world, **_body())

    @_on(blueprint, "POST", "/authenticate")
    def authenticate() -> Object:
        body = _body()
        with world.acting():
            intent = world.find("payment_intent", body["payment_intent"], "intent")
            payments.authenticate(world, intent, succeeded=body["outcome"] == "succeed")
            return dict(intent)

    @_on(blueprint, "POST", "/expire_authorization")
    def expire() -> Object:
        with world.acting():
            intent = world.find("payment_intent", _body()["payment_intent"], "intent")
            if intent["status"] != "requires_capture":
                raise ValueError(f"nothing is held: the status is {intent['status']}")
            payments.expire(world, intent)
            return dict(intent)

    @_on(blueprint, "POST", "/refunds/<identifier>/settle")
    def settle(identifier: str) -> Object:
        with world.acting():
            refund = world.find("refund", identifier)
            refunds.settle(world, refund, _one_of(_body()["status"], ("succeeded", "failed")))
            return dict(refund)

    @_on(blueprint, "POST", "/disputes")
    def dispute() -> Object:
        body = _body()
        with world.acting():
            charge = world.find("charge", body["charge"])
            opened = ("needs_response", "warning_needs_response")
            status = _one_of(body.get("status", "needs_response"), opened)
            return dict(disputes.open_dispute(world, charge, body.get("reason", "fraudulent"), status))

    @_on(blueprint, "POST", "/disputes/<identifier>/close")
    def close(identifier: str) -> Object:
        with world.acting():
            found = world.find("dispute", identifier)
            disputes.close(world, found, _one_of(_body()["status"], disputes.CLOSED))
            return dict(found)


def _one_of(value: Json, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} must be one of {', '.join(allowed)}")
    return str(value)


def _requests(emulator: StripeEmulator, blueprint: Blueprint) -> None:
    pipeline = emulator.pipeline

    @_on(blueprint, "GET", "/requests")
    def read() -> Body:
        with emulator.world.lock:
            return {"requests": list(pipeline.log)}

    @_on(blueprint, "DELETE", "/requests")
    def clear() -> Body:
        with emulator.world.lock:
            pipeline.log.clear()
        return {}
