"""How the functions beside the callables are served: the webhook, scheduled jobs, triggers, HTTP methods."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, cast

from flask import Request, Response

from payments.core import logs
from payments.core.processed_events import Outcome
from payments.endpoints.errors import Handler, as_json
from payments.stripe_model.events import BadWebhook, Event

#: Bytes. Stripe's events are a few kilobytes.
LARGEST_WEBHOOK: Final = 1_000_000


def webhook(
    request: Request, reader: Callable[[], Callable[[bytes, str | None], Event]], handle: Callable[[Event], Outcome]
) -> Response:
    """Answer Stripe: 400 if it is not a signed event, 500 if Stripe has to send it again, else 200."""
    try:
        event = reader()(_payload(request), request.headers.get("Stripe-Signature"))
    except BadWebhook as error:
        logs.write("WARNING", "webhook refused", reason=str(error))
        return as_json({"error": str(error)}, 400)
    try:
        outcome = handle(event)
    except Exception:  # noqa: BLE001 - whatever it is, Stripe has to send the event again
        return as_json({"correlationId": logs.unexpected(f"stripeWebhook {event.type} {event.id}")}, 500)
    return as_json({"outcome": outcome.value}, 500 if outcome is Outcome.RETRY else 200)


def _payload(request: Request) -> bytes:
    """The body as it came. Raises `BadWebhook` if it is too large to be an event."""
    payload = b"" if (request.content_length or 0) > LARGEST_WEBHOOK else request.get_data()
    if not 0 < len(payload) <= LARGEST_WEBHOOK:
        raise BadWebhook("empty or too large")
    return payload


def scheduled(name: str, work: Callable[[], object]) -> None:
    """Run a scheduled job. Raises `RuntimeError` with the correlation id alone: its text is answered over HTTP."""
    try:
        work()
    except Exception:  # noqa: BLE001 - logged; the scheduler has to see that the run has failed
        raise RuntimeError(logs.unexpected(name)) from None


def triggered(name: str, work: Callable[[], object]) -> None:
    """Run a trigger's work. Logs a failure instead of raising it: the trigger is not retried."""
    try:
        work()
    except Exception:  # noqa: BLE001 - logged; the document that triggered it stays
        logs.unexpected(name)


def get_only(function: Any) -> Handler:
    """Outermost: the function answers GET alone. The guard's `method` says so to the reference docs."""
    return _only("GET", function)


def post_only(function: Any) -> Handler:
    """Outermost: the function answers POST alone: a health check or a crawler's GET must not run it."""
    return _only("POST", function)


def _only(method: str, function: Any) -> Handler:
    @functools.wraps(function)
    def guarded(request: Request) -> Response:
        if request.method != method:
            return as_json({"error": f"{method} only"}, 405)
        return cast("Response", function(request))

    cast("Any", guarded).method = method
    return guarded
