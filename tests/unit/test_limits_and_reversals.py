"""How often somebody may try to pay, and what has left a captured hold again."""

from __future__ import annotations

import pytest

from payments.core.alerts import AlertKind
from payments.core.limits import Action, Limits, limits_id, spend
from payments.core.refusals import Code, Refusal
from payments.domain.chat.apply_snapshot import record_reversals
from payments.stripe_model.reversals import Reversals, most_urgent_dispute
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_captured_hold, a_session, chat_at, seen
from tests.unit.constants import HOUR, MINUTE, NOW, PAYER
from tests.unit.short_names import kinds

COUNTER = limits_id(Action.PAYMENT, PAYER)


def the_limits(attempts: int) -> Limits:
    return Limits(id=COUNTER, used=attempts, since=NOW, expire_at=NOW + 2 * HOUR)


def test_the_first_attempt_opens_a_window() -> None:
    limits = spend(None, COUNTER, NOW)

    assert (limits.id, limits.used) == ("payment:payer", 1)
    assert (limits.since, limits.expire_at) == (NOW, NOW + 2 * HOUR)


def test_twenty_attempts_an_hour_are_allowed_and_no_more() -> None:
    """Card testing is done through doors that don't count."""
    limits = None
    for _ in range(20):
        limits = spend(limits, COUNTER, NOW)

    with pytest.raises(Refusal) as refused:
        spend(limits, COUNTER, NOW + 20 * MINUTE)

    assert refused.value.code is Code.TOO_MANY_ATTEMPTS
    assert refused.value.details == {"retryAfterSeconds": 40 * 60 + 1}


def test_the_wait_that_is_told_is_long_enough() -> None:
    with pytest.raises(Refusal) as refused:
        spend(the_limits(20), COUNTER, NOW + HOUR - MINUTE / 60000)

    assert refused.value.details == {"retryAfterSeconds": 1}


def test_a_new_hour_counts_anew_in_the_same_document() -> None:
    limits = spend(the_limits(20), COUNTER, NOW + HOUR)

    assert (limits.used, limits.since) == (1, NOW + HOUR)


@pytest.mark.parametrize(
    ("statuses", "summary"),
    [
        ([], None),
        (["won"], "won"),
        (["won", "lost"], "lost"),
        (["warning_closed", "needs_response", "won"], "needs_response"),
        (["warning_needs_response", "under_review"], "under_review"),
        (["needs_response", "a_status_of_next_year"], "a_status_of_next_year"),
    ],
)
def test_of_several_disputes_the_one_that_needs_somebody_speaks(statuses: list[str], summary: str | None) -> None:
    """A status that is not known yet is the most urgent: never passed over."""
    assert most_urgent_dispute(statuses) == summary


def test_refunds_and_disputes_are_taken_as_they_are_now() -> None:
    """A refund can fail after it succeeded: what was added up would stay."""
    hold = a_captured_hold(refunded_total=5000, dispute_status="needs_response")

    moved = record_reversals(chat_at(NOW, a_session(), hold), seen(IntentStatus.CAPTURED), Reversals(1200, "won"))

    assert (moved.hold.refunded_total, moved.hold.dispute_status) == (1200, "won")
    assert kinds(moved.alerts) == [AlertKind.REFUND_FAILED]


@pytest.mark.parametrize(
    ("before", "now", "raised"),
    [
        (None, "needs_response", True),
        (None, "warning_needs_response", True),
        ("won", "appeal_needs_response", True),
        (None, "a_status_of_next_year", True),
        (None, None, False),
        (None, "prevented", False),
        ("needs_response", "under_review", False),
        ("under_review", "lost", False),
    ],
)
def test_a_dispute_is_raised_when_it_opens(before: str | None, now: str | None, raised: bool) -> None:  # noqa: FBT001 - a column of the table
    chat = chat_at(NOW, a_session(), a_captured_hold(dispute_status=before))

    moved = record_reversals(chat, seen(IntentStatus.CAPTURED), Reversals(0, now))

    assert kinds(moved.alerts) == ([AlertKind.DISPUTED] if raised else [])
