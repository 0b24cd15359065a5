"""The edge of all that is no callable: the webhook, the page's question, scheduled jobs, triggers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, cast

from flask import Request, Response

from payments.core import logs
from payments.core.language import language_of
from payments.core.processed_events import Outcome
from payments.core.refusals import Code, NotConfigured, Refusal
from payments.endpoints.callables import RESULT, result_of
from payments.endpoints.errors import HTTP_STATUS, Handler, as_json
from payments.endpoints.fields import parse
from payments.endpoints.texts import text_of
from payments.ports import Deps
from payments.shop import check_out
from payments.stripe_model.events import BadWebhook, Event

#: Bytes. Stripe's events are a few kilobytes.
LARGEST_WEBHOOK: Final = 1_000_000


def webhook(
    request: Request, read: Callable[[bytes, str | None], Event], handle: Callable[[Event], Outcome]
) -> Response:
    """Answer Stripe: 400 for what is not a signed event, 500 for what it has to send again, 200 for everything else."""
    try:
        event = read(_payload(request), request.headers.get("Stripe-Signature"))
    except BadWebhook as error:
        logs.write("WARNING", "webhook refused", reason=str(error))
        return as_json({"error": str(error)}, 400)
    try:
        outcome = handle(event)
    except Exception:  # noqa: BLE001 - whatever it is, Stripe has to send the event again
        return as_json({"correlationId": logs.unexpected(f"stripeWebhook {event.type} {event.id}")}, 500)
    return as_json({"outcome": outcome.value}, 500 if outcome is Outcome.RETRY else 200)


def checkout_result(request: Request, deps: Callable[[], Deps]) -> Response:
    """Answer a page that asks whether its order is paid (C-03). Never cached."""
    answer = _checkout_result(request, deps)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _checkout_result(request: Request, deps: Callable[[], Deps]) -> Response:
    try:
        order_id, confirm = _asked(request)
        known = check_out.result(deps(), order_id, confirm=confirm)
    except Refusal as refusal:
        return _refused_plainly(refusal, request)
    except NotConfigured as error:
        logs.write("CRITICAL", "not configured", function="checkoutResult", problem=str(error))
        return _refused_plainly(Refusal(Code.PAYMENT_UNAVAILABLE), request)
    except Exception:  # noqa: BLE001 - whatever it is, the caller learns only under which id it was logged
        return _refused_plainly(Refusal(Code.INTERNAL, correlationId=logs.unexpected("checkoutResult")), request)
    return as_json(result_of(known), 200)


def _asked(request: Request) -> tuple[str, bool]:
    """The order and whether Stripe is to be asked. Raises `Refusal(invalid_argument)` naming every wrong parameter."""
    lists = request.args.lists()
    sent = parse(RESULT, {name: values[0] if len(values) == 1 else values for name, values in lists})
    return sent["orderId"], "confirm" in sent


def _refused_plainly(refusal: Refusal, request: Request) -> Response:
    message = text_of(refusal, language_of(request.headers.get("Accept-Language")))
    return as_json(
        {"error": {"code": refusal.code.value, "message": message, **refusal.details}}, HTTP_STATUS[refusal.code]
    )


def _payload(request: Request) -> bytes:
    """The body as it came. Raises `BadWebhook` where it is too large to be an event."""
    payload = b"" if (request.content_length or 0) > LARGEST_WEBHOOK else request.get_data()
    if not 0 < len(payload) <= LARGEST_WEBHOOK:
        raise BadWebhook("empty or too large")
    return payload


def scheduled(name: str, work: Callable[[], object]) -> None:
    """Run a scheduled job. Raises `RuntimeError` with only the correlation id, for its text is answered over HTTP."""
    try:
        work()
    except Exception:  # noqa: BLE001 - logged; the scheduler has to see that the run has failed
        raise RuntimeError(logs.unexpected(name)) from None


def triggered(name: str, work: Callable[[], object]) -> None:
    """Run a trigger's work. A failure is logged and over: nobody would run it again."""
    try:
        work()
    except Exception:  # noqa: BLE001 - logged; the document that triggered it stays
        logs.unexpected(name)


def get_only(function: Any) -> Handler:
    """Outermost: only asking is possible, and a health check must not run the function."""
    return _only("GET", function)


def post_only(function: Any) -> Handler:
    """Outermost: a health check or a crawler's GET must not run the function (the SDK's own types are off)."""
    return _only("POST", function)


def _only(method: str, function: Any) -> Handler:
    @functools.wraps(function)
    def guarded(request: Request) -> Response:
        if request.method != method:
            return as_json({"error": f"{method} only"}, 405)
        return cast("Response", function(request))

    return guarded
