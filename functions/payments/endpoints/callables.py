"""The callables: what each takes, which use case it is, what it answers. Names in camelCase, times ISO 8601 UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from payments.chat import finish_hold, hold_card, redeem_ticket, start_and_end
from payments.core.refusals import NotConfigured
from payments.domain.chat.records import CancelReason
from payments.domain.chat.requests import Ask
from payments.domain.chat.tickets import Redeem
from payments.endpoints.fields import (
    Check,
    Field,
    Shape,
    a_basket,
    a_code,
    a_one,
    a_reason,
    a_uid,
    an_amount,
    an_id,
    parse,
)
from payments.ports import Deps
from payments.shop import check_out

Answer = dict[str, Any]
Fields = Mapping[str, Any]


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def create_payment_intent(deps: Deps, uid: str, sent: Fields) -> Answer:
    """Hold the price of a chat on the caller's card: what the PaymentSheet needs. `amount` in the smallest unit."""
    ask = Ask(
        user_id=uid,
        session_id=sent["sessionId"],
        consultant_id=sent.get("consultantId"),
        amount=sent.get("amount"),
    )
    created = hold_card.create(deps, ask)
    return {
        "paymentIntentId": created.hold.id,
        "clientSecret": created.client_secret,
        "amount": created.hold.amount,
        "currency": created.hold.currency,
        "sessionId": created.hold.session_id,
        "attempt": created.hold.attempt,
        "status": created.hold.status.value,
        "publishableKey": deps.config.publishable_key,
    }


def capture_payment_intent(deps: Deps, uid: str, sent: Fields) -> Answer:
    """Capture a used hold. `amount` is what was captured, in the smallest unit."""
    hold = finish_hold.capture(deps, uid, sent["paymentIntentId"])
    return {
        "paymentIntentId": hold.id,
        "status": hold.status.value,
        "amount": hold.amount_captured,
        "capturedAt": _time(hold.captured_at),
    }


def cancel_payment_intent(deps: Deps, uid: str, sent: Fields) -> Answer:
    """Let a hold go."""
    reason = sent.get("reason", CancelReason.REQUESTED_BY_CUSTOMER)
    hold = finish_hold.cancel(deps, uid, sent["paymentIntentId"], reason)
    return {"paymentIntentId": hold.id, "status": hold.status.value, "canceledAt": _time(hold.canceled_at)}


def start_session(deps: Deps, uid: str, sent: Fields) -> Answer:
    """Open the chat and start its clock."""
    session = start_and_end.start(deps, uid, sent["sessionId"])
    return {
        "sessionId": session.id,
        "status": session.status.value,
        "startedAt": _time(session.started_at),
        "expiresAt": _time(session.expires_at),
    }


def end_session(deps: Deps, uid: str, sent: Fields) -> Answer:
    """End the chat and capture its hold."""
    ended = start_and_end.end(deps, uid, sent["sessionId"])
    return {
        "sessionId": ended.session.id,
        "status": ended.session.status.value,
        "endedAt": _time(ended.session.ended_at),
        "payment": ended.payment,
    }


def redeem(deps: Deps, uid: str, sent: Fields) -> Answer:
    """Open a chat with a ticket."""
    ask = Redeem(user_id=uid, session_id=sent["sessionId"], consultant_id=sent["consultantId"], code=sent["code"])
    session = redeem_ticket.redeem(deps, ask)
    return {"sessionId": session.id, "status": session.status.value}


def create_checkout_session(deps: Deps, uid: str, sent: Fields) -> Answer:
    """Open a Checkout page for a new order (`sellerId`, `items`), or for an unpaid one (`orderId`)."""
    if not deps.config.app_base_url:
        raise NotConfigured("APP_BASE_URL")
    if "orderId" in sent:
        opened = check_out.order_again(deps, uid, sent["orderId"])
    else:
        opened = check_out.order(deps, uid, sent["sellerId"], sent["items"])
    return {"orderId": opened.order.id, "url": opened.url, "expiresAt": _time(opened.expires_at)}


def _a_basket_or_an_order(sent: Fields) -> dict[str, str]:
    """A basket is for a new order; an order brings its own."""
    if "orderId" in sent:
        return {name: "unknown" for name in ("sellerId", "items") if name in sent}
    return {name: "missing" for name in ("sellerId", "items") if name not in sent}


@dataclass(frozen=True, slots=True)
class Command:
    """A callable: the shape of what it takes, what it does with it, and what is wrong with fields together."""

    shape: Shape
    answer: Callable[[Deps, str, Fields], Answer]
    check: Check = lambda _: {}

    def read(self, data: Any) -> Fields:
        """The fields that were sent. Raises `Refusal(invalid_argument)` that names every wrong one."""
        return parse(self.shape, data, self.check)


CALLABLES: Final[Mapping[str, Command]] = {
    "createPaymentIntent": Command(
        {
            "sessionId": Field(an_id),
            "consultantId": Field(a_uid, is_required=False),
            "amount": Field(an_amount, is_required=False),
        },
        create_payment_intent,
    ),
    "capturePaymentIntent": Command({"paymentIntentId": Field(an_id)}, capture_payment_intent),
    "cancelPaymentIntent": Command(
        {"paymentIntentId": Field(an_id), "reason": Field(a_reason, is_required=False)}, cancel_payment_intent
    ),
    "redeemTicket": Command({"code": Field(a_code), "consultantId": Field(a_uid), "sessionId": Field(an_id)}, redeem),
    "createCheckoutSession": Command(
        {
            "sellerId": Field(an_id, is_required=False),
            "items": Field(a_basket, is_required=False),
            "orderId": Field(an_id, is_required=False),
        },
        create_checkout_session,
        _a_basket_or_an_order,
    ),
    "startSession": Command({"sessionId": Field(an_id)}, start_session),
    "endSession": Command({"sessionId": Field(an_id)}, end_session),
}
#: What `checkoutResult` takes in its address.
RESULT: Final[Shape] = {"orderId": Field(an_id), "confirm": Field(a_one, is_required=False)}


def result_of(known: check_out.Result) -> Answer:
    """What `checkoutResult` answers."""
    return {
        "isPaid": known.is_paid,
        "webhookReceived": known.webhook_received,
        "status": known.status,
        "amount": known.order.amount,
        "currency": known.order.currency,
        "sellerId": known.order.seller_id,
    }
