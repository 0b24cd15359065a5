"""Why a call is not done: refused, by stable machine code, or not configured."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Code(StrEnum):
    """`details.code` of a refused call. Texts for people are in `endpoints.texts`."""

    ALREADY_CAPTURED = "already_captured"
    ALREADY_EXTENDED = "already_extended"
    ALREADY_PAID = "already_paid"
    BUSY = "busy"
    CONSULTANT_UNAVAILABLE = "consultant_unavailable"
    HOLD_EXPIRING = "hold_expiring"
    HOLD_RELEASED = "hold_released"
    INTERNAL = "internal"
    INVALID_ARGUMENT = "invalid_argument"
    NOT_AUTHORIZED_YET = "not_authorized_yet"
    NOT_PAID = "not_paid"
    ORDER_NOT_FOUND = "order_not_found"
    ORDER_NOT_YOURS = "order_not_yours"
    PAYMENT_NOT_FOUND = "payment_not_found"
    PAYMENT_OPEN = "payment_open"
    PAYMENT_PENDING = "payment_pending"
    PAYMENT_UNAVAILABLE = "payment_unavailable"
    PREVIOUS_UNPAID = "previous_unpaid"
    PRICE_CHANGED = "price_changed"
    PRODUCT_UNAVAILABLE = "product_unavailable"
    SESSION_ENDED = "session_ended"
    SESSION_IN_PROGRESS = "session_in_progress"
    SESSION_NOT_FOUND = "session_not_found"
    SESSION_NOT_STARTED = "session_not_started"
    SESSION_NOT_YOURS = "session_not_yours"
    SESSION_RUNNING = "session_running"
    SESSION_STARTED = "session_started"
    TICKET_INVALID = "ticket_invalid"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    UNAUTHENTICATED = "unauthenticated"
    UNAVAILABLE = "unavailable"


#: What `details` carries beside `code`. `sessionStatus` is the status in which the tables refuse.
DETAILS: Final[Mapping[Code, tuple[str, ...]]] = {
    Code.ALREADY_EXTENDED: ("sessionStatus",),
    Code.BUSY: ("sessionStatus",),
    Code.INTERNAL: ("correlationId",),
    Code.INVALID_ARGUMENT: ("fields",),
    Code.NOT_PAID: ("sessionStatus",),
    Code.PAYMENT_OPEN: ("sessionStatus",),
    Code.PAYMENT_UNAVAILABLE: ("orderId",),
    Code.PRICE_CHANGED: ("amount", "currency"),
    Code.PRODUCT_UNAVAILABLE: ("products",),
    Code.SESSION_ENDED: ("sessionStatus",),
    Code.SESSION_IN_PROGRESS: ("sessionStatus",),
    Code.SESSION_NOT_STARTED: ("sessionStatus",),
    Code.SESSION_RUNNING: ("expiresAt",),
    Code.TOO_MANY_ATTEMPTS: ("retryAfterSeconds",),
}


class Refusal(Exception):
    """A call that is answered with `code` and `details`: nothing that was asked for is done.

    What Stripe has said on the way, a claim that a repeat goes on with, and a try that counts may be on record.
    """

    def __init__(self, code: Code, **details: str | int | dict[str, str]) -> None:
        super().__init__(code.value)
        self.code = code
        self.details = details
        self.problems: tuple[str, ...] = ()

    def because_of(self, *problems: str) -> Refusal:
        """The same refusal, with what is wrong in documents that people write by hand: for the log, not the caller."""
        self.problems = problems
        return self


class NotConfigured(Exception):
    """The deployment lacks a parameter or a secret, or has a wrong one; the text names each, never a value."""
