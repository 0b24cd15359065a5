"""What a decision leaves: a session, the holds that moved with it, the alerts to raise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from payments.core.alerts import Alert, AlertKind
from payments.domain.chat.records import CancelReason, Hold, Session


@dataclass(frozen=True, slots=True)
class Moved:
    """A session and its holds after a decision, with the alerts to raise: written together, as decided together.

    The first hold is the one that was decided on; a chat opened by a ticket has none.
    """

    session: Session
    holds: tuple[Hold, ...] = ()
    alerts: tuple[Alert, ...] = ()

    @property
    def hold(self) -> Hold:
        """The hold that was decided on. IndexError where there was none."""
        return self.holds[0]


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


def is_current(hold: Hold, session: Session) -> bool:
    """Only the current hold moves the session, and the one that extends it moves its clock."""
    return session.intent_id == hold.id


def let_go(hold: Hold, reason: CancelReason, now: datetime) -> Hold:
    """The hold, due now to be canceled for `reason`. A reason or an operation that stands already is left alone."""
    return replace(hold, cancel_reason=reason, due_at=now) if hold.is_idle else hold
