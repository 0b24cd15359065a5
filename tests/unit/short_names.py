"""Short names for the statuses, operations and reasons that the tables of the unit tests are full of."""

from __future__ import annotations

from payments.core.alerts import Alert, AlertKind
from payments.domain.chat.records import CancelReason, Operation
from payments.domain.chat.states import HoldStatus, SessionStatus

AWAITING, READY, ACTIVE = SessionStatus.AWAITING_PAYMENT, SessionStatus.READY, SessionStatus.ACTIVE
ENDED, CANCELED = SessionStatus.ENDED, SessionStatus.CANCELED
CAPTURE, CANCEL = Operation.CAPTURE, Operation.CANCEL
BUTTON = CancelReason.REQUESTED_BY_CUSTOMER
FINAL = {HoldStatus.CAPTURED, HoldStatus.CANCELED}


def kinds(alerts: tuple[Alert, ...]) -> list[AlertKind]:
    """What a person is told."""
    return [a.kind for a in alerts]
