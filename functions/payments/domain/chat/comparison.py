"""What is on record of a hold, compared with what Stripe says of its PaymentIntent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payments.domain.chat.records import CancelReason, Hold
from payments.domain.chat.states import HoldStatus
from payments.stripe_model.snapshots import IntentStatus, PaymentIntentSnapshot

#: Where the money is if the record is right.
_EXPECTED: Final[Mapping[HoldStatus, IntentStatus]] = {
    HoldStatus.CREATED: IntentStatus.UNPAID,
    HoldStatus.REQUIRES_CAPTURE: IntentStatus.AUTHORIZED,
    HoldStatus.CAPTURED: IntentStatus.CAPTURED,
    HoldStatus.CANCELED: IntentStatus.CANCELED,
}


def difference(hold: Hold, snapshot: PaymentIntentSnapshot) -> str | None:
    """In which the two differ, in words. None if they agree, or if the hold is due to be canceled for it already."""
    if snapshot.status is IntentStatus.UNKNOWN or _is_being_canceled(hold):
        return None
    if snapshot.status is not _EXPECTED[hold.status]:
        return f"on record: {hold.status}; Stripe says: {snapshot.status}"
    if hold.status is HoldStatus.CANCELED:
        return None
    if hold.status is HoldStatus.CAPTURED:
        is_same = (hold.amount_captured, hold.currency) == (snapshot.amount_received, snapshot.currency)
        return None if is_same else f"captured on record: {hold.amount_captured}; at Stripe: {snapshot.amount_received}"
    is_same = (snapshot.amount, snapshot.currency, snapshot.manual) == (hold.amount, hold.currency, True)
    return None if is_same else f"Stripe has {snapshot.amount} {snapshot.currency}, manual capture: {snapshot.manual}"


def _is_being_canceled(hold: Hold) -> bool:
    """Money that is held on a hold canceled on record, and money that differs, are due to be canceled."""
    is_for_this = hold.status is HoldStatus.CANCELED or hold.cancel_reason is CancelReason.DIFFERS
    return is_for_this and hold.due_at is not None
