"""A chat as a rule sees it, and what the rule makes of it: a rule takes a `ChatState` and returns a `ChatChange`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from payments.core.alerts import Alert, AlertKind
from payments.domain.chat.records import CancelReason, ChatSession, Hold, Terms
from payments.stripe_model.identity import NOT_KNOWN, StripeIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatState:
    """A chat as read, with the time and the terms of the decision. `hold_id` names the hold in question, if any.

    `holds` has, by id, the holds that were read: the one in question, the one that the chat runs on, the one that
    extends it. `is_deleted` says that the session is only a stand-in for one that the app has deleted. `stripe` is
    whose key is in use.
    """

    session: ChatSession
    holds: Mapping[str, Hold]
    now: datetime
    terms: Terms
    hold_id: str = ""
    is_deleted: bool = False
    stripe: StripeIdentity = NOT_KNOWN

    @property
    def hold(self) -> Hold:
        """The hold in question. KeyError if its PaymentIntent is not on record."""
        return self.holds[self.hold_id]

    @property
    def is_current(self) -> bool:
        """Whether the chat runs on the hold in question, or waits for it: only this hold moves the session."""
        return self.session.intent_id == self.hold_id

    @property
    def is_next(self) -> bool:
        """Whether the hold in question is to extend the chat: this hold moves the clock."""
        return self.session.next_intent_id == self.hold_id

    @property
    def current(self) -> Hold | None:
        """The hold that the chat runs on or waits for, if there is one."""
        return self.holds.get(self.session.intent_id or "")

    @property
    def next_hold(self) -> Hold | None:
        """The hold that is to extend the chat, if its PaymentIntent is on record."""
        return self.holds.get(self.session.next_intent_id or "")

    def about(self, hold_id: str) -> ChatState:
        """The same chat, with another hold in question."""
        return replace(self, hold_id=hold_id)

    def having(self, session: ChatSession | None = None, hold: Hold | None = None) -> ChatState:
        """The chat with this session, with this hold in place of the one in question, or with both."""
        holds = self.holds if hold is None else {**self.holds, hold.id: hold}
        return replace(self, session=session or self.session, holds=holds)

    def changed(self, *alerts: Alert, action: DueAction | None = None, claims: bool = False) -> ChatChange:
        """What a rule returns: the session and the hold in question as they are now."""
        return ChatChange(self.session, (self.hold,), alerts, action or DueAction.NONE, claims=claims)

    def after(self, change: ChatChange) -> ChatState:
        """The chat as the change leaves it."""
        return replace(self, session=change.session, holds={**self.holds, **{hold.id: hold for hold in change.holds}})


class DueAction(StrEnum):
    """What the sweep does with a hold or a session that is due."""

    NONE = "nothing"
    #: Ask Stripe about the PaymentIntent and apply the answer.
    REFRESH = "refresh"
    #: Finish an operation whose process died.
    RETRY_OPERATION = "retry operation"
    CANCEL = "cancel"
    CAPTURE = "capture"
    #: Stripe is not asked: another account or mode made the hold.
    WAIT_FOR_KEY = "wait for its account's key"
    END = "end"
    REMIND = "remind"
    #: Drop the claim of an attempt that never got a PaymentIntent.
    DROP_CLAIM = "drop claim"
    #: Nothing is to be done yet: set `dueAt` anew.
    RESCHEDULE = "reschedule"


@dataclass(frozen=True, slots=True)
class ChatChange:
    """What a rule returns: a session, the holds that changed with it, the alerts to raise. All is written together.

    The first hold is the one in question; a chat opened by a ticket has none. `action` is what was due. `claims` says
    that the rule claimed the operation on the first hold: whoever commits the change performs it at Stripe.
    """

    session: ChatSession
    holds: tuple[Hold, ...] = ()
    alerts: tuple[Alert, ...] = ()
    action: DueAction = DueAction.NONE
    claims: bool = False

    @property
    def hold(self) -> Hold:
        """The hold in question. IndexError if there is none."""
        return self.holds[0]


Rule = Callable[[ChatState], ChatChange]


def alert(kind: AlertKind, hold: Hold, text: str, at: datetime) -> Alert:
    """An alert about `hold`, with the amount and currency that are on record."""
    return Alert(
        kind=kind,
        intent_id=hold.id,
        session_id=hold.session_id,
        amount=hold.amount,
        currency=hold.currency,
        text=text,
        at=at,
    )


def schedule_cancel(hold: Hold, reason: CancelReason, now: datetime) -> Hold:
    """The hold, due now to be canceled for `reason`. An earlier reason, or an operation in progress, stays."""
    return replace(hold, cancel_reason=reason, due_at=now) if hold.is_idle else hold
