"""What Stripe has not answered: since when, why, and the alert to a person while there is still time to act.

No retry is without memory: a claim or a question that fails keeps its first time, waits longer the older it gets, and
is said once it is an hour old. The alert is closed by whatever brings the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from payments.core.alerts import Alert, AlertKind
from payments.domain.chat.change import ChatChange, ChatState, alert
from payments.domain.chat.deadlines import expires_before, retry_unanswered_at
from payments.domain.chat.records import Hold
from payments.domain.chat.states import HoldStatus
from payments.stripe_model.answers import Failure, FailureKind, kind_of, why

_ADVICE: Final[Mapping[FailureKind, str]] = {
    FailureKind.UNREACHABLE: "look at status.stripe.com; it is asked again by itself",
    FailureKind.MISCONFIGURED: "put STRIPE_SECRET_KEY right; it is asked again by itself",
    FailureKind.UNKNOWN: "check that STRIPE_SECRET_KEY is the key of the account that made it",
    FailureKind.OTHER_ACCOUNT: "put the key of its account back, or settle it in that account's dashboard",
}


def remembered(hold: Hold, failure: Failure, now: datetime) -> Hold:
    """The hold with the failure on record, due again after as long as it has been failing, within limits."""
    since = hold.unanswered_since or now
    hold = replace(hold, unanswered_since=since, unanswered_why=why(failure))
    again = retry_unanswered_at(since, now)
    return replace(hold, due_at=min(hold.due_at or again, again))


def say_if_stuck(chat: ChatState, failure: Failure) -> ChatChange:
    """The change, with the alert if the hold in question has been unanswered for too long; once."""
    hold, since = chat.hold, chat.hold.unanswered_since
    if since is None or hold.stuck_at is not None or chat.now < since + chat.terms.stuck:
        return chat.changed()
    stuck = replace(hold, stuck_at=chat.now)
    text = f"{_what(hold)} unanswered since {since:%Y-%m-%d %H:%M} UTC ({hold.unanswered_why}); "
    text += _ADVICE[kind_of(failure)] + _until(hold)
    return chat.having(hold=stuck).changed(alert(AlertKind.STUCK, stuck, text, chat.now))


def _what(hold: Hold) -> str:
    return hold.operation.value if hold.operation else "question"


def _until(hold: Hold) -> str:
    if hold.status is not HoldStatus.REQUIRES_CAPTURE:
        return ""
    return f"; the authorization ends {expires_before(hold):%Y-%m-%d %H:%M} UTC"


def closed_alerts(before: Mapping[str, Hold], change: ChatChange, now: datetime) -> Iterator[Alert]:
    """The `stuck` alerts that a change closes."""
    for hold in change.holds:
        was = before.get(hold.id)
        if was is not None and was.stuck_at is not None and hold.stuck_at is None:
            raised = alert(AlertKind.STUCK, was, f"answered after all; it was {was.unanswered_why}", was.stuck_at)
            yield replace(raised, closed_at=now)
