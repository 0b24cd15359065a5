"""Claims on a hold (design 4, 6): what may be claimed, by whom, and when a claim is taken over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.operations import begin_cancel, begin_capture, may_claim
from payments.domain.chat.records import CancelReason, Hold, Operation
from payments.domain.chat.states import SessionStatus
from tests.unit.builders import (
    a_canceled_hold,
    a_captured_hold,
    a_held_hold,
    a_hold,
    a_session,
    a_used_hold,
    being,
    chat_at,
)
from tests.unit.constants import CONSULTANT, HOUR, MINUTE, NOW, PAYER, STRANGER
from tests.unit.short_names import ACTIVE, BUTTON, CANCEL, CANCELED, CAPTURE, ENDED, READY


def test_the_payers_capture_ends_the_chat_and_is_claimed_in_one_step() -> None:
    """H-09, H-15: what is about to be done at Stripe is on record first."""
    moved = begin_capture(chat_at(NOW + 10 * MINUTE, a_session(ACTIVE), a_used_hold()), PAYER)

    assert (moved.hold.operation, moved.hold.operation_at) == (CAPTURE, NOW + 10 * MINUTE)
    assert (moved.hold.due_at, moved.hold.ends_at) == (NOW + 12 * MINUTE, NOW + 10 * MINUTE)
    assert (moved.session.status, moved.session.ended_by) == (ENDED, PAYER)


CAPTURES_REFUSED = [
    (a_hold(), READY, PAYER, Code.NOT_AUTHORIZED_YET),
    (a_held_hold(), READY, PAYER, Code.SESSION_NOT_STARTED),
    (a_held_hold(), READY, CONSULTANT, Code.SESSION_NOT_STARTED),
    (a_used_hold(), ACTIVE, CONSULTANT, Code.SESSION_RUNNING),
    (a_canceled_hold(), ENDED, PAYER, Code.HOLD_RELEASED),
    (being(a_used_hold(), CAPTURE), ENDED, PAYER, Code.BUSY),
    (being(a_used_hold(), CANCEL), ACTIVE, PAYER, Code.BUSY),
    (a_used_hold(), ACTIVE, STRANGER, Code.SESSION_NOT_YOURS),
    (a_captured_hold(), ENDED, STRANGER, Code.SESSION_NOT_YOURS),
]


@pytest.mark.parametrize(("hold", "status", "by", "code"), CAPTURES_REFUSED)
def test_a_capture_that_may_not_be_is_refused(hold: Hold, status: SessionStatus, by: str, code: Code) -> None:
    with pytest.raises(Refusal) as refused:
        begin_capture(chat_at(NOW + MINUTE, a_session(status), hold), by)

    assert refused.value.code is code


CANCELS_REFUSED = [
    (a_used_hold(), ACTIVE, PAYER, Code.SESSION_STARTED),
    (a_used_hold(), ENDED, PAYER, Code.SESSION_STARTED),
    (being(a_used_hold(), CANCEL), ACTIVE, PAYER, Code.SESSION_STARTED),
    (a_captured_hold(), ENDED, PAYER, Code.ALREADY_CAPTURED),
    (being(a_held_hold(), CANCEL), READY, PAYER, Code.BUSY),
    (being(a_used_hold(), CAPTURE), ENDED, CONSULTANT, Code.BUSY),
    (a_held_hold(), READY, STRANGER, Code.SESSION_NOT_YOURS),
    (a_canceled_hold(), READY, STRANGER, Code.SESSION_NOT_YOURS),
]


@pytest.mark.parametrize(("hold", "status", "by", "code"), CANCELS_REFUSED)
def test_a_cancel_that_may_not_be_is_refused(hold: Hold, status: SessionStatus, by: str, code: Code) -> None:
    """H-11: who has chatted can't take the money back by the button."""
    with pytest.raises(Refusal) as refused:
        begin_cancel(chat_at(NOW + MINUTE, a_session(status), hold), by, BUTTON)

    assert refused.value.code is code


def test_a_hold_that_is_over_is_answered_as_it_is() -> None:
    captured, canceled = a_captured_hold(), a_canceled_hold()

    again = begin_capture(chat_at(NOW + HOUR, a_session(ENDED), captured), PAYER)
    once_more = begin_cancel(chat_at(NOW + HOUR, a_session(CANCELED), canceled), PAYER, BUTTON)

    assert (again.hold, once_more.hold) == (captured, canceled)


@pytest.mark.parametrize("hold", [a_hold(), a_held_hold()])
@pytest.mark.parametrize("by", [PAYER, CONSULTANT])
def test_an_unused_hold_can_be_let_go_by_either(hold: Hold, by: str) -> None:
    """H-11."""
    moved = begin_cancel(chat_at(NOW, a_session(READY), hold), by, BUTTON)

    assert (moved.hold.operation, moved.hold.cancel_reason) == (CANCEL, BUTTON)
    assert moved.hold.due_at == NOW + 2 * MINUTE


def test_the_consultant_can_let_a_person_go_free_until_the_capture() -> None:
    moved = begin_cancel(chat_at(NOW, a_session(ACTIVE), a_used_hold()), CONSULTANT, BUTTON)

    assert (moved.hold.operation, moved.session.status) == (CANCEL, ACTIVE)


def test_what_the_consultant_lets_go_after_it_was_given_up_is_let_go_for_the_consultants_reason() -> None:
    """Else the person would be told unpaid, and be barred from the next chat, though nothing is asked of them."""
    given_up = a_used_hold(cancel_reason=CancelReason.UNCOLLECTED)

    moved = begin_cancel(chat_at(NOW + MINUTE, a_session(ENDED), given_up), CONSULTANT, BUTTON)

    assert (moved.hold.operation, moved.hold.cancel_reason) == (CANCEL, BUTTON)


@pytest.mark.parametrize(
    ("age", "operation", "may"),
    [
        (2 * MINUTE, CAPTURE, True),
        (119 * MINUTE / 60, CAPTURE, False),
        (0 * MINUTE, CAPTURE, True),
        (10 * HOUR, CANCEL, False),
    ],
)
def test_a_claim_is_taken_over_only_once_its_process_must_have_died(
    age: timedelta,
    operation: Operation,
    may: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """At age 0 it is the caller's own, whose commit's answer was lost. Another operation's claim is never taken."""
    hold = being(a_used_hold(), CAPTURE)

    assert may_claim(hold, operation, NOW + age) is may


def test_taking_over_keeps_the_key_and_the_parameters() -> None:
    """Another key would be a second capture, other parameters an `idempotency_error`."""
    dead = being(a_held_hold(), CANCEL, cancel_reason=CancelReason.FRAUDULENT)

    moved = begin_cancel(chat_at(NOW + 3 * MINUTE, a_session(READY), dead), PAYER, BUTTON)

    assert moved.hold.operation_try == dead.operation_try
    assert moved.hold.cancel_reason is CancelReason.FRAUDULENT
