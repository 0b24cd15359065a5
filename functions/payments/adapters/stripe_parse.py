"""Stripe's JSON, turned into our own types. What is not understood becomes "unknown", never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from payments.core.alerts import AlertKind
from payments.core.ids import is_id
from payments.stripe_model.events import About, BadWebhook, Event
from payments.stripe_model.snapshots import (
    ChargeSnapshot,
    CheckoutSession,
    CheckoutStatus,
    IntentStatus,
    PaymentIntentSnapshot,
)
from payments.stripe_model.suspicions import Suspicion

#: Every status of the API; any other is Money.UNKNOWN: read it again later.
INTENT_STATUSES: Final[Mapping[str, IntentStatus]] = {
    "requires_payment_method": IntentStatus.UNPAID,
    "requires_confirmation": IntentStatus.UNPAID,
    "requires_action": IntentStatus.UNPAID,
    "processing": IntentStatus.UNKNOWN,
    "requires_capture": IntentStatus.AUTHORIZED,
    "succeeded": IntentStatus.CAPTURED,
    "canceled": IntentStatus.CANCELED,
}


def at_time(unix: int | None) -> datetime | None:
    """A Stripe timestamp (unix seconds) as aware UTC."""
    return None if unix is None else datetime.fromtimestamp(unix, UTC)


def capture_before(charge: Mapping[str, Any]) -> datetime | None:
    """When an uncaptured card charge expires, if Stripe says so."""
    details = charge.get("payment_method_details") or {}
    return at_time((details.get("card") or {}).get("capture_before"))


def payment_intent_snapshot(intent: Mapping[str, Any], at: datetime) -> PaymentIntentSnapshot:
    """A PaymentIntent as it was at `at`. `latest_charge` is used if it is expanded."""
    metadata = intent.get("metadata") or {}
    charge = intent.get("latest_charge")
    charge = charge if isinstance(charge, Mapping) else {}
    return PaymentIntentSnapshot(
        id=intent["id"],
        at=at,
        status=INTENT_STATUSES.get(intent["status"], IntentStatus.UNKNOWN),
        amount=_int(intent["amount"]),
        currency=_text(intent["currency"]),
        manual=intent["capture_method"] == "manual",
        amount_received=_int(intent.get("amount_received") or 0),
        created_at=datetime.fromtimestamp(intent["created"], UTC),
        app=_text(metadata.get("app", "")),
        user_id=_text(metadata.get("userId", "")),
        session_id=_session_id(intent),
        order_id=_order_id(intent),
        consultant_id=_text(metadata.get("consultantId", "")),
        attempt=_attempt(_text(metadata.get("attempt", ""))),
        authorized_at=at_time(charge.get("created")),
        capture_before=capture_before(charge),
        canceled_at=at_time(intent.get("canceled_at")),
        error_code=_optional_text((intent.get("last_payment_error") or {}).get("code")),
        livemode=intent.get("livemode"),
        client_secret=_optional_text(intent.get("client_secret")),
    )


def _session_id(thing: Mapping[str, Any]) -> str:
    return _named(thing, "sessionId")


def _order_id(thing: Mapping[str, Any]) -> str:
    return _named(thing, "orderId")


def _named(thing: Mapping[str, Any], name: str) -> str:
    """The document that the metadata names, or an empty text if no document of ours could have that id."""
    text = _text((thing.get("metadata") or {}).get(name, ""))
    return text if is_id(text) else ""


#: Every status of the API; any other is PageState.UNKNOWN.
CHECKOUT_STATUSES: Final[Mapping[str, CheckoutStatus]] = {
    "open": CheckoutStatus.OPEN,
    "complete": CheckoutStatus.COMPLETE,
    "expired": CheckoutStatus.EXPIRED,
}

#: Where the PaymentIntent of a completed page is once its delayed payment has failed.
_NEVER_PAID: Final = frozenset({"requires_payment_method", "canceled"})


def checkout_session(session: Mapping[str, Any]) -> CheckoutSession:
    """A Checkout Session. Its PaymentIntent is used whether it is expanded or not."""
    intent = session.get("payment_intent")
    intent_id, intent_status = (intent["id"], intent["status"]) if isinstance(intent, Mapping) else (intent, None)
    return CheckoutSession(
        id=_id(session["id"]),
        order_id=_order_id(session),
        app=_text((session.get("metadata") or {}).get("app", "")),
        status=CHECKOUT_STATUSES.get(session.get("status") or "", CheckoutStatus.UNKNOWN),
        is_paid=session["payment_status"] == "paid",
        amount=_int(session["amount_total"]),
        currency=_text(session["currency"]),
        intent_id=None if intent_id is None else _id(intent_id),
        has_failed=session.get("status") == "complete" and intent_status in _NEVER_PAID,
        expires_at=at_time(session.get("expires_at")),
        livemode=session.get("livemode"),
        url=_optional_text(session.get("url")),
    )


def _attempt(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def read_event(body: Any) -> Event:
    """An event from its JSON. Raises `BadWebhook` if it does not have the shape of one."""
    try:
        at = datetime.fromtimestamp(body["created"], UTC)
        return Event(
            id=_id(body["id"]),
            type=_text(body["type"]),
            at=at,
            livemode=body["livemode"] is True,
            is_another_accounts=body.get("account") is not None,
            about=_about(body["data"]["object"], at),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise BadWebhook("not a Stripe event") from error


def _id(value: Any) -> str:
    if not isinstance(value, str) or not is_id(value):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _optional_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _int(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


#: What is suspected by which object, and the field that says why.
_SUSPICIONS: Final[Mapping[str, tuple[AlertKind, str]]] = {
    "radar.early_fraud_warning": (AlertKind.FRAUD_WARNING, "fraud_type"),
    "review": (AlertKind.REVIEW, "reason"),
}


def _about(thing: Mapping[str, Any], at: datetime) -> About | None:
    kind = thing.get("object")
    if kind == "checkout.session":
        return checkout_session(thing) if thing.get("mode") == "payment" and _order_id(thing) else None
    if kind == "payment_intent":
        return payment_intent_snapshot({**thing, "id": _id(thing["id"])}, at)
    intent_id = thing.get("payment_intent")
    if intent_id is None:
        return None
    if isinstance(kind, str) and kind in _SUSPICIONS:
        suspected, field = _SUSPICIONS[kind]
        return Suspicion(kind=suspected, intent_id=_id(intent_id), reason=_text(thing[field]))
    if kind != "charge":
        return _id(intent_id)
    return ChargeSnapshot(
        intent_id=_id(intent_id),
        session_id=_session_id(thing),
        order_id=_order_id(thing),
        is_captured=thing["captured"] is True,
        capture_before=capture_before(thing),
    )
