"""What people are told (H-06): read off each change, to the right person, with an id that is one thing's alone."""

from __future__ import annotations

import pytest

from payments.domain.chat.change import ChatChange
from payments.domain.chat.notifications import NotificationKind, notifications_for
from payments.domain.chat.records import CancelReason, ChatSession, Hold, Source
from payments.domain.chat.states import HoldStatus
from payments.push.texts import NOTIFICATION_TEXTS
from tests.unit.builders import a_canceled_hold, a_captured_hold, a_held_hold, a_hold, a_session, a_used_hold, being
from tests.unit.constants import CONSULTANT, HOUR, NOW, PAYER
from tests.unit.extended import (
    BEGINS,
    EXPIRES,
    a_canceled_next_hold,
    a_held_next_hold,
    a_next_hold,
    a_paid_extension,
    an_asked_session,
    an_extended_session,
    leaving,
)
from tests.unit.short_names import ACTIVE, AWAITING, CANCEL, CANCELED, CAPTURE, ENDED, READY

BOTH, PAYER_ALONE = (PAYER, CONSULTANT), (PAYER,)
K = NotificationKind
READ_AGAIN = a_session(READY)


def what_is_told(
    before: ChatSession | None, after: ChatSession, *holds: tuple[Hold | None, Hold]
) -> list[tuple[NotificationKind, int, str]]:
    """Kind, attempt and person of everything that is told of a change; `holds` before and after it."""
    read = {now.id: was for was, now in holds}
    notices = notifications_for(before, read, ChatChange(after, tuple(now for _, now in holds)), NOW)
    return [(notice.kind, notice.attempt, notice.user_id) for notice in notices]


def to(people: tuple[str, ...], kind: NotificationKind, attempt: int = 1) -> list[tuple[NotificationKind, int, str]]:
    return [(kind, attempt, person) for person in people]


BY_TICKET = {"source": Source.TICKET, "intent_id": None}
OF_SESSIONS = [
    ("a ticket opens it", None, a_session(READY, **BY_TICKET), to(BOTH, K.SESSION_READY)),
    ("paid", a_session(AWAITING), a_session(READY), to(BOTH, K.SESSION_READY)),
    ("paid after its end", an_asked_session(ENDED), a_session(READY, attempt=2), to(BOTH, K.SESSION_READY, 2)),
    ("again by ticket", a_session(CANCELED), a_session(READY, attempt=2), to(BOTH, K.SESSION_READY, 2)),
    ("started", a_session(READY), a_session(ACTIVE), to(BOTH, K.SESSION_STARTED)),
    ("about to end", a_session(ACTIVE), a_session(ACTIVE, reminded_at=NOW), to(BOTH, K.ENDING_SOON)),
    (
        "about to end again",
        a_session(ACTIVE, attempt=2, reminded_at=NOW),
        a_session(ACTIVE, attempt=2, reminded_at=NOW + HOUR),
        to(BOTH, K.ENDING_SOON, 2),
    ),
    ("ended", a_session(ACTIVE), a_session(ENDED), to(BOTH, K.SESSION_ENDED)),
    ("ended on its extension", a_session(ACTIVE, attempt=2), a_session(ENDED, attempt=2), to(BOTH, K.SESSION_ENDED, 2)),
    ("a first ask", None, a_session(AWAITING, intent_id=None), []),
    ("asked again", a_session(ENDED), a_session(AWAITING, attempt=2), []),
    ("let go", a_session(READY), a_session(CANCELED), []),
    ("an extension is asked for", a_session(ACTIVE), an_asked_session(), []),
    ("an extension begins", an_extended_session(), a_session(ACTIVE, attempt=2, expires_at=EXPIRES), []),
    ("an extension is given back", an_extended_session(), an_asked_session(), []),
    ("an extension is dropped", an_asked_session(), a_session(ACTIVE), []),
    ("its deadline moves", a_session(ACTIVE), a_session(ACTIVE, due_at=NOW), []),
    ("read, not changed", a_session(READY), a_session(READY), []),
]


@pytest.mark.parametrize(
    ("before", "after", "expected"), [row[1:] for row in OF_SESSIONS], ids=[row[0] for row in OF_SESSIONS]
)
def test_both_are_told_of_their_chat(before: ChatSession | None, after: ChatSession, expected: list) -> None:
    assert what_is_told(before, after) == expected


OF_HOLDS = [
    ("captured", being(a_used_hold(), CAPTURE), a_captured_hold(), to(PAYER_ALONE, K.PAYMENT_CAPTURED)),
    ("captured by hand", a_hold(), a_captured_hold(), to(PAYER_ALONE, K.PAYMENT_CAPTURED)),
    ("captured, seen for the first time", None, a_captured_hold(), to(PAYER_ALONE, K.PAYMENT_CAPTURED)),
    ("let go", being(a_held_hold(), CANCEL), a_canceled_hold(), to(BOTH, K.HOLD_RELEASED)),
    ("let go by the consultant", a_used_hold(), a_canceled_hold(started_at=NOW), to(BOTH, K.HOLD_RELEASED)),
    ("an extension let go", a_paid_extension(), a_canceled_next_hold(), to(BOTH, K.HOLD_RELEASED, 2)),
    ("declined", a_hold(), a_hold(last_error="card_declined"), to(PAYER_ALONE, K.PAYMENT_FAILED)),
    ("declined, seen for the first time", None, a_hold(last_error="x"), to(PAYER_ALONE, K.PAYMENT_FAILED)),
    ("an extension declined", a_next_hold(), a_next_hold(last_error="x"), to(PAYER_ALONE, K.PAYMENT_FAILED, 2)),
    ("its capture is refused", a_used_hold(), a_used_hold(refused_at=NOW), to(PAYER_ALONE, K.CAPTURE_FAILED)),
    ("nobody ever paid it", a_hold(), a_hold(status=HoldStatus.CANCELED), []),
    ("authorized", a_hold(), a_held_hold(), []),
    ("authorized after a decline", a_hold(last_error="x"), a_held_hold(), []),
    ("declined once more", a_hold(last_error="x"), a_hold(last_error="y"), []),
    ("refused once more", a_used_hold(refused_at=NOW), a_used_hold(refused_at=NOW, late_refused_at=NOW), []),
    ("seen for the first time", None, a_hold(), []),
    ("a claim", a_used_hold(), being(a_used_hold(), CAPTURE), []),
    ("superseded", a_held_hold(), a_held_hold(cancel_reason=CancelReason.SUPERSEDED, due_at=NOW), []),
    ("refunded", a_captured_hold(), a_captured_hold(refunded_total=5000, dispute_status="lost"), []),
    ("started", a_held_hold(), a_used_hold(), []),
    ("begun", a_paid_extension(), a_paid_extension(started_at=EXPIRES), []),
]


@pytest.mark.parametrize(
    ("before", "after", "expected"), [row[1:] for row in OF_HOLDS], ids=[row[0] for row in OF_HOLDS]
)
def test_the_payer_is_told_of_their_money_and_both_of_a_release(
    before: Hold | None, after: Hold, expected: list
) -> None:
    assert what_is_told(READ_AGAIN, READ_AGAIN, (before, after)) == expected


EXTENSIONS = [
    ("paid", a_next_hold(), a_paid_extension(), to(BOTH, K.SESSION_EXTENDED, 2)),
    ("paid, seen for the first time", None, a_paid_extension(), to(BOTH, K.SESSION_EXTENDED, 2)),
    ("its cancel was refused", leaving(a_held_next_hold()), a_paid_extension(), []),
    ("the window is known", a_paid_extension(), a_paid_extension(capture_before=NOW), []),
    ("given back", a_paid_extension(), leaving(a_held_next_hold()), []),
]


@pytest.mark.parametrize(
    ("before", "after", "expected"), [row[1:] for row in EXTENSIONS], ids=[row[0] for row in EXTENSIONS]
)
def test_both_are_told_once_that_the_chat_goes_on(before: Hold | None, after: Hold, expected: list) -> None:
    """Its time may be given back and granted again: that is not told a second time."""
    assert what_is_told(an_asked_session(), an_extended_session(), (before, after)) == expected


def test_an_extension_paid_after_the_end_is_told_as_ready_only() -> None:
    ready = a_session(READY, attempt=2, intent_id="pi_2")

    assert what_is_told(an_asked_session(ENDED), ready, (a_next_hold(), a_held_next_hold())) == to(
        BOTH, K.SESSION_READY, 2
    )


def test_a_void_at_the_capture_is_told_as_a_release_only() -> None:
    """There is nothing to try again any more: "we will try again" would not be true."""
    voided = a_canceled_hold(started_at=NOW, refused_at=NOW)

    kinds = [kind for kind, _, _ in what_is_told(READ_AGAIN, READ_AGAIN, (being(a_used_hold(), CAPTURE), voided))]

    assert set(kinds) == {K.HOLD_RELEASED}


def test_one_change_tells_all_that_it_means() -> None:
    """A chat ends while its first hold is voided and its extension is paid back: each is said once, of its attempt."""
    notices = what_is_told(
        an_extended_session(),
        an_asked_session(ENDED),
        (a_used_hold(), a_canceled_hold(started_at=NOW)),
        (a_paid_extension(), a_canceled_next_hold()),
    )

    assert notices == [
        *to(BOTH, K.SESSION_ENDED),
        *to(BOTH, K.HOLD_RELEASED),
        *to(BOTH, K.HOLD_RELEASED, 2),
    ]


def test_every_kind_is_told_by_some_change_and_has_its_words() -> None:
    """A kind that is added has to be decided in the tables above, and in both languages."""
    kinds = {notice[0] for row in [*OF_SESSIONS, *OF_HOLDS, *EXTENSIONS] for notice in row[3]}

    assert kinds == set(NotificationKind) == set(NOTIFICATION_TEXTS)


def test_a_notification_says_what_it_is_about() -> None:
    notice = notifications_for(a_session(AWAITING), {}, ChatChange(a_session(READY, attempt=3)), BEGINS)[1]

    assert notice.id == "session_ready-s1-3-consultant"
    assert (notice.user_id, notice.session_id, notice.attempt) == (CONSULTANT, "s1", 3)
    assert (notice.created_at, notice.read_at, notice.pushed_at) == (BEGINS, None, None)
