"""Asking to extend a chat (design 4): the attempt, its claim and its PaymentIntent; nothing is paid yet."""

from __future__ import annotations

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.adoption import adopt
from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.extension import drop_next, next_status
from payments.domain.chat.records import CancelReason, ChatSession, Hold
from payments.domain.chat.requests import attempt_in_progress, claimed_attempt, drop_claim, new_attempt
from payments.domain.chat.states import HoldStatus, NextStatus
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_captured_hold, a_session, a_used_hold, being, chat_at
from tests.unit.constants import HOUR, MINUTE, NOW, SECOND
from tests.unit.extended import (
    ASKED,
    EXPIRES,
    a_captured_extension,
    a_held_next_hold,
    a_next_hold,
    a_paid_extension,
    a_request_again,
    an_asked_session,
    an_extended_session,
    seen_next,
)
from tests.unit.short_names import ACTIVE, AWAITING, CANCEL, CAPTURE, ENDED, READY

# --- where it stands

WHERE = [
    ("nothing asked", a_session(ACTIVE), None, NextStatus.NONE),
    ("asked, nothing on record yet", an_asked_session(next_intent_id=None), None, NextStatus.CREATED),
    ("not paid", an_asked_session(), a_next_hold(), NextStatus.CREATED),
    ("paid", an_extended_session(), a_paid_extension(), NextStatus.PAID),
    ("charged by hand", an_extended_session(), a_captured_extension(), NextStatus.PAID),
    ("a cancel is claimed", an_asked_session(), being(a_held_next_hold(), CANCEL), NextStatus.LEAVING),
    ("let go", an_asked_session(), a_held_next_hold(cancel_reason=CancelReason.UNUSED), NextStatus.LEAVING),
    ("authorized, its cancel refused", an_asked_session(), a_held_next_hold(), NextStatus.CREATED),
]


@pytest.mark.parametrize(("session", "hold", "status"), [row[1:] for row in WHERE], ids=[row[0] for row in WHERE])
def test_where_an_extension_stands_is_read_off_its_hold(
    session: ChatSession, hold: Hold | None, status: NextStatus
) -> None:
    assert next_status(session, hold) is status


# --- HOLD_REQUESTED


def test_asking_while_the_chat_runs_opens_an_attempt_of_its_own() -> None:
    """H-10: own number, so its own idempotency key; the running attempt and its clock are left alone."""
    running = a_session(ACTIVE)

    asked = new_attempt(chat_at(ASKED, running, a_used_hold()), a_request_again()).session

    attempt = claimed_attempt(asked)
    assert (attempt.number, attempt.intent_id, attempt.requested_at) == (2, None, ASKED)
    assert (attempt.amount, attempt.currency, attempt.minutes) == (5000, "jpy", 30)
    assert asked.current == running.current
    assert drop_next(asked) == a_session(ACTIVE, last_attempt=2)


def test_the_number_of_an_attempt_is_never_given_twice() -> None:
    """An extension that was dropped has used its number up: its key would answer with the PaymentIntent of then."""
    dropped = drop_next(an_asked_session())

    asked = new_attempt(chat_at(ASKED, dropped, a_used_hold()), a_request_again()).session
    ended = new_attempt(
        chat_at(NOW + HOUR, a_session(ENDED, last_attempt=2), a_captured_hold()), a_request_again()
    ).session

    assert (claimed_attempt(asked).number, ended.attempt, ended.last_attempt) == (3, 3, 3)


ASKS = [
    ("nothing yet", a_session(ACTIVE), None, None),
    ("its claim", an_asked_session(next_intent_id=None), None, 2),
    ("not paid", an_asked_session(), a_next_hold(), 2),
    ("paid", an_extended_session(), a_paid_extension(), Code.ALREADY_EXTENDED),
    ("charged by hand", an_extended_session(), a_captured_extension(), Code.ALREADY_EXTENDED),
    ("on its way out", an_asked_session(), being(a_next_hold(), CANCEL), Code.BUSY),
    ("ended, its claim", an_asked_session(ENDED, next_intent_id=None), None, 2),
    ("ended, not paid", an_asked_session(ENDED), a_next_hold(), 2),
    ("ended, on its way out", an_asked_session(ENDED), being(a_next_hold(), CANCEL), Code.BUSY),
    ("ended, nothing asked", a_session(ENDED), None, None),
]


@pytest.mark.parametrize(("session", "hold", "expected"), [row[1:] for row in ASKS], ids=[row[0] for row in ASKS])
def test_asking_again_continues_what_is_open_and_never_adds_to_it(
    session: ChatSession, hold: Hold | None, expected: int | Code | None
) -> None:
    """Two open holds for one period would both be paid."""
    if isinstance(expected, Code):
        with pytest.raises(Refusal) as refused:
            attempt_in_progress(chat_at(EXPIRES, session, hold))
        assert refused.value.code is expected
    else:
        attempt = attempt_in_progress(chat_at(EXPIRES, session, hold))
        assert (attempt.number if attempt else None) == expected


@pytest.mark.parametrize("status", [ACTIVE, ENDED])
def test_a_claim_whose_key_stripe_has_forgotten_is_not_sent_again(status: object) -> None:
    session = an_asked_session(status, next_intent_id=None)  # type: ignore[arg-type]

    assert attempt_in_progress(chat_at(ASKED + 20 * HOUR - SECOND, session)) is not None
    assert attempt_in_progress(chat_at(ASKED + 20 * HOUR, session)) is None


def test_a_new_attempt_after_the_end_leaves_nothing_of_a_forgotten_claim() -> None:
    """Otherwise its late answer would be taken for an extension of the chat that has been begun anew."""
    forgotten = an_asked_session(ENDED, next_intent_id=None)

    session = new_attempt(chat_at(ASKED + 20 * HOUR, forgotten, a_captured_hold()), a_request_again()).session

    assert (session.status, session.attempt, session.next) == (AWAITING, 3, None)


def test_no_extension_of_a_chat_whose_hold_is_being_let_go() -> None:
    """Its consultant lets the person go free: the chat ends in a moment, and nothing must be held for after it."""
    going = being(a_used_hold(), CANCEL)

    with pytest.raises(Refusal) as refused:
        new_attempt(chat_at(ASKED, a_session(ACTIVE), going), a_request_again())

    assert refused.value.code is Code.BUSY


@pytest.mark.parametrize("hold", [a_used_hold(), being(a_used_hold(), CAPTURE), a_captured_hold()])
def test_a_chat_is_extended_whatever_becomes_of_its_capture(hold: Hold) -> None:
    assert (
        claimed_attempt(new_attempt(chat_at(EXPIRES, a_session(ACTIVE), hold), a_request_again()).session).number == 2
    )


# --- its PaymentIntent


@pytest.mark.parametrize("status", [ACTIVE, ENDED])
def test_the_extensions_payment_intent_gets_its_record(status: object) -> None:
    """By the call's answer or by the webhook, whichever comes first; also where the chat has ended meanwhile."""
    session = an_asked_session(status, next_intent_id=None, next_amount=4000)  # type: ignore[arg-type]

    adopted = adopt(chat_at(ASKED, session, about="pi_2"), seen_next(IntentStatus.UNPAID))

    hold, after = adopted.hold, adopted.session
    assert (after.next_intent_id, after.intent_id, after.status) == ("pi_2", "pi_1", status)
    assert (hold.status, hold.amount, hold.due_at) == (HoldStatus.CREATED, 4000, ASKED + 15 * MINUTE)
    assert hold.cancel_reason is None


@pytest.mark.parametrize(
    "session",
    [
        a_session(ACTIVE, last_attempt=2),
        an_asked_session(next_intent_id="pi_other"),
        an_asked_session(next_attempt=3, last_attempt=3, next_intent_id=None),
        a_session(ENDED, last_attempt=2),
    ],
)
def test_a_payment_intent_of_an_extension_that_was_given_up_is_let_go(session: ChatSession) -> None:
    """Its answer comes after ten minutes: nobody has its sheet, and nobody may be charged for it."""
    moved = apply_snapshot(chat_at(ASKED, session, about=(seen_next()).id), seen_next())

    assert moved.session == session
    assert (moved.hold.due_at, moved.hold.cancel_reason) == (ASKED, CancelReason.SUPERSEDED)


@pytest.mark.parametrize(
    ("session", "number", "is_dropped"),
    [
        (an_asked_session(next_intent_id=None), 2, True),
        (an_asked_session(ENDED, next_intent_id=None), 2, True),
        (an_asked_session(next_intent_id=None), 1, False),
        (an_asked_session(next_intent_id=None), 3, False),
        (an_asked_session(), 2, False),
        (a_session(READY), 1, False),
    ],
)
def test_only_a_claim_without_a_payment_intent_is_given_up(
    session: ChatSession,
    number: int,
    is_dropped: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """A refusal that is told late must not drop what has been paid since; the chat itself goes on in any case."""
    after = drop_claim(session, number)

    assert after == (drop_next(session) if is_dropped else session)
