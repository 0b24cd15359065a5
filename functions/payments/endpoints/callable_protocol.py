"""The edge of the callables: a request becomes a checked command, a refusal an HttpsError."""

from __future__ import annotations

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, cast

from firebase_functions import https_fn
from flask import Request, Response

from payments.core import logs
from payments.core.ids import is_uid
from payments.core.language import language_of
from payments.core.refusals import Code, NotConfigured, Refusal
from payments.domain.chat.records import SYSTEM
from payments.endpoints.callables import CALLABLES
from payments.endpoints.errors import HTTP_STATUS, STATUS, Handler, as_json
from payments.endpoints.texts import text_of
from payments.ports import Deps

#: Bytes. The longest call that we understand is under one kilobyte.
LARGEST_CALL: Final = 64_000


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
