"""A running chat with the hold that is to extend it, as the tests look at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from payments.domain.chat.records import ChatSession, Hold
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import Deployment

#: What a chat lasts that nobody has extended.
PERIOD = timedelta(minutes=30)


@dataclass(frozen=True)
class Extended:
    """A chat that runs on `first`, with `second` paid for the time after it. `ends` is when `first` is used up."""

    deployment: Deployment
    first: Hold
    second: Hold
    ends: datetime

    @property
    def session(self) -> ChatSession:
        return self.deployment.session(self.first.session_id)

    @property
    def statuses(self) -> tuple[SessionStatus, HoldStatus, HoldStatus]:
        """Where the chat and its two holds stand."""
        return (
            self.session.status,
            self.deployment.hold(self.first.id).status,
            self.deployment.hold(self.second.id).status,
        )

    def reach(self, **after: float) -> None:
        """Let time pass until so long after the end of the first hold's time."""
        left = self.ends + timedelta(**after) - self.deployment.clock()
        self.deployment.pass_time(seconds=left.total_seconds())


def extended(
    deployment: Deployment, session_id: str | None = None, *, payer: str = "payer", at_minute: float = 20
) -> Extended:
    """A chat that is extended so many minutes after its start."""
    first = deployment.started(session_id, user_id=payer)
    ends = clock_of(deployment, first)
    deployment.pass_time(minutes=at_minute)
    return Extended(deployment, first, deployment.extend(first), ends)


def clock_of(deployment: Deployment, hold: Hold) -> datetime:
    """When the chat of a hold ends, by its clock."""
    expires_at = deployment.session(hold.session_id).expires_at
    assert expires_at is not None
    return expires_at
