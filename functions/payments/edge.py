"""The edge of the callables: a request becomes a checked command, a refusal an HttpsError."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, cast

from firebase_functions import https_fn
from flask import Request, Response

from . import logs
from .api import CALLABLES
from .domain.ids import is_uid
from .domain.records import SYSTEM
from .domain.refusals import Code, Refusal
from .messages import language_of, text_of
from .ports import Deps, NotConfigured

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
}

#: HTTP statuses of the refusals that are made where the SDK does not see them.
HTTP_STATUS: Final = {
    Code.INVALID_ARGUMENT: HTTPStatus.BAD_REQUEST,
    Code.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Code.ORDER_NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.TOO_MANY_ATTEMPTS: HTTPStatus.TOO_MANY_REQUESTS,
    Code.BUSY: HTTPStatus.CONFLICT,
    Code.PAYMENT_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}

#: Bytes. The longest call that we understand is under one kilobyte.
LARGEST_CALL: Final = 64_000

Handler = Callable[[Request], Response]


def call(
    name: str, request: https_fn.CallableRequest[Any], deps: Callable[[], Deps], *, enforce_app_check: bool
) -> dict[str, Any]:
    """Answer the callable `name` of `api.CALLABLES`. Raises `HttpsError` and nothing else."""
    language = language_of(request.raw_request.headers.get("Accept-Language"))
    try:
        uid = _caller(request, enforce_app_check=enforce_app_check)
        command = CALLABLES[name]
        sent = command.read(request.data)
        return command.answer(deps(), uid, sent)
    except Refusal as refusal:
        raise _error(refusal, language) from None
    except NotConfigured as error:
        logs.write("CRITICAL", "not configured", function=name, problem=str(error))
        raise _error(Refusal(Code.PAYMENT_UNAVAILABLE), language) from None
    except Exception:  # noqa: BLE001 - whatever it is, the caller learns only under which id it was logged
        raise _error(Refusal(Code.INTERNAL, correlationId=logs.unexpected(name)), language) from None


def _caller(request: https_fn.CallableRequest[Any], *, enforce_app_check: bool) -> str:
    """The caller's UID. Raises `Refusal(unauthenticated)` without one, or without App Check where that is enforced.

    A UID of a custom sign-in that could be no document's id is none that we can serve, nor is the system's own name.
    """
    uid = request.auth.uid if request.auth else None
    if uid is None or uid == SYSTEM or not is_uid(uid) or (enforce_app_check and request.app is None):
        raise Refusal(Code.UNAUTHENTICATED)
    return uid


def _error(refusal: Refusal, language: Any) -> https_fn.HttpsError:
    details = {"code": refusal.code.value, **refusal.details}
    return https_fn.HttpsError(STATUS[refusal.code], text_of(refusal, language), details)


def json_only(function: Any) -> Handler:
    """Outermost on a callable: what is no call, and a token that is no good, are refused as every other refusal is.

    The SDK would answer with bare texts or a 500, and log what was sent.
    """

    @functools.wraps(function)
    def guarded(request: Request) -> Response:
        if request.method != "OPTIONS" and not _is_call(request):
            return _refused(Refusal(Code.INVALID_ARGUMENT, fields={"data": "invalid"}), request)
        answer = cast("Response", function(request))
        is_bare = answer.status_code == HTTPStatus.UNAUTHORIZED and "details" not in (answer.get_json() or {})["error"]
        return _refused(Refusal(Code.UNAUTHENTICATED), request) if is_bare else answer

    return guarded


def _is_call(request: Request) -> bool:
    """Whether this is a callable's request: POST, JSON, not too large, `{"data": …}` and nothing beside it."""
    if request.method != "POST" or request.mimetype != "application/json":
        return False
    if (request.content_length or 0) > LARGEST_CALL or len(request.get_data()) > LARGEST_CALL:
        return False
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        return False
    return isinstance(body, dict) and body.keys() == {"data"}


def _refused(refusal: Refusal, request: Request) -> Response:
    """A refusal in the form of the SDK's own, readable from any origin as those are."""
    error = _error(refusal, language_of(request.headers.get("Accept-Language")))
    code = error.code.value.upper().replace("-", "_")
    answer = as_json(
        {"error": {"status": code, "message": error.message, "details": error.details}}, HTTP_STATUS[refusal.code]
    )
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def as_json(body: Mapping[str, Any], status: int) -> Response:
    """The body as an answer over HTTP."""
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")
