"""When somebody is told, and who, as the pages have it, is what a change tells (H-06)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from docs.generator.blocks import words
from payments.domain.chat.change import ChatChange
from payments.domain.chat.deadlines import REMINDER
from payments.domain.chat.notifications import NotificationKind, notifications_for
from payments.domain.chat.records import ChatSession, Hold
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.docs.pages import LANGUAGES
from tests.unit.builders import a_held_hold, a_session
from tests.unit.constants import NOW

Change = Callable[[ChatSession, Hold], tuple[ChatSession, Hold]]
_S, _H = SessionStatus, HoldStatus


def session(**fields: Any) -> Change:
    return lambda session, hold: (replace(session, **fields), hold)


def hold(**fields: Any) -> Change:
    return lambda session, hold: (session, replace(hold, **fields))


CHANGES: dict[NotificationKind, tuple[SessionStatus, HoldStatus, Change]] = {
    NotificationKind.SESSION_READY: (_S.AWAITING_PAYMENT, _H.REQUIRES_CAPTURE, session(status=_S.READY)),
    NotificationKind.SESSION_STARTED: (_S.READY, _H.REQUIRES_CAPTURE, session(status=_S.ACTIVE)),
    NotificationKind.SESSION_ENDED: (_S.ACTIVE, _H.REQUIRES_CAPTURE, session(status=_S.ENDED)),
    NotificationKind.ENDING_SOON: (_S.ACTIVE, _H.REQUIRES_CAPTURE, session(reminded_at=NOW)),
    NotificationKind.SESSION_EXTENDED: (_S.ACTIVE, _H.CREATED, hold(status=_H.REQUIRES_CAPTURE, starts_at=NOW)),
    NotificationKind.PAYMENT_CAPTURED: (_S.ENDED, _H.REQUIRES_CAPTURE, hold(status=_H.CAPTURED)),
    NotificationKind.HOLD_RELEASED: (_S.CANCELED, _H.REQUIRES_CAPTURE, hold(status=_H.CANCELED)),
    NotificationKind.PAYMENT_FAILED: (_S.AWAITING_PAYMENT, _H.CREATED, hold(last_error="card_declined")),
    NotificationKind.CAPTURE_FAILED: (_S.ENDED, _H.REQUIRES_CAPTURE, hold(refused_at=NOW)),
}
"""What brings each notification about: where the chat and the hold stand, and what happens to them."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NotificationKind)
def test_those_are_told_who_are_said_to_be(language: str, kind: NotificationKind) -> None:
    """H-06."""
    status, hold_status, change = CHANGES[kind]
    before, read = a_session(status), a_held_hold(status=hold_status)
    after, moved = change(before, read)

    notices = notifications_for(before, {read.id: read}, ChatChange(after, (moved,)), NOW)

    who = {"both": [before.user_id, before.consultant_id], "payer": [before.user_id]}
    assert {notice.kind for notice in notices} == {kind}
    assert [notice.user_id for notice in notices] == who[words(language)["notices"][kind][1]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reminder_comes_as_long_before_the_end_as_is_said(language: str) -> None:
    minutes = int(REMINDER.total_seconds() / 60)

    assert f"{minutes} " in words(language)["notices"][NotificationKind.ENDING_SOON][0]
