"""What has left a captured hold again: refunds and disputes. They can move back, so they are read, never added up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from payments.core.alerts import AlertKind


@dataclass(frozen=True, slots=True)
class Reversals:
    """Refunds of one PaymentIntent, in the smallest unit, and the state of its disputes (None: there is none).

    `disputed_total` is what disputes have taken and not given back.
    """

    refunded_total: int
    dispute_status: str | None
    disputed_total: int = 0


#: Of several disputes on one charge the most urgent counts. Inquiries (`warning_*`) take no money.
_MOST_URGENT_FIRST: Final = (
    "needs_response",
    "appeal_needs_response",
    "under_review",
    "appeal_under_review",
    "lost",
    "warning_needs_response",
    "warning_under_review",
    "won",
    "warning_closed",
    "prevented",
)

#: Nobody has to do anything about these.
_QUIET: Final = frozenset({"won", "lost", "warning_closed", "prevented"})


def most_urgent_dispute(statuses: Iterable[str]) -> str | None:
    """One dispute status for a charge. A status that is not known yet counts as the most urgent."""
    return min(statuses, key=_urgency, default=None)


def _urgency(status: str) -> int:
    return _MOST_URGENT_FIRST.index(status) if status in _MOST_URGENT_FIRST else -1


def takes_money(status: str) -> bool:
    """Whether a dispute keeps its amount from us: every one but an inquiry, a won one and one that was prevented."""
    return status not in ("won", "prevented") and not status.startswith("warning_")


def needs_response(before: str | None, after: str | None) -> bool:
    """Whether a dispute now needs a response, or a more urgent one: an inquiry that became a chargeback."""
    if after is None or after in _QUIET:
        return False
    return before is None or before in _QUIET or _urgency(after) < _urgency(before)


def alerts_for(refunded_before: int, dispute_before: str | None, money: Reversals) -> Iterator[tuple[AlertKind, str]]:
    """What a person has to see to, and in which words: a refund that has failed, a dispute that opens."""
    if money.refunded_total < refunded_before:
        yield AlertKind.REFUND_FAILED, f"refunded {money.refunded_total}, no longer {refunded_before}"
    if needs_response(dispute_before, money.dispute_status):
        yield AlertKind.DISPUTED, f"dispute: {money.dispute_status}"
