"""What people are told (H-06), read off a change itself, so that no change can forget to tell them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from payments.domain.chat.change import ChatChange
from payments.domain.chat.records import ChatSession, Hold
from payments.domain.chat.states import HoldStatus, SessionStatus


class NotificationKind(StrEnum):
    """What people are told (H-06)."""

    SESSION_READY = "session_ready"
    SESSION_STARTED = "session_started"
    SESSION_EXTENDED = "session_extended"
    ENDING_SOON = "ending_soon"
    SESSION_ENDED = "session_ended"
    PAYMENT_CAPTURED = "payment_captured"
    PAYMENT_FAILED = "payment_failed"
    CAPTURE_FAILED = "capture_failed"
    HOLD_RELEASED = "hold_released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """`notifications/{id}`: one thing one person is told. `read_at` is the person's own; `pushed_at` is the push's."""

    id: str
    user_id: str
    kind: NotificationKind
    session_id: str
    attempt: int
    created_at: datetime
    read_at: datetime | None = None
    pushed_at: datetime | None = None


def notifications_for(
    before: ChatSession | None, holds: Mapping[str, Hold | None], change: ChatChange, now: datetime
) -> tuple[Notification, ...]:
    """The notifications that belong into the commit of a change. `before` and `holds` are as they were read.

    Both people are notified of their chat and of a released hold, the payer alone of other money. The ids rest on
    what happened to which attempt, so that nobody is told twice.
    """
    session = change.session
    told: list[Notification] = []
    for kind, attempt in (*_of_session(before, session), *_of_extension(session, holds, change)):
        told += [_notification(kind, session, attempt, now, is_payer=is_payer) for is_payer in (True, False)]
    for hold in change.holds:
        for kind in _of_hold(holds.get(hold.id), hold):
            people = (True, False) if kind is NotificationKind.HOLD_RELEASED else (True,)
            told += [_notification(kind, session, hold.attempt, now, is_payer=is_payer) for is_payer in people]
    return tuple(told)


def _notification(
    kind: NotificationKind, session: ChatSession, attempt: int, now: datetime, *, is_payer: bool
) -> Notification:
    return Notification(
        id=f"{kind}-{session.id}-{attempt}-{'payer' if is_payer else 'consultant'}",
        user_id=session.user_id if is_payer else session.consultant_id,
        kind=kind,
        session_id=session.id,
        attempt=attempt,
        created_at=now,
    )


def _of_session(before: ChatSession | None, after: ChatSession) -> Iterator[tuple[NotificationKind, int]]:
    was = before.status if before else None
    if before is not None and was is SessionStatus.ACTIVE and after.status is SessionStatus.READY:
        yield NotificationKind.SESSION_ENDED, before.attempt
    if after.status is not was and after.status in _ENTERED:
        yield _ENTERED[after.status], after.attempt
    if before is not None and after.status is SessionStatus.ACTIVE and after.reminded_at != before.reminded_at:
        yield NotificationKind.ENDING_SOON, after.attempt


_ENTERED: Final[Mapping[SessionStatus, NotificationKind]] = {
    SessionStatus.READY: NotificationKind.SESSION_READY,
    SessionStatus.ACTIVE: NotificationKind.SESSION_STARTED,
    SessionStatus.ENDED: NotificationKind.SESSION_ENDED,
}


def _of_extension(
    after: ChatSession, holds: Mapping[str, Hold | None], change: ChatChange
) -> Iterator[tuple[NotificationKind, int]]:
    """Told once for a hold, when it is paid: its time may be given back and granted again."""
    for hold in change.holds:
        before = holds.get(hold.id)
        is_news = before is None or before.status is HoldStatus.CREATED
        if is_news and hold.starts_at is not None and after.status is SessionStatus.ACTIVE:
            yield NotificationKind.SESSION_EXTENDED, hold.attempt


def _of_hold(before: Hold | None, after: Hold) -> Iterator[NotificationKind]:
    was = before.status if before else HoldStatus.CREATED
    if after.status is not was and after.status is HoldStatus.CAPTURED:
        yield NotificationKind.PAYMENT_CAPTURED
    is_news = after.status is not was or (before is not None and before.authorized_at is None)
    if is_news and after.status is HoldStatus.CANCELED and after.authorized_at is not None:
        yield NotificationKind.HOLD_RELEASED
    if after.last_error is not None and (before is None or before.last_error is None):
        yield NotificationKind.PAYMENT_FAILED
    is_first_refusal = after.refused_at is not None and (before is None or before.refused_at is None)
    if is_first_refusal and after.status is HoldStatus.REQUIRES_CAPTURE:
        yield NotificationKind.CAPTURE_FAILED
