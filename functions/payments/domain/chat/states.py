"""Every state, event and transition of the chat, as three tables with one lookup each.

Everything that decides which state follows which is in this file; the diagrams in docs are made from it.

Theory of operation. Three machines run beside each other:

- HOLD: `payment_intents.status`. Stripe alone moves it, by what it says of a PaymentIntent: AUTHORIZED, CAPTURED or
  CANCELED, in a webhook, an answer or a query. A fact is never refused, may come twice, late or out of order, and only
  moves a hold forward. Whoever wants a hold captured or canceled writes an operation on it, asks Stripe, and waits for
  the fact.
- SESSION: `sessions.status`, moved by six events. People fire HOLD_REQUESTED (they ask for a hold), START (the payer),
  END (the payer; after the time is over also the consultant and the sweep) and TICKET; these may be refused. PAID and
  RELEASED follow from facts, are never refused, and only the session's current hold fires them.
- EXTENSION: the hold that is to extend a running chat (`sessions.next`), with states of its own beside the session's.
  Its own hold fires PAID, RELEASED and CANCEL; END is the chat's; BEGIN is fired by time: by whatever rule is applied
  first once the extension's period has run for a minute. BEGIN makes its hold the current one. Until then the
  extension can be revoked, and the clock moves back.

PAID is not a payment: it says that the money is there, whether authorized or, by hand, captured already. Nobody is
charged by it. It is fired by a hold that is good: the agreed amount, with no cancel claimed or scheduled. A hold whose
cancel Stripe refused fires it late.

What no table says is decided before the lookup: whether the event has happened at all, and who may fire it (`clock`,
`requests`, `tickets`, `operations`, `apply_snapshot`). What has to happen beside the change of state is the `Effect`,
and each module that looks a table up has one function for each effect of that table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final, Generic, TypeVar

from payments.core.refusals import Code, Refusal
from payments.stripe_model.snapshots import IntentStatus

S = TypeVar("S")


class HoldStatus(StrEnum):
    """`payment_intents.status`, exactly the four of H-14."""

    CREATED = "created"
    REQUIRES_CAPTURE = "requires_capture"
    CAPTURED = "captured"
    CANCELED = "canceled"


class SessionStatus(StrEnum):
    """`sessions.status`."""

    AWAITING_PAYMENT = "awaiting_payment"
    READY = "ready"
    ACTIVE = "active"
    ENDED = "ended"
    CANCELED = "canceled"


class SessionEvent(StrEnum):
    """What can happen to a chat session."""

    HOLD_REQUESTED = "HOLD_REQUESTED"
    PAID = "PAID"
    START = "START"
    END = "END"
    RELEASED = "RELEASED"
    TICKET = "TICKET"


class NextStatus(StrEnum):
    """The state of the hold that is to extend a running chat. LEAVING: it is canceled, or about to be."""

    NONE = "none"
    CREATED = "created"
    PAID = "paid"
    LEAVING = "leaving"


class NextEvent(StrEnum):
    """What can happen to an extension."""

    HOLD_REQUESTED = "HOLD_REQUESTED"
    PAID = "PAID"
    BEGIN = "BEGIN"
    CANCEL = "CANCEL"
    RELEASED = "RELEASED"
    END = "END"
    TICKET = "TICKET"


class Effect(Enum):
    """What has to happen beside the change of state."""

    NONE = auto()
    #: Stripe says that the money is held, taken, or let go: the hold's own fields follow (`apply_snapshot`).
    AUTHORIZED = auto()
    CAPTURED = auto()
    CANCELED = auto()
    #: Stripe says again what is on record: nothing is in progress and nothing is due any more.
    AT_REST = auto()
    #: Stripe contradicts the record: recorded, and raised to a person.
    CONTRADICTION = auto()
    #: The hold is due now, to be canceled.
    SCHEDULE_CANCEL = auto()
    #: The number of the attempt grows by one.
    NEW_ATTEMPT = auto()
    #: The table of the extension decides.
    EXTEND = auto()
    #: startsAt = max(expiresAt, now), expiresAt = endsAt = startsAt + minutes.
    PROLONG = auto()
    #: expiresAt = startsAt.
    SHORTEN = auto()
    #: The extension's hold is what the chat runs on.
    BECOME_CURRENT = auto()


@dataclass(frozen=True, slots=True)
class To(Generic[S]):
    """A transition to `target`, a self-loop if that is the same state, with its effect."""

    target: S
    effect: Effect = Effect.NONE


@dataclass(frozen=True, slots=True)
class Refuse:
    """The event cannot happen in this state; the caller is told `code`."""

    code: Code


_H, _I = HoldStatus, IntentStatus

HOLD: Final[Mapping[HoldStatus, Mapping[IntentStatus, To[HoldStatus]]]] = {
    _H.CREATED: {
        _I.AUTHORIZED: To(_H.REQUIRES_CAPTURE, Effect.AUTHORIZED),
        _I.CAPTURED: To(_H.CAPTURED, Effect.CAPTURED),
        _I.CANCELED: To(_H.CANCELED, Effect.CANCELED),
    },
    _H.REQUIRES_CAPTURE: {
        _I.AUTHORIZED: To(_H.REQUIRES_CAPTURE, Effect.AUTHORIZED),
        _I.CAPTURED: To(_H.CAPTURED, Effect.CAPTURED),
        _I.CANCELED: To(_H.CANCELED, Effect.CANCELED),
    },
    _H.CAPTURED: {
        _I.AUTHORIZED: To(_H.CAPTURED),
        _I.CAPTURED: To(_H.CAPTURED, Effect.AT_REST),
        _I.CANCELED: To(_H.CAPTURED, Effect.CONTRADICTION),
    },
    _H.CANCELED: {
        _I.AUTHORIZED: To(_H.CANCELED, Effect.SCHEDULE_CANCEL),
        _I.CAPTURED: To(_H.CANCELED, Effect.CONTRADICTION),
        _I.CANCELED: To(_H.CANCELED, Effect.AT_REST),
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
        _E.HOLD_REQUESTED: To(_S.ACTIVE, Effect.EXTEND),
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
        _E.PAID: To(_S.CANCELED, Effect.SCHEDULE_CANCEL),
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
            _X.CANCEL: To(_N.LEAVING, Effect.SHORTEN),
            _X.RELEASED: To(_N.NONE, Effect.SHORTEN),
            _X.END: To(_N.LEAVING, Effect.SCHEDULE_CANCEL),
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


def hold_step(status: HoldStatus, fact: IntentStatus) -> To[HoldStatus]:
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
