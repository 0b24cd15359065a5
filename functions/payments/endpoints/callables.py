"""The callables, each one piece of data: what it takes, which use case it is, what it answers, what it may refuse.

Names are in camelCase, times ISO 8601 in UTC, amounts in the smallest unit of their currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from payments.chat import finish_hold, hold_card, redeem_ticket, start_and_end
from payments.chat.port import ChatDeps
from payments.config import APP_BASE_URL, STRIPE_PUBLISHABLE_KEY
from payments.core.refusals import Code, NotConfigured
from payments.domain.chat.records import CancelReason, ChatSession, Hold
from payments.domain.chat.requests import HoldRequest
from payments.domain.chat.tickets import TicketRequest
from payments.endpoints.callable_protocol import CallableFunction, Sent
from payments.endpoints.fields import Field, a_basket, a_code, a_reason, a_uid, an_amount, an_id
from payments.shop import check_out
from payments.shop.port import ShopDeps


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _hold_card(deps: ChatDeps, uid: str, sent: Sent) -> hold_card.Created:
    request = HoldRequest(
        user_id=uid,
        session_id=sent["sessionId"],
        consultant_id=sent.get("consultantId"),
        amount=sent.get("amount"),
    )
    return hold_card.create(deps, request)


CREATE_PAYMENT_INTENT: Final = CallableFunction(
    name="createPaymentIntent",
    summary="Hold the price of a chat on the caller's card (H-03, H-07, H-12).",
    fields={
        "sessionId": Field(an_id),
        "consultantId": Field(a_uid, is_required=False),
        "amount": Field(an_amount, is_required=False),
    },
    use_case=_hold_card,
    answer={
        "paymentIntentId": lambda created: created.hold.id,
        "clientSecret": lambda created: created.client_secret,
        "amount": lambda created: created.hold.amount,
        "currency": lambda created: created.hold.currency,
        "sessionId": lambda created: created.hold.session_id,
        "attempt": lambda created: created.hold.attempt,
        "status": lambda created: created.hold.status.value,
        "publishableKey": lambda _: STRIPE_PUBLISHABLE_KEY.value,
    },
    refuses=(
        Code.ALREADY_EXTENDED,
        Code.CONSULTANT_UNAVAILABLE,
        Code.PREVIOUS_UNPAID,
        Code.PRICE_CHANGED,
        Code.SESSION_IN_PROGRESS,
        Code.SESSION_NOT_YOURS,
        Code.TOO_MANY_ATTEMPTS,
    ),
)


def _capture(deps: ChatDeps, uid: str, sent: Sent) -> Hold:
    return finish_hold.capture(deps, uid, sent["paymentIntentId"])


CAPTURE_PAYMENT_INTENT: Final = CallableFunction(
    name="capturePaymentIntent",
    summary="Capture a used hold; the payer's call ends the chat that runs on it (H-09, H-12, H-15).",
    fields={"paymentIntentId": Field(an_id)},
    use_case=_capture,
    answer={
        "paymentIntentId": lambda hold: hold.id,
        "status": lambda hold: hold.status.value,
        "amount": lambda hold: hold.amount_captured,
        "capturedAt": lambda hold: _time(hold.captured_at),
    },
    refuses=(
        Code.HOLD_RELEASED,
        Code.NOT_AUTHORIZED_YET,
        Code.PAYMENT_NOT_FOUND,
        Code.SESSION_NOT_STARTED,
        Code.SESSION_NOT_YOURS,
        Code.SESSION_RUNNING,
    ),
)


def _cancel(deps: ChatDeps, uid: str, sent: Sent) -> Hold:
    reason = sent.get("reason", CancelReason.REQUESTED_BY_CUSTOMER)
    return finish_hold.cancel(deps, uid, sent["paymentIntentId"], reason)


CANCEL_PAYMENT_INTENT: Final = CallableFunction(
    name="cancelPaymentIntent",
    summary="Cancel a hold by its button (H-11, H-12).",
    fields={"paymentIntentId": Field(an_id), "reason": Field(a_reason, is_required=False)},
    use_case=_cancel,
    answer={
        "paymentIntentId": lambda hold: hold.id,
        "status": lambda hold: hold.status.value,
        "canceledAt": lambda hold: _time(hold.canceled_at),
    },
    refuses=(Code.ALREADY_CAPTURED, Code.PAYMENT_NOT_FOUND, Code.SESSION_NOT_YOURS, Code.SESSION_STARTED),
)


def _redeem(deps: ChatDeps, uid: str, sent: Sent) -> ChatSession:
    request = TicketRequest(
        user_id=uid, session_id=sent["sessionId"], consultant_id=sent["consultantId"], code=sent["code"]
    )
    return redeem_ticket.redeem(deps, request)


REDEEM_TICKET: Final = CallableFunction(
    name="redeemTicket",
    summary="Open a chat with a ticket code (H-01, H-02).",
    fields={"code": Field(a_code), "consultantId": Field(a_uid), "sessionId": Field(an_id)},
    use_case=_redeem,
    answer={
        "sessionId": lambda session: session.id,
        "status": lambda session: session.status.value,
    },
    refuses=(
        Code.CONSULTANT_UNAVAILABLE,
        Code.PAYMENT_OPEN,
        Code.SESSION_IN_PROGRESS,
        Code.SESSION_NOT_YOURS,
        Code.TICKET_INVALID,
        Code.TOO_MANY_ATTEMPTS,
    ),
)


def _start(deps: ChatDeps, uid: str, sent: Sent) -> ChatSession:
    return start_and_end.start(deps, uid, sent["sessionId"])


START_SESSION: Final = CallableFunction(
    name="startSession",
    summary="Open the chat and start its clock (H-17, H-19).",
    fields={"sessionId": Field(an_id)},
    use_case=_start,
    answer={
        "sessionId": lambda session: session.id,
        "status": lambda session: session.status.value,
        "startedAt": lambda session: _time(session.started_at),
        "expiresAt": lambda session: _time(session.expires_at),
    },
    refuses=(
        Code.HOLD_EXPIRING,
        Code.NOT_PAID,
        Code.SESSION_ENDED,
        Code.SESSION_NOT_FOUND,
        Code.SESSION_NOT_YOURS,
    ),
)


def _end(deps: ChatDeps, uid: str, sent: Sent) -> start_and_end.Ended:
    return start_and_end.end(deps, uid, sent["sessionId"])


END_SESSION: Final = CallableFunction(
    name="endSession",
    summary="End the chat and capture its hold (H-10, H-15).",
    fields={"sessionId": Field(an_id)},
    use_case=_end,
    answer={
        "sessionId": lambda ended: ended.session.id,
        "status": lambda ended: ended.session.status.value,
        "endedAt": lambda ended: _time(ended.session.ended_at),
        "payment": lambda ended: ended.payment,
    },
    refuses=(Code.SESSION_NOT_FOUND, Code.SESSION_NOT_STARTED, Code.SESSION_NOT_YOURS, Code.SESSION_RUNNING),
)


def _check_out(deps: ShopDeps, uid: str, sent: Sent) -> check_out.Opened:
    """A new order (`sellerId`, `items`), or an unpaid one again (`orderId`)."""
    if not APP_BASE_URL.value.strip():
        raise NotConfigured("APP_BASE_URL")
    if "orderId" in sent:
        return check_out.retry_order(deps, uid, sent["orderId"])
    return check_out.place_order(deps, uid, sent["sellerId"], sent["items"])


def _a_basket_or_an_order(sent: Sent) -> dict[str, str]:
    """A basket is for a new order; an order brings its own."""
    if "orderId" in sent:
        return {name: "unknown" for name in ("sellerId", "items") if name in sent}
    return {name: "missing" for name in ("sellerId", "items") if name not in sent}


CREATE_CHECKOUT_SESSION: Final = CallableFunction(
    name="createCheckoutSession",
    summary="Open a Stripe Checkout page for a shop order (C-01).",
    fields={
        "sellerId": Field(an_id, is_required=False),
        "items": Field(a_basket, is_required=False),
        "orderId": Field(an_id, is_required=False),
    },
    check=_a_basket_or_an_order,
    use_case=_check_out,
    answer={
        "orderId": lambda opened: opened.order.id,
        "url": lambda opened: opened.url,
        "expiresAt": lambda opened: _time(opened.expires_at),
    },
    refuses=(
        Code.ALREADY_PAID,
        Code.ORDER_NOT_FOUND,
        Code.ORDER_NOT_YOURS,
        Code.PAYMENT_PENDING,
        Code.PRODUCT_UNAVAILABLE,
        Code.TOO_MANY_ATTEMPTS,
    ),
)

CALLABLES: Final[Mapping[str, CallableFunction[Any, Any]]] = {
    each.name: each
    for each in (
        CREATE_PAYMENT_INTENT,
        CAPTURE_PAYMENT_INTENT,
        CANCEL_PAYMENT_INTENT,
        REDEEM_TICKET,
        CREATE_CHECKOUT_SESSION,
        START_SESSION,
        END_SESSION,
    )
}
