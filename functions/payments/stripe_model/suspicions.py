"""Payments that may be fraud: early fraud warnings of the cards' issuers, and reviews that Radar's rules open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from payments.core.alerts import AlertKind

_WHAT: Final = {
    AlertKind.FRAUD_WARNING: "the card's issuer warns of fraud",
    AlertKind.REVIEW: "Radar asks for a review",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """What is suspected of a PaymentIntent; `reason` is Stripe's word for why."""

    kind: AlertKind
    intent_id: str
    reason: str

    def told(self, way_out: str) -> str:
        """The text of the alert: what is suspected, and what to consider."""
        return f"{_WHAT[self.kind]} ({self.reason}); {way_out}"
