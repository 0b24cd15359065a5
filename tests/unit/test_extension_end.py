"""How extensions end (design 4): END at each time, releases, charges by hand, other amounts, refused cancels."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from payments.core.alerts import AlertKind
from payments.core.refusals import Code, Refusal
from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.change import DueAction
from payments.domain.chat.due import claim_due, claim_due_session
from payments.domain.chat.extension import decide, next_status
from payments.domain.chat.operations import begin_capture, end_chat
from payments.domain.chat.records import CancelReason, ChatSession, Hold, Source
from payments.domain.chat.states import HoldStatus, NextStatus
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_used_hold, being, chat_at, seen
from tests.unit.constants import CONSULTANT, MINUTE, PAYER, SECOND, SYSTEM
from tests.unit.extended import (
    ASKED,
    BEGINS,
    EXPIRES,
    EXTENDED,
    a_held_next_hold,
    a_next_hold,
    a_paid_extension,
    an_asked_session,
    an_extended_session,
    by_id,
    end_at,
    leaving,
    said,
    seen_next,
)
from tests.unit.short_names import ACTIVE, CANCEL, CAPTURE, ENDED, kinds

# --- END


@pytest.mark.parametrize("now", [ASKED, EXPIRES - SECOND, EXPIRES, EXPIRES + 59 * SECOND])
def test_an_end_before_the_extension_has_begun_lets_it_go_and_captures_the_first(now: datetime) -> None:
    """Nobody pays for time that was not used; the hold is due now, with its time given back."""
    moved = end_at(now, an_extended_session(), a_paid_extension())

    holds = by_id(moved)
    assert (moved.session.status, moved.session.ended_at) == (ENDED, now)
    assert (holds["pi_1"].operation, holds["pi_1"].ends_at) == (CAPTURE, min(now, EXPIRES))
    assert (holds["pi_2"].cancel_reason, holds["pi_2"].due_at) == (CancelReason.UNUSED, now)
    assert (holds["pi_2"].started_at, holds["pi_2"].starts_at, holds["pi_2"].ends_at) == (None, None, None)
    assert next_status(moved.session, holds["pi_2"]) is NextStatus.LEAVING


@pytest.mark.parametrize("now", [BEGINS, EXPIRES + 10 * MINUTE, EXTENDED])
def test_an_end_after_the_extension_has_begun_captures_it(now: datetime) -> None:
    """`startedAt = startsAt`: the first is captured at its own end, by itself."""
    moved = end_at(now, an_extended_session(), a_paid_extension())

    holds = by_id(moved)
    assert list(holds) == ["pi_2"]
    assert (holds["pi_2"].operation, holds["pi_2"].started_at, holds["pi_2"].ends_at) == (CAPTURE, EXPIRES, now)
    assert (moved.session.status, moved.session.intent_id, moved.session.next) == (ENDED, "pi_2", None)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (EXPIRES, DueAction.RESCHEDULE),
        (BEGINS, DueAction.NONE),
        (EXTENDED - 5 * MINUTE, DueAction.REMIND),
        (EXTENDED, DueAction.END),
    ],
)
def test_the_sweep_ends_an_extended_chat_at_its_new_end_and_not_before(now: datetime, expected: DueAction) -> None:
    session = an_extended_session(due_at=EXPIRES)

    moved = decide(chat_at(now, session, a_used_hold(), a_paid_extension()), claim_due_session)

    assert moved.action is expected
    assert moved.session.status is (ENDED if expected is DueAction.END else ACTIVE)
    assert moved.session.ended_by == (SYSTEM if expected is DueAction.END else None)


@pytest.mark.parametrize("by", [CONSULTANT, SYSTEM])
def test_nobody_but_the_payer_ends_an_extended_chat_before_its_new_end(by: str) -> None:
    with pytest.raises(Refusal) as refused:
        end_at(EXTENDED - SECOND, an_extended_session(), a_paid_extension(), by)

    assert (refused.value.code, refused.value.details) == (Code.SESSION_RUNNING, {"expiresAt": EXTENDED.isoformat()})


@pytest.mark.parametrize("next_hold", [a_next_hold(), None])
def test_an_end_leaves_an_unpaid_extension_payable(next_hold: Hold | None) -> None:
    """Its PaymentSheet may be open right now: when it is paid, the chat is ready again."""
    asked = an_asked_session(next_intent_id="pi_2" if next_hold else None)

    moved = end_at(EXPIRES, asked, next_hold)

    assert (
        moved.session.status,
        moved.session.next is not None and moved.session.next.attempt,
        list(by_id(moved)),
    ) == (ENDED, 2, ["pi_1"])
    assert moved.session.due_at == (None if next_hold else ASKED + 10 * MINUTE)
    assert next_status(moved.session, next_hold) is NextStatus.CREATED


def test_an_end_leaves_an_extension_alone_whose_cancel_is_claimed() -> None:
    """What is on its way to Stripe keeps its reason: another one under the same key is an error."""
    going = leaving(a_held_next_hold())

    moved = end_at(EXPIRES, an_asked_session(), going)

    assert list(by_id(moved)) == ["pi_1"]


def test_the_end_of_a_chat_by_ticket_lets_its_extension_go() -> None:
    by_ticket = an_extended_session(source=Source.TICKET, intent_id=None, used_intent_id=None)

    moved = decide(chat_at(ASKED, by_ticket, a_paid_extension()), partial(end_chat, by=PAYER))

    assert moved.session.status is ENDED
    assert by_id(moved)["pi_2"].cancel_reason is CancelReason.UNUSED


def test_the_payers_capture_ends_an_extended_chat_and_lets_the_rest_go() -> None:
    """H-15: the payer's call for the capture of what is running ends what is running."""
    chat = chat_at(ASKED, an_extended_session(), a_used_hold(), a_paid_extension())

    moved = decide(chat, partial(begin_capture, by=PAYER))

    assert moved.session.status is ENDED
    assert {hold.id: hold.operation or hold.cancel_reason for hold in moved.holds} == {
        "pi_1": CAPTURE,
        "pi_2": CancelReason.UNUSED,
    }


@pytest.mark.parametrize("now", [EXPIRES, EXPIRES + 59 * SECOND, BEGINS, EXTENDED - SECOND])
@pytest.mark.parametrize("by", [PAYER, CONSULTANT])
def test_the_first_is_captured_at_its_own_end_while_the_chat_goes_on(by: str, now: datetime) -> None:
    """H-09: capturing the first must not end a chat that runs on the second."""
    chat = chat_at(now, an_extended_session(), a_used_hold(), a_paid_extension())

    moved = decide(chat, partial(begin_capture, by=by))

    assert (moved.session.status, moved.session.expires_at) == (ACTIVE, EXTENDED)
    assert (moved.hold.id, moved.hold.operation, moved.hold.ends_at) == ("pi_1", CAPTURE, EXPIRES)
    assert "pi_2" not in by_id(moved) or by_id(moved)["pi_2"].operation is None


def test_the_sweep_captures_the_first_at_its_own_end() -> None:
    due = a_used_hold(due_at=EXPIRES)

    moved = claim_due(chat_at(EXPIRES, an_extended_session(), due))
    step = moved.action

    assert (step, moved.hold.operation, moved.session) == (DueAction.CAPTURE, CAPTURE, an_extended_session())


def test_what_has_begun_is_captured_at_its_end_by_whoever_finds_it() -> None:
    """Nobody came for half an hour: the hold begins, is used up and is captured in one decision."""
    moved = decide(chat_at(EXTENDED, an_extended_session(), a_paid_extension()), claim_due)

    assert (moved.hold.started_at, moved.hold.operation, moved.session.status) == (EXPIRES, CAPTURE, ENDED)


# --- RELEASED


@pytest.mark.parametrize("now", [ASKED, EXPIRES + 59 * SECOND])
def test_a_release_before_it_has_begun_gives_the_time_back(now: datetime) -> None:
    """An issuer, or a hand in the dashboard: the chat ends at its own time, and nobody is owed anything."""
    moved = said(an_extended_session(), a_paid_extension(), a_paid_extension(), seen_next(IntentStatus.CANCELED), now)

    assert (moved.session.status, moved.session.expires_at, moved.session.next) == (ACTIVE, EXPIRES, None)
    assert (moved.session.intent_id, moved.hold.status) == ("pi_1", HoldStatus.CANCELED)
    assert (moved.hold.starts_at, moved.hold.due_at, moved.alerts) == (None, None, ())


def test_a_release_after_it_has_begun_ends_the_chat_and_is_raised_to_a_person() -> None:
    moved = said(
        an_extended_session(), a_paid_extension(), a_paid_extension(), seen_next(IntentStatus.CANCELED), BEGINS
    )

    assert (moved.session.status, moved.session.ended_by, moved.session.due_at) == (ENDED, SYSTEM, None)
    assert kinds(moved.alerts) == [AlertKind.USED_BUT_UNPAID]
    assert moved.hold.started_at == EXPIRES


@pytest.mark.parametrize("status", [ACTIVE, ENDED])
@pytest.mark.parametrize("hold", [a_next_hold(), leaving(a_held_next_hold())])
def test_a_release_of_what_is_not_paid_time_only_drops_the_extension(status: object, hold: Hold) -> None:
    session = an_asked_session(status)  # type: ignore[arg-type]

    moved = apply_snapshot(chat_at(EXPIRES, session, hold), seen_next(IntentStatus.CANCELED))

    assert moved.session.next is None
    assert (moved.session.status, moved.session.expires_at) == (status, EXPIRES)


@pytest.mark.parametrize("now", [ASKED, EXPIRES + 59 * SECOND])
@pytest.mark.parametrize(
    ("session", "next_hold", "reason"),
    [
        (an_asked_session(), a_next_hold(), None),
        (an_extended_session(), a_paid_extension(), CancelReason.UNUSED),
    ],
)
def test_a_release_of_the_running_hold_ends_the_chat_and_frees_its_extension(
    session: ChatSession, next_hold: Hold, reason: CancelReason | None, now: datetime
) -> None:
    """The consultant lets the person go free; whatever is on order after it is not charged behind their back."""
    going = being(a_used_hold(), CANCEL)

    moved = said(session, going, next_hold, seen(IntentStatus.CANCELED), now)

    assert (moved.session.status, moved.alerts) == (ENDED, ())
    assert by_id(moved).get("pi_2", next_hold).cancel_reason is reason


def test_a_release_of_the_running_hold_leaves_a_claimed_extension_its_deadline() -> None:
    """The claim's process may have died: without a deadline it would be open for good."""
    claimed = an_asked_session(next_intent_id=None)

    moved = apply_snapshot(chat_at(ASKED + MINUTE, claimed, a_used_hold()), seen(IntentStatus.CANCELED))

    assert (moved.session.status, moved.session.due_at) == (ENDED, ASKED + 10 * MINUTE)


def test_a_release_of_the_first_is_nothing_to_a_chat_that_runs_on_the_second() -> None:
    going = being(a_used_hold(), CANCEL)

    moved = said(an_extended_session(), going, a_paid_extension(), seen(IntentStatus.CANCELED), BEGINS)

    assert (moved.session.status, moved.session.intent_id) == (ACTIVE, "pi_2")
    assert by_id(moved)["pi_2"].started_at == EXPIRES
