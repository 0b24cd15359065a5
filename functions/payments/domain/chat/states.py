"""Every state, event and transition of the product, as three tables with one lookup each.

Everything that decides which state follows which is in this file; the diagrams in the README are generated from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from payments.core.refusals import Code, Refusal

S = TypeVar("S")


class HoldStatus(StrEnum):
    """`payment_intents.status`, exactly the four of H-14."""

    CREATED = "created"
    REQUIRES_CAPTURE = "requires_capture"
    CAPTURED = "captured"
    CANCELED = "canceled"


class HoldFact(StrEnum):
    """What Stripe can say of a PaymentIntent that moves a hold. Facts are never refused."""

    FUNDS_HELD = "FUNDS_HELD"
    CAPTURED = "CAPTURED"
    CANCELED = "CANCELED"


class SessionStatus(StrEnum):
    """`sessions.status`."""

    AWAITING_PAYMENT = "awaiting_payment"
    READY = "ready"
    ACTIVE = "active"
    ENDED = "ended"
    CANCELED = "canceled"


class SessionEvent(StrEnum):
    """What can happen to a chat session. PAID and RELEASED come from the session's current hold only."""

    HOLD_REQUESTED = "HOLD_REQUESTED"
    PAID = "PAID"
    START = "START"
    END = "END"
    RELEASED = "RELEASED"
    TICKET = "TICKET"


class NextStatus(StrEnum):
    """Where the hold stands that is to extend a running chat (`sessions.nextIntentId`).

    PAID has moved the clock but may still be given back; once its own time has run for a minute it is the current hold.
    """

    NONE = "none"
    CREATED = "created"
    PAID = "paid"
    LEAVING = "leaving"


class NextEvent(StrEnum):
    """What can happen to an extension. PAID, RELEASED and CANCEL are of its own hold; END is the chat's."""

    HOLD_REQUESTED = "HOLD_REQUESTED"
    PAID = "PAID"
    BEGIN = "BEGIN"
    CANCEL = "CANCEL"
    RELEASED = "RELEASED"
    END = "END"
    TICKET = "TICKET"


class Effect(StrEnum):
    """What has to happen beside the change of state."""

    NONE = ""
    NEW_ATTEMPT = "attempt + 1"
    LET_GO = "the hold is due now, to be canceled"
    CONTRADICTION = "recorded and raised to a person"
    EXTENSION = "extension"
    PROLONG = "startsAt = max(expiresAt, now), expiresAt = endsAt = startsAt + minutes"
    GIVE_BACK = "expiresAt = startsAt"
    BECOME_CURRENT = "becomes the current hold"


@dataclass(frozen=True, slots=True)
class To(Generic[S]):
    """A transition to `target` (a self-loop where it is the same state) with what it entails."""

    target: S
    effect: Effect = Effect.NONE


@dataclass(frozen=True, slots=True)
class Refuse:
    """The event cannot happen in this state; the caller is told `code`."""

    code: Code


_H, _F = HoldStatus, HoldFact
HOLD: Final[Mapping[HoldStatus, Mapping[HoldFact, To[HoldStatus]]]] = {
    _H.CREATED: {
        _F.FUNDS_HELD: To(_H.REQUIRES_CAPTURE),
        _F.CAPTURED: To(_H.CAPTURED),
        _F.CANCELED: To(_H.CANCELED),
    },
    _H.REQUIRES_CAPTURE: {
        _F.FUNDS_HELD: To(_H.REQUIRES_CAPTURE),
        _F.CAPTURED: To(_H.CAPTURED),
        _F.CANCELED: To(_H.CANCELED),
    },
    _H.CAPTURED: {
        _F.FUNDS_HELD: To(_H.CAPTURED),
        _F.CAPTURED: To(_H.CAPTURED),
        _F.CANCELED: To(_H.CAPTURED, Effect.CONTRADICTION),
    },
    _H.CANCELED: {
        _F.FUNDS_HELD: To(_H.CANCELED, Effect.LET_GO),
        _F.CAPTURED: To(_H.CANCELED, Effect.CONTRADICTION),
        _F.CANCELED: To(_H.CANCELED),
    },
}
_S, _E = SessionStatus, SessionEvent
SESSION: Final[Mapping[SessionStatus, Mapping[SessionEvent, To[SessionStatus] | Refuse]]] = {
    _S.AWAITING_PAYMENT: {
        _E.HOLD_REQUESTED: To(_S.AWAITING_PAYMENT),
        _E.PAID: To(_S.READY),
        _E.START: Refuse(Code.NOT_PAID),
        _E.END: Refuse(Code.SESSION_NOT_STARTED),
        _E.RELEASED: To(_S.CANCELED),
        _E.TICKET: Refuse(Code.PAYMENT_OPEN),
    },
    _S.READY: {
        _E.HOLD_REQUESTED: Refuse(Code.SESSION_IN_PROGRESS),
        _E.PAID: To(_S.READY),
        _E.START: To(_S.ACTIVE),
        _E.END: Refuse(Code.SESSION_NOT_STARTED),
        _E.RELEASED: To(_S.CANCELED),
        _E.TICKET: Refuse(Code.SESSION_IN_PROGRESS),
    },
    _S.ACTIVE: {
        _E.HOLD_REQUESTED: To(_S.ACTIVE, Effect.EXTENSION),
        _E.PAID: To(_S.ACTIVE),
        _E.START: To(_S.ACTIVE),
        _E.END: To(_S.ENDED),
        _E.RELEASED: To(_S.ENDED),
        _E.TICKET: Refuse(Code.SESSION_IN_PROGRESS),
    },
    _S.ENDED: {
        _E.HOLD_REQUESTED: To(_S.AWAITING_PAYMENT, Effect.NEW_ATTEMPT),
        _E.PAID: To(_S.ENDED),
        _E.START: Refuse(Code.SESSION_ENDED),
        _E.END: To(_S.ENDED),
        _E.RELEASED: To(_S.ENDED),
        _E.TICKET: To(_S.READY, Effect.NEW_ATTEMPT),
    },
    _S.CANCELED: {
        _E.HOLD_REQUESTED: To(_S.AWAITING_PAYMENT, Effect.NEW_ATTEMPT),
        _E.PAID: To(_S.CANCELED, Effect.LET_GO),
        _E.START: Refuse(Code.NOT_PAID),
        _E.END: Refuse(Code.SESSION_NOT_STARTED),
        _E.RELEASED: To(_S.CANCELED),
        _E.TICKET: To(_S.READY, Effect.NEW_ATTEMPT),
    },
}
_N, _X = NextStatus, NextEvent
#: The extension without a gap. A session that is neither `active` nor `ended` has none.
EXTENSION: Final[Mapping[SessionStatus, Mapping[NextStatus, Mapping[NextEvent, To[NextStatus] | Refuse]]]] = {
    _S.ACTIVE: {
        _N.NONE: {
            _X.HOLD_REQUESTED: To(_N.CREATED, Effect.NEW_ATTEMPT),
            _X.END: To(_N.NONE),
        },
        _N.CREATED: {
            _X.HOLD_REQUESTED: To(_N.CREATED),
            _X.PAID: To(_N.PAID, Effect.PROLONG),
            _X.CANCEL: To(_N.LEAVING),
            _X.RELEASED: To(_N.NONE),
            _X.END: To(_N.CREATED),
        },
        _N.PAID: {
            _X.HOLD_REQUESTED: Refuse(Code.ALREADY_EXTENDED),
            _X.PAID: To(_N.PAID),
            _X.BEGIN: To(_N.NONE, Effect.BECOME_CURRENT),
            _X.CANCEL: To(_N.LEAVING, Effect.GIVE_BACK),
            _X.RELEASED: To(_N.NONE, Effect.GIVE_BACK),
            _X.END: To(_N.LEAVING, Effect.LET_GO),
        },
        _N.LEAVING: {
            _X.HOLD_REQUESTED: Refuse(Code.BUSY),
            _X.PAID: To(_N.LEAVING),
            _X.CANCEL: To(_N.LEAVING),
            _X.RELEASED: To(_N.NONE),
            _X.END: To(_N.LEAVING),
        },
    },
    _S.ENDED: {
        _N.CREATED: {
            _X.HOLD_REQUESTED: To(_N.CREATED),
            _X.PAID: To(_N.NONE, Effect.BECOME_CURRENT),
            _X.CANCEL: To(_N.LEAVING),
            _X.RELEASED: To(_N.NONE),
            _X.TICKET: Refuse(Code.PAYMENT_OPEN),
        },
        _N.LEAVING: {
            _X.HOLD_REQUESTED: Refuse(Code.BUSY),
            _X.PAID: To(_N.LEAVING),
            _X.CANCEL: To(_N.LEAVING),
            _X.RELEASED: To(_N.NONE),
            _X.TICKET: Refuse(Code.PAYMENT_OPEN),
        },
    },
}


def hold_step(status: HoldStatus, fact: HoldFact) -> To[HoldStatus]:
    """The one lookup for holds. Never refuses: Stripe is the truth about money."""
    return HOLD[status][fact]


def session_step(status: SessionStatus, event: SessionEvent) -> To[SessionStatus]:
    """The one lookup for sessions. Raises `Refusal` with the table's code and the session's status."""
    step = SESSION[status][event]
    if isinstance(step, Refuse):
        raise Refusal(step.code, sessionStatus=status.value)
    return step


def next_step(status: SessionStatus, next_status: NextStatus, event: NextEvent) -> To[NextStatus]:
    """The one lookup for extensions. Raises `Refusal` with the table's code and the session's status."""
    step = EXTENSION[status][next_status][event]
    if isinstance(step, Refuse):
        raise Refusal(step.code, sessionStatus=status.value)
    return step
