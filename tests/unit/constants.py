"""What the unit tests have in common: one moment with its units of time, what is sold, and the people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from payments.domain.chat.records import Terms

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TERMS = Terms(price=5000, currency="jpy", minutes=30, hold=72 * HOUR)
WINDOW = 7 * DAY
#: What names the deployment at Stripe.
APP = "paid-chat"
PAYER, CONSULTANT, STRANGER, SYSTEM = "payer", "consultant", "stranger", "system"
