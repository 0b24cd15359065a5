"""The ids of what people are told (H-06): one thing's and one person's alone, and always the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.domain.chat.change import ChatChange
from payments.domain.chat.notifications import NotificationKind, notifications_for
from payments.domain.chat.records import ChatSession, Hold
from payments.push.texts import notification_text
from tests.unit.builders import a_canceled_hold, a_captured_hold, a_held_hold, a_hold, a_session, a_used_hold
from tests.unit.constants import MINUTE, NOW
from tests.unit.extended import (
    a_next_hold,
    a_paid_extension,
)
from tests.unit.short_names import ACTIVE, AWAITING, ENDED, READY

K = NotificationKind


def about(kind: NotificationKind, session: ChatSession, attempt: int) -> dict[str, str]:
    """The ids of what each person is told of one kind, by the person."""
    changes: dict[NotificationKind, tuple[ChatSession, ChatSession]] = {
        K.SESSION_READY: (replace(session, status=AWAITING), replace(session, status=READY)),
        K.SESSION_STARTED: (replace(session, status=READY), replace(session, status=ACTIVE)),
        K.SESSION_ENDED: (replace(session, status=ACTIVE), replace(session, status=ENDED)),
        K.ENDING_SOON: (
            replace(session, status=ACTIVE),
            replace(session, status=ACTIVE, reminded_at=NOW + MINUTE),
        ),
        K.SESSION_EXTENDED: (replace(session, status=ACTIVE), replace(session, status=ACTIVE)),
    }
    whose: Any = {"session_id": session.id, "attempt": attempt}
    holds: dict[NotificationKind, tuple[Hold, Hold]] = {
        K.SESSION_EXTENDED: (a_next_hold(**whose), a_paid_extension(**whose)),
        K.PAYMENT_CAPTURED: (a_used_hold(**whose), a_captured_hold(**whose)),
        K.PAYMENT_FAILED: (a_hold(**whose), a_hold(last_error="x", **whose)),
        K.CAPTURE_FAILED: (a_used_hold(**whose), a_used_hold(refused_at=NOW, **whose)),
        K.HOLD_RELEASED: (a_held_hold(**whose), a_canceled_hold(**whose)),
    }
    before, after = changes.get(kind, (session, session))
    was, now = holds.get(kind, (a_hold(), a_hold()))
    notices = notifications_for(before, {now.id: was}, ChatChange(after, (now,)), NOW)
    assert {notice.kind for notice in notices} == {kind}
    return {notice.user_id: notice.id for notice in notices}


SESSION_IDS = st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True) | st.sampled_from(
    ["s-1", "s-1-1", "s-1-payer", "s", "1", "1-1", "ready-s", "-", "--1", "s1-1-consultant"]
)
THINGS = st.tuples(st.sampled_from(list(NotificationKind)), SESSION_IDS, st.integers(1, 111))


@given(THINGS, THINGS)
def test_two_things_or_two_people_never_share_an_id(one: tuple, other: tuple) -> None:
    """An id that two shared would be told to one of them only, or say the one thing over the other."""
    ids: dict[str, tuple] = {}
    for kind, session_id, attempt in {one, other}:
        for person, notice_id in about(kind, a_session(id=session_id, attempt=attempt), attempt).items():
            assert notice_id not in ids, f"{ids[notice_id]} and {(kind, session_id, attempt, person)}"
            ids[notice_id] = (kind, session_id, attempt, person)
            assert "/" not in notice_id


@given(THINGS)
def test_the_same_thing_met_again_has_the_same_id(thing: tuple) -> None:
    """Two webhooks, the answer and the sweep may all come to it: it is one document."""
    kind, session_id, attempt = thing

    assert about(kind, a_session(id=session_id, attempt=attempt), attempt) == about(
        kind, a_session(id=session_id, attempt=attempt, amount=1), attempt
    )


@pytest.mark.parametrize("kind", list(NotificationKind))
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_notification_has_a_title_and_a_text_that_fit_a_lock_screen(
    kind: NotificationKind, language: Any
) -> None:
    title, text = notification_text(kind, language)

    assert 0 < len(title) <= 40
    assert 0 < len(text) <= 120
    assert "{" not in title + text
