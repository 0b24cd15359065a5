"""Asking for a hold (design 4): the attempt that it opens or continues, and what goes wrong without each rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import CancelReason, ChatSession, Hold, Source
from payments.domain.chat.requests import (
    attempt_in_progress,
    check_amount,
    check_requester,
    continue_attempt,
    drop_claim,
    new_attempt,
    open_session,
)
from payments.domain.chat.states import SessionStatus
from tests.unit.builders import (
    a_canceled_hold,
    a_captured_hold,
    a_held_hold,
    a_hold,
    a_request,
    a_session,
    a_used_hold,
    being,
    chat_at,
)
from tests.unit.constants import CONSULTANT, DAY, HOUR, MINUTE, NOW, STRANGER, TERMS
from tests.unit.short_names import ACTIVE, AWAITING, CANCEL, CANCELED, CAPTURE, ENDED, READY


def test_the_first_attempt_puts_price_and_length_on_record() -> None:
    """H-08: whoever repeats it after a crash sends the same parameters."""
    session = open_session(a_request(), CONSULTANT, NOW, replace(TERMS, price=5000, minutes=45))

    assert (session.status, session.attempt, session.intent_id) == (AWAITING, 1, None)
    assert (session.amount, session.currency, session.minutes) == (5000, "jpy", 45)
    assert session.due_at == NOW + 10 * MINUTE


@pytest.mark.parametrize("amount", [1, 4999, 5001])
def test_another_amount_than_the_price_is_refused_and_the_price_named(amount: int) -> None:
    """H-03: a client's amount is only ever compared."""
    with pytest.raises(Refusal) as refused:
        check_amount(a_request(amount=amount), 5000, "jpy")

    assert refused.value.code is Code.PRICE_CHANGED
    assert refused.value.details == {"amount": 5000, "currency": "jpy"}


def test_a_repeat_keeps_the_key_and_has_more_time() -> None:
    session = a_session(intent_id=None, due_at=NOW + 10 * MINUTE)

    repeated = continue_attempt(chat_at(NOW + 5 * MINUTE, session), session.current, a_request())

    assert (repeated.attempt, repeated.requested_at) == (1, NOW)
    assert repeated.due_at == NOW + 15 * MINUTE


def test_a_repeat_is_compared_with_the_recorded_price() -> None:
    """The configured price may have changed since: another parameter under the same key is an error at Stripe."""
    session = a_session(intent_id=None, amount=4000)

    assert continue_attempt(chat_at(NOW, session), session.current, a_request(amount=4000)).amount == 4000
    with pytest.raises(Refusal):
        continue_attempt(chat_at(NOW, session), session.current, a_request(amount=5000))


@pytest.mark.parametrize(
    ("session", "age", "is_new"),
    [
        (a_session(AWAITING), DAY, False),
        (a_session(AWAITING, intent_id=None), 19 * HOUR, False),
        (a_session(AWAITING, intent_id=None), 20 * HOUR, True),
        (a_session(ENDED), MINUTE, True),
        (a_session(CANCELED), MINUTE, True),
    ],
)
def test_a_create_is_sent_again_only_while_stripe_knows_its_key(
    session: ChatSession,
    age: timedelta,
    is_new: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """After 24 hours the same key makes a second PaymentIntent that can be paid."""
    assert attempt_in_progress(chat_at(NOW + age, session)) == (None if is_new else session.current)


def test_a_session_that_is_paid_for_takes_no_second_hold() -> None:
    with pytest.raises(Refusal) as refused:
        attempt_in_progress(chat_at(NOW, a_session(READY)))

    assert refused.value.code is Code.SESSION_IN_PROGRESS


def test_the_next_attempt_begins_anew_and_remembers_the_used_hold() -> None:
    """H-10: resuming after the half hour; the used hold may still wait for its capture."""
    session = new_attempt(chat_at(NOW + HOUR, a_session(ENDED), a_captured_hold()), a_request()).session

    assert (session.status, session.attempt, session.intent_id) == (AWAITING, 2, None)
    assert (session.started_at, session.expires_at, session.ended_at, session.ended_by) == (None, None, None, None)
    assert (session.requested_at, session.due_at) == (NOW + HOUR, NOW + 70 * MINUTE)
    assert session.used_intent_id == "pi_1"


@pytest.mark.parametrize("status", [ENDED, CANCELED])
def test_after_a_ticket_the_next_attempt_has_to_be_paid(status: SessionStatus) -> None:
    """H-10: a session that still counted as opened by a ticket would start without its money."""
    by_ticket = a_session(status, source=Source.TICKET, intent_id=None, used_intent_id=None, amount=0, minutes=20)

    session = new_attempt(chat_at(NOW + HOUR, by_ticket), a_request()).session

    assert (session.source, session.amount, session.minutes) == (Source.PAYMENT, 5000, 30)


EARLIER = [
    ("unused, authorized", a_held_hold(), Code.BUSY),
    ("unused, being canceled", being(a_hold(), CANCEL), Code.BUSY),
    ("used, capture refused", a_used_hold(refused_at=NOW + HOUR), Code.PREVIOUS_UNPAID),
    ("used, given up", a_canceled_hold(started_at=NOW, refused_at=NOW + HOUR), Code.PREVIOUS_UNPAID),
]


@pytest.mark.parametrize("status", [ENDED, CANCELED, ACTIVE])
@pytest.mark.parametrize(("hold", "code"), [row[1:] for row in EARLIER], ids=[row[0] for row in EARLIER])
def test_a_new_attempt_waits_for_the_earlier_ones(status: SessionStatus, hold: Hold, code: Code) -> None:
    """Two holds on one card for one chat; or chat after chat on a card that is never good for it."""
    with pytest.raises(Refusal) as refused:
        new_attempt(chat_at(NOW + DAY, a_session(status), hold), a_request())

    assert refused.value.code is code


@pytest.mark.parametrize(
    "hold",
    [
        a_canceled_hold(),
        a_captured_hold(refused_at=NOW),
        a_used_hold(),
        being(a_used_hold(), CAPTURE),
        a_canceled_hold(started_at=NOW),
        a_canceled_hold(started_at=NOW, refused_at=NOW, cancel_reason=CancelReason.REQUESTED_BY_CUSTOMER),
    ],
)
def test_a_new_attempt_is_free_once_the_earlier_one_is_settled_or_on_its_way(hold: Hold) -> None:
    assert new_attempt(chat_at(NOW + HOUR, a_session(ENDED), hold), a_request()).session.attempt == 2


def test_another_persons_session_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        check_requester(a_session(), a_request(user_id=STRANGER))

    assert refused.value.code is Code.SESSION_NOT_YOURS


def test_a_session_stays_with_its_consultant() -> None:
    check_requester(a_session(), a_request(consultant_id=None))
    with pytest.raises(Refusal) as refused:
        check_requester(a_session(), a_request(consultant_id="another"))

    assert refused.value.details == {"fields": {"consultantId": "invalid"}}


def test_a_claim_that_died_is_given_up() -> None:
    session = drop_claim(a_session(intent_id=None, due_at=NOW), 1)

    assert (session.status, session.due_at) == (CANCELED, None)
