"""PaymentIntents: create, read, update, confirm, capture, cancel."""

from __future__ import annotations

from typing import Any

from stripe import params as sdk

from stripe_emulator.api import listing
from stripe_emulator.api.params import metadata
from stripe_emulator.api.routes import Call, filtered, route
from stripe_emulator.errors import Object, StripeRefusal, invalid, unexpected_state
from stripe_emulator.payment_intents import of_checkout
from stripe_emulator.payment_intents import shape as intents
from stripe_emulator.payment_intents import steps as payments
from stripe_emulator.payment_methods import shape as payment_methods

CONFIRM_PARAMS = (
    "error_on_requires_action", "off_session", "payment_method", "payment_method_data", "receipt_email", "return_url",
    "use_stripe_sdk",
)  # fmt: skip
CREATE_PARAMS = (
    *CONFIRM_PARAMS, *intents.OPTIONAL_TEXTS, "allowed_payment_method_types", "amount", "automatic_payment_methods",
    "capture_method", "confirm", "confirmation_method", "currency", "excluded_payment_method_types", "metadata",
)  # fmt: skip
UPDATABLE = (*intents.OPTIONAL_TEXTS, "amount", "metadata", "payment_method", "payment_method_data")


@route("POST", "/v1/payment_intents", sdk.PaymentIntentCreateParams, CREATE_PARAMS, check=intents.check)
def create_payment_intent(call: Call) -> Object:
    """Create, and confirm at once where asked to."""
    method = payment_methods.resolve(call.account, call.params, publishable=call.publishable)
    confirm = call.params.get("confirm", False)
    if confirm:
        _require_return_url(call.params, intents.automatic(call.params))
    intent = intents.make(call.account, call.params)
    if method:
        call.account.change(intent, payment_method=method["id"], status="requires_confirmation")
    call.account.emit("payment_intent.created", intent)
    if confirm:
        payments.confirm(call.account, intent, method, call.params)
    return intent


def _require_return_url(params: dict[str, Any], automatic: Object | None) -> None:
    redirects = bool(automatic and automatic["enabled"] and automatic["allow_redirects"] == "always")
    if redirects and not params.get("return_url") and not params.get("off_session"):
        message = (
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`."
        )
        raise StripeRefusal(400, message)


@route("GET", "/v1/payment_intents", sdk.PaymentIntentListParams, listing.CURSORS)
def list_payment_intents(call: Call) -> Object:
    """Newest first."""
    return filtered(call, "payment_intent", "/v1/payment_intents")


@route("GET", "/v1/payment_intents/:id", sdk.PaymentIntentRetrieveParams, for_clients=True)
def retrieve_payment_intent(call: Call) -> Object:
    """By id; a client needs the client secret and sees less."""
    return _intent(call)


def _intent(call: Call) -> Object:
    if call.publishable:
        return intents.of_client(call.account, call.id, call.params.get("client_secret"))
    return call.account.find("payment_intent", call.id, "intent")


@route("POST", "/v1/payment_intents/:id", sdk.PaymentIntentUpdateParams, UPDATABLE)
def update_payment_intent(call: Call) -> Object:
    """Metadata and texts at any time, the amount only before the card was authorized."""
    intent = _intent(call)
    if call.params.keys() & {"amount", "payment_method", "payment_method_data"}:
        of_checkout.refuse_checkouts(call.account, intent)
    if "amount" in call.params and intent["status"] not in payments.UPDATABLE_AMOUNT:
        message = f"This PaymentIntent's amount could not be updated because it has a status of {intent['status']}."
        raise unexpected_state(message, intent, param="amount")
    if "amount" in call.params:
        intents.check_amount(call.params["amount"], intent["currency"])
    changes = intents.texts({name: value for name, value in call.params.items() if name in intents.OPTIONAL_TEXTS})
    changes |= {name: value for name, value in call.params.items() if name == "amount"}
    changes["metadata"] = metadata(call.params, intent["metadata"])
    if method := payment_methods.resolve(call.account, call.params, publishable=call.publishable):
        changes |= {"payment_method": method["id"], "status": "requires_confirmation"}
    return call.account.change(intent, **changes)


@route("POST", "/v1/payment_intents/:id/confirm", sdk.PaymentIntentConfirmParams, CONFIRM_PARAMS, for_clients=True)
def confirm_payment_intent(call: Call) -> Object:
    """Authorize the card (or charge it)."""
    intent = _intent(call)
    of_checkout.refuse_checkouts(call.account, intent)
    if not call.publishable:
        _require_return_url(call.params, intent["automatic_payment_methods"])
    method = payment_methods.resolve(call.account, call.params, publishable=call.publishable)
    if method is None and intent["payment_method"]:
        method = call.account.find("payment_method", intent["payment_method"])
    payments.confirm(call.account, intent, method, call.params)
    return intent


def _check_capture(params: dict[str, Any]) -> None:
    amount = params.get("amount_to_capture")
    if amount is not None and amount < 0:
        raise invalid("Invalid non-negative integer", "amount_to_capture")
    if amount == 0:
        raise invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer")


@route(
    "POST",
    "/v1/payment_intents/:id/capture",
    sdk.PaymentIntentCaptureParams,
    ("amount_to_capture", "metadata"),
    check=_check_capture,
)
def capture_payment_intent(call: Call) -> Object:
    """Take what is held, once."""
    intent = _intent(call)
    payments.capture(call.account, intent, call.params.get("amount_to_capture"))
    of_checkout.mark_paid(call.account, intent)
    return call.account.change(intent, metadata=metadata(call.params, intent["metadata"]))


@route("POST", "/v1/payment_intents/:id/cancel", sdk.PaymentIntentCancelParams, ("cancellation_reason",))
def cancel_payment_intent(call: Call) -> Object:
    """Let go of what is held."""
    intent = _intent(call)
    if intent["status"] != "requires_capture":
        of_checkout.refuse_checkouts(call.account, intent)
    payments.cancel(call.account, intent, call.params.get("cancellation_reason"))
    return intent
