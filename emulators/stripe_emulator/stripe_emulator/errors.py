"""Stripe's refusals: one exception type and one constructor for each refusal that more than one place needs.

Statuses, types and codes are Stripe's; the messages follow its wording but must never be matched on.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Object = dict[str, Any]
Json: TypeAlias = Any
DOC_URL = "https://stripe.com/docs/error-codes/"


class StripeRefusal(Exception):
    """An answer of the API that is not a success, as Stripe's error envelope says it."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        headers: dict[str, str] | None = None,
        **fields: Json,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        doc_url = DOC_URL + code.replace("_", "-") if code else None
        attributes = {"code": code, "doc_url": doc_url, "message": message, "param": param, **fields, "type": kind}
        self.error: Object = {name: value for name, value in attributes.items() if value is not None}


class NotExecuted(StripeRefusal):
    """A refusal given before the endpoint begins to execute: never stored under the idempotency key."""


def missing(kind: str, identifier: str, param: str, status: int = 404) -> StripeRefusal:
    """No such object; on PaymentIntent paths the parameter is called `intent`."""
    return StripeRefusal(status, f"No such {kind}: '{identifier}'", code="resource_missing", param=param)


def unexpected_state(message: str, payment_intent: Object, param: str | None = None) -> StripeRefusal:
    """The PaymentIntent's status does not allow the request; the whole PaymentIntent is embedded."""
    code = "payment_intent_unexpected_state"
    return StripeRefusal(400, message, code=code, param=param, payment_intent=payment_intent)


def card_error(message: str, code: str, decline_code: str | None = None, **fields: Json) -> StripeRefusal:
    """The card or its issuer said no (402)."""
    return StripeRefusal(402, message, code=code, kind="card_error", decline_code=decline_code, **fields)


def invalid(message: str, param: str | None, code: str | None = None) -> NotExecuted:
    """A parameter that the API version does not know or take."""
    return NotExecuted(400, message, code=code, param=param)


def rate_limited() -> NotExecuted:
    """Too many requests on one endpoint; the SDK does not repeat these by itself."""
    message = "Request rate limit exceeded. Learn more about rate limits at https://docs.stripe.com/rate-limits."
    return NotExecuted(429, message, code="rate_limit", headers={"Stripe-Rate-Limited-Reason": "endpoint-rate"})


def lock_timeout() -> NotExecuted:
    """Another request holds the object; not executed, without a request id, and the SDK is told to repeat it."""
    message = (
        "This object cannot be accessed right now because another API request or Stripe process is currently "
        "accessing it. If you see this error intermittently, retry the request. If you see this error frequently and "
        "are making multiple concurrent requests to a single object, make your requests serially or at a lower rate."
    )
    return NotExecuted(429, message, code="lock_timeout", headers={"Stripe-Should-Retry": "true"})


def server_error(status: int = 500) -> StripeRefusal:
    """Something broke at Stripe; stored under the idempotency key like any other first answer."""
    return StripeRefusal(status, "An unknown error occurred.", kind="api_error")


def unsupported(param: str) -> NotExecuted:
    """A real parameter of the API that this emulator does not model; better refused than silently ignored."""
    message = f"The Stripe emulator does not model the parameter {param}."
    return invalid(message, param, "emulator_unsupported_parameter")
