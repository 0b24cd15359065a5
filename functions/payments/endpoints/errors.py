"""How a refusal travels: the platform's codes and HTTP statuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from firebase_functions import https_fn
from flask import Request, Response

from payments.core.refusals import Code

_E = https_fn.FunctionsErrorCode

#: Every code a caller can meet, and the platform's code (and with it the HTTP status) that it travels under.
STATUS: Final[Mapping[Code, https_fn.FunctionsErrorCode]] = {
    Code.ALREADY_CAPTURED: _E.FAILED_PRECONDITION,
    Code.ALREADY_EXTENDED: _E.FAILED_PRECONDITION,
    Code.ALREADY_PAID: _E.FAILED_PRECONDITION,
    Code.BUSY: _E.ABORTED,
    Code.CONSULTANT_UNAVAILABLE: _E.FAILED_PRECONDITION,
    Code.HOLD_EXPIRING: _E.FAILED_PRECONDITION,
    Code.HOLD_RELEASED: _E.FAILED_PRECONDITION,
    Code.INTERNAL: _E.INTERNAL,
    Code.INVALID_ARGUMENT: _E.INVALID_ARGUMENT,
    Code.NOT_AUTHORIZED_YET: _E.FAILED_PRECONDITION,
    Code.NOT_PAID: _E.FAILED_PRECONDITION,
    Code.ORDER_NOT_FOUND: _E.NOT_FOUND,
    Code.ORDER_NOT_YOURS: _E.PERMISSION_DENIED,
    Code.PAYMENT_NOT_FOUND: _E.NOT_FOUND,
    Code.PAYMENT_OPEN: _E.FAILED_PRECONDITION,
    Code.PAYMENT_PENDING: _E.FAILED_PRECONDITION,
    Code.PAYMENT_UNAVAILABLE: _E.UNAVAILABLE,
    Code.PREVIOUS_UNPAID: _E.FAILED_PRECONDITION,
    Code.PRICE_CHANGED: _E.FAILED_PRECONDITION,
    Code.PRODUCT_UNAVAILABLE: _E.FAILED_PRECONDITION,
    Code.SESSION_ENDED: _E.FAILED_PRECONDITION,
    Code.SESSION_IN_PROGRESS: _E.FAILED_PRECONDITION,
    Code.SESSION_NOT_FOUND: _E.NOT_FOUND,
    Code.SESSION_NOT_STARTED: _E.FAILED_PRECONDITION,
    Code.SESSION_NOT_YOURS: _E.PERMISSION_DENIED,
    Code.SESSION_RUNNING: _E.FAILED_PRECONDITION,
    Code.SESSION_STARTED: _E.FAILED_PRECONDITION,
    Code.TICKET_INVALID: _E.FAILED_PRECONDITION,
    Code.TOO_MANY_ATTEMPTS: _E.RESOURCE_EXHAUSTED,
    Code.UNAUTHENTICATED: _E.UNAUTHENTICATED,
    Code.UNAVAILABLE: _E.UNAVAILABLE,
}

#: HTTP statuses of the refusals that are made outside the SDK.
HTTP_STATUS: Final = {
    Code.INVALID_ARGUMENT: HTTPStatus.BAD_REQUEST,
    Code.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Code.ORDER_NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.TOO_MANY_ATTEMPTS: HTTPStatus.TOO_MANY_REQUESTS,
    Code.BUSY: HTTPStatus.CONFLICT,
    Code.PAYMENT_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}

Handler = Callable[[Request], Response]


def as_json(body: Mapping[str, Any], status: int) -> Response:
    """The body as an answer over HTTP."""
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")
