"""What a callable is, and how it is served: a request becomes checked fields, a refusal an `HttpsError`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Generic, TypeVar, cast

from firebase_functions import https_fn
from flask import Request, Response

from payments.config import ENFORCE_APP_CHECK, STRIPE_SECRET_KEY
from payments.core import logs
from payments.core.ids import is_uid
from payments.core.language import Language, language_of
from payments.core.refusals import Code, NotConfigured, Refusal
from payments.domain.chat.records import SYSTEM
from payments.endpoints.errors import HTTP_STATUS, STATUS, Handler, as_json
from payments.endpoints.fields import Check, Shape, parse
from payments.endpoints.texts import text_of
from payments.endpoints.token_check import check_app_again, check_id_token_again

#: Bytes. The longest call that we understand is under one kilobyte.
LARGEST_CALL: Final = 64_000
#: What any callable may refuse, beside its own: before its use case, or because it is not configured or overtaken.
ANY_CALLABLE: Final = (
    Code.UNAUTHENTICATED,
    Code.UNAVAILABLE,
    Code.INVALID_ARGUMENT,
    Code.BUSY,
    Code.PAYMENT_UNAVAILABLE,
    Code.INTERNAL,
)

D = TypeVar("D")
R = TypeVar("R")
Call = https_fn.CallableRequest[Any]
#: The fields of a call, checked.
Sent = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallableFunction(Generic[D, R]):
    """A callable. `use_case` takes the dependencies, the caller's UID and the fields; `answer` reads its result.

    `check` says what is wrong with the fields taken together. A refusal that is neither in `refuses` nor in
    `ANY_CALLABLE` is a bug, and logged as one.
    """

    name: str
    summary: str
    fields: Shape
    use_case: Callable[[D, str, Sent], R]
    answer: Mapping[str, Callable[[R], Any]]
    refuses: tuple[Code, ...]
    check: Check = lambda _: {}

    def read(self, data: Any) -> Sent:
        """The fields that were sent. Raises `Refusal(invalid_argument)` that names every wrong one."""
        return parse(self.fields, data, self.check)

    def run(self, deps: D, uid: str, sent: Sent) -> dict[str, Any]:
        """What the caller is answered. Raises `Refusal`."""
        try:
            result = self.use_case(deps, uid, sent)
        except Refusal as refusal:
            if refusal.code not in (*self.refuses, *ANY_CALLABLE):
                logs.write("ERROR", "undeclared refusal", function=self.name, code=refusal.code.value)
            for problem in refusal.problems:
                logs.write("ERROR", "corrupt document", document=problem)
            raise
        return {name: read(result) for name, read in self.answer.items()}


def deployed(function: CallableFunction[D, Any], deps: Callable[[], D]) -> Handler:
    """The callable as Firebase deploys it, under its own name."""

    def call(request: Call) -> dict[str, Any]:
        return _answer(function, request, deps)

    call.__name__, call.__doc__ = function.name, function.summary
    return _json_only(https_fn.on_call(secrets=[STRIPE_SECRET_KEY])(call))


def _answer(function: CallableFunction[D, Any], request: Call, deps: Callable[[], D]) -> dict[str, Any]:
    """Answer one call. Raises `HttpsError` and nothing else."""
    language = language_of(request.raw_request.headers.get("Accept-Language"))
    try:
        uid = _caller(request)
        sent = function.read(request.data)
        return function.run(deps(), uid, sent)
    except Refusal as refusal:
        raise _error(refusal, language) from None
    except NotConfigured as error:
        logs.write("CRITICAL", "not configured", function=function.name, problem=str(error))
        raise _error(Refusal(Code.PAYMENT_UNAVAILABLE), language) from None
    except Exception:  # noqa: BLE001 - whatever it is, the caller learns only under which id it was logged
        raise _error(Refusal(Code.INTERNAL, correlationId=logs.unexpected(function.name)), language) from None


def _caller(request: Call) -> str:
    """The caller's UID. Raises `Refusal(unauthenticated)` without one, or without App Check if that is enforced.

    Raises `Refusal(unavailable)` if nobody can check the App Check token.
    The UID of a custom sign-in is refused if no document could have it as its id, or if it is the system's own name.
    """
    uid = request.auth.uid if request.auth else None
    if uid is None or uid == SYSTEM or not is_uid(uid):
        raise Refusal(Code.UNAUTHENTICATED)
    if ENFORCE_APP_CHECK.value and request.app is None:
        check_app_again(request.raw_request)
    return uid


def _error(refusal: Refusal, language: Language) -> https_fn.HttpsError:
    details = {"code": refusal.code.value, **refusal.details}
    return https_fn.HttpsError(STATUS[refusal.code], text_of(refusal, language), details)


def _json_only(function: Any) -> Handler:
    """Outermost: malformed requests and bad tokens get the same error body as any refusal.

    A token that the SDK does not take is checked again: it may be early only, or nobody could check it. The SDK
    would answer with bare texts or a 500, and log what was sent.
    """

    @functools.wraps(function)
    def guarded(request: Request) -> Response:
        if request.method != "OPTIONS" and not _is_call(request):
            return _refused(Refusal(Code.INVALID_ARGUMENT, fields={"data": "invalid"}), request)
        answer = cast("Response", function(request))
        if not _is_bare(answer):
            return answer
        try:
            check_id_token_again(request)
        except Refusal as refusal:
            return _refused(refusal, request)
        answer = cast("Response", function(request))
        return _refused(Refusal(Code.UNAUTHENTICATED), request) if _is_bare(answer) else answer

    return guarded


def _is_bare(answer: Response) -> bool:
    """Whether the SDK itself has not taken the caller's token."""
    return answer.status_code == HTTPStatus.UNAUTHORIZED and "details" not in (answer.get_json() or {})["error"]


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
