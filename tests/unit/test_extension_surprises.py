"""What comes between an extension and its time (design 4): hands in the dashboard, other amounts, refused cancels."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from payments.core.alerts import AlertKind
from payments.core.refusals import Code, Refusal
from payments.domain.chat.apply_snapshot import apply_snapshot, learn_window
from payments.domain.chat.change import ChatChange, DueAction
from payments.domain.chat.clock import must_refresh
from payments.domain.chat.due import claim_due
from payments.domain.chat.extension import decide, next_status
from payments.domain.chat.operations import begin_cancel, begin_capture, on_key_spent, on_refused
from payments.domain.chat.records import CancelReason, ChatSession, Hold
from payments.domain.chat.states import HoldStatus, NextStatus
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_captured_hold, a_hold, a_session, chat_at
from tests.unit.constants import CONSULTANT, DAY, HOUR, MINUTE, NOW, PAYER, SECOND
from tests.unit.extended import (
    ASKED,
    BEGINS,
    EXPIRES,
    EXTENDED,
    a_captured_extension,
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
from tests.unit.short_names import ACTIVE, BUTTON, CANCEL, CANCELED, ENDED, READY, kinds

# --- charged by hand


BY_HAND = [
    ("not paid", an_asked_session(), a_next_hold(), ASKED),
    ("paid", an_extended_session(), a_paid_extension(), ASKED),
    ("on its way out", an_asked_session(), leaving(a_held_next_hold()), ASKED),
    ("let go", an_asked_session(), a_held_next_hold(cancel_reason=CancelReason.DIFFERS), ASKED),
]


@pytest.mark.parametrize(("session", "hold", "now"), [row[1:] for row in BY_HAND], ids=[row[0] for row in BY_HAND])
def test_an_extension_charged_by_hand_is_paid_and_a_person_is_told(
    session: ChatSession, hold: Hold, now: datetime
) -> None:
    """Money that has been taken is never let go: it pays for its time, which still has to begin."""
    moved = said(session, hold, hold, seen_next(IntentStatus.CAPTURED), now)

    assert (moved.session.expires_at, moved.hold.starts_at, moved.hold.due_at) == (EXTENDED, EXPIRES, BEGINS)
    assert kinds(moved.alerts) == [AlertKind.CAPTURED_UNUSED]
    assert "check that the chat continues" in moved.alerts[0].text


@pytest.mark.parametrize("hold", [a_next_hold(), leaving(a_held_next_hold())])
def test_an_extension_charged_by_hand_after_the_end_makes_the_session_ready(hold: Hold) -> None:
    moved = said(an_asked_session(ENDED), hold, hold, seen_next(IntentStatus.CAPTURED), NOW + HOUR)

    assert (moved.session.status, moved.session.intent_id, moved.session.next) == (READY, "pi_2", None)
    assert (moved.hold.due_at, kinds(moved.alerts)) == (None, [AlertKind.CAPTURED_UNUSED])
    assert "the payer can still start it" in moved.alerts[0].text


def test_an_extension_charged_by_hand_after_it_has_begun_is_no_ones_trouble() -> None:
    moved = said(
        an_extended_session(), a_paid_extension(), a_paid_extension(), seen_next(IntentStatus.CAPTURED), BEGINS
    )

    assert (moved.session.status, moved.hold.started_at, moved.hold.due_at) == (ACTIVE, EXPIRES, None)
    assert moved.alerts == ()


def test_an_early_end_keeps_what_was_charged_by_hand_for_another_chat() -> None:
    """It can't go any more; a look by the sweep, or the same webhook once more, makes the session ready."""
    ended = end_at(ASKED, an_extended_session(), a_captured_extension())
    kept = by_id(ended)["pi_2"]

    ready = apply_snapshot(chat_at(ASKED + MINUTE, ended.session, kept), seen_next(IntentStatus.CAPTURED))

    assert (kept.due_at, kept.cancel_reason, kept.starts_at) == (ASKED, None, None)
    assert claim_due(chat_at(ASKED, ended.session, kept)).action is DueAction.REFRESH
    assert (ready.session.status, ready.session.intent_id, ready.hold.due_at) == (READY, "pi_2", None)


def test_an_extension_charged_by_hand_can_not_be_canceled() -> None:
    with pytest.raises(Refusal) as refused:
        begin_cancel(chat_at(ASKED, an_extended_session(), a_captured_extension()), PAYER, BUTTON)

    assert refused.value.code is Code.ALREADY_CAPTURED


def test_a_contradiction_does_not_keep_paid_time_from_beginning() -> None:
    """Stripe is heard to say that it was let go, after it was charged: a person looks, the sweep still comes."""
    moved = said(
        an_extended_session(), a_captured_extension(), a_captured_extension(), seen_next(IntentStatus.CANCELED), ASKED
    )

    assert kinds(moved.alerts) == [AlertKind.CONTRADICTION]
    assert moved.hold.due_at == BEGINS


# --- another amount


@pytest.mark.parametrize(
    ("session", "hold"), [(an_asked_session(), a_next_hold()), (an_extended_session(), a_paid_extension())]
)
@pytest.mark.parametrize("changes", [{"amount": 4999}, {"currency": "usd"}, {"manual": False}])
def test_an_extension_of_another_amount_is_never_good(session: ChatSession, hold: Hold, changes: dict) -> None:
    """Not even after it was: the chat has its own time back, the hold is due now, a person is told."""
    moved = said(session, hold, hold, seen_next(**changes), ASKED)

    assert (moved.session.expires_at, moved.session.status) == (EXPIRES, ACTIVE)
    assert (moved.hold.cancel_reason, moved.hold.due_at) == (CancelReason.DIFFERS, ASKED)
    assert (moved.hold.starts_at, kinds(moved.alerts)) == (None, [AlertKind.AMOUNT_DIFFERS])


def test_another_amount_on_a_chat_that_has_ended_makes_nothing_ready() -> None:
    moved = said(an_asked_session(ENDED), a_next_hold(), a_next_hold(), seen_next(amount=1), NOW + HOUR)

    assert (moved.session.status, moved.hold.cancel_reason) == (ENDED, CancelReason.DIFFERS)


# --- a cancel that Stripe refuses


@pytest.mark.parametrize(
    ("now", "starts_at"), [(ASKED + MINUTE, EXPIRES), (EXPIRES + 10 * SECOND, EXPIRES + 10 * SECOND)]
)
def test_a_refused_cancel_pays_for_the_time_after_all(now: datetime, starts_at: datetime) -> None:
    """The money is held: PAID is looked at again, and the chat goes on."""
    pressed = begin_cancel(chat_at(ASKED, an_extended_session(), a_paid_extension()), PAYER, BUTTON)

    moved = on_refused(chat_at(now, pressed.session, pressed.hold), pressed.hold)

    assert (moved.hold.starts_at, moved.hold.cancel_reason, moved.hold.operation) == (starts_at, None, None)
    assert (moved.session.expires_at, moved.hold.due_at) == (starts_at + 30 * MINUTE, starts_at + MINUTE)


def test_a_refused_cancel_after_the_chat_has_ended_makes_it_ready() -> None:
    pressed = leaving(a_held_next_hold())

    moved = on_refused(chat_at(NOW + HOUR, an_asked_session(ENDED), pressed), pressed)

    assert (moved.session.status, moved.session.intent_id, moved.hold.due_at) == (READY, "pi_2", ASKED + 72 * HOUR)


def test_an_unused_extension_whose_cancel_is_refused_is_let_go_again_and_never_used() -> None:
    """The chat was ended by its payer: our own reason stands."""
    ended = end_at(ASKED, an_extended_session(), a_paid_extension())
    claimed = claim_due(chat_at(ASKED, ended.session, by_id(ended)["pi_2"])).hold

    moved = on_refused(chat_at(ASKED + MINUTE, ended.session, claimed), claimed)

    assert (moved.hold.cancel_reason, moved.hold.due_at) == (CancelReason.UNUSED, ASKED + 11 * MINUTE)
    assert moved.session.status is ENDED


def test_a_cancel_with_a_spent_key_still_keeps_the_time_back() -> None:
    pressed = leaving(a_held_next_hold())

    moved = on_key_spent(chat_at(ASKED + MINUTE, an_asked_session(), pressed), pressed)

    assert next_status(moved.session, moved.hold) is NextStatus.LEAVING
    assert moved.session.expires_at == EXPIRES


def test_paid_does_not_fire_while_the_cancel_of_the_extension_is_claimed() -> None:
    """The button and the card at once: the money is held, and on its way back."""
    pressed = leaving(a_next_hold())

    moved = apply_snapshot(chat_at(ASKED, an_asked_session(), pressed), seen_next())

    assert (moved.session.expires_at, moved.hold.status) == (EXPIRES, HoldStatus.REQUIRES_CAPTURE)


# --- who may


@pytest.mark.parametrize("by", [PAYER, CONSULTANT])
def test_before_it_has_begun_either_may_cancel_it(by: str) -> None:
    assert begin_cancel(chat_at(ASKED, an_extended_session(), a_paid_extension()), by, BUTTON).hold.operation is CANCEL


@pytest.mark.parametrize(("now", "may"), [(EXPIRES + 59 * SECOND, True), (BEGINS, False)])
def test_its_payer_may_cancel_it_until_it_has_begun(now: datetime, may: bool) -> None:  # noqa: FBT001 - a column of the table
    def cancel() -> ChatChange:
        chat = chat_at(now, an_extended_session(), a_paid_extension())
        return decide(chat, partial(begin_cancel, by=PAYER, reason=BUTTON))

    if may:
        assert cancel().hold.operation is CANCEL
    else:
        with pytest.raises(Refusal) as refused:
            cancel()
        assert refused.value.code is Code.SESSION_STARTED


def test_an_extension_that_has_not_begun_is_captured_by_nobody() -> None:
    with pytest.raises(Refusal) as refused:
        begin_capture(chat_at(ASKED, an_extended_session(), a_paid_extension()), PAYER)

    assert refused.value.code is Code.SESSION_NOT_STARTED


# --- looks


LOOKS = [
    ("ended, its extension may be paid", an_asked_session(ENDED), a_next_hold(), True),
    ("ended, its extension is on its way out", an_asked_session(ENDED), leaving(a_next_hold()), False),
    ("ended, nothing asked", a_session(ENDED), a_captured_hold(), False),
    ("runs, its extension may be paid", an_asked_session(), a_next_hold(), False),
    ("canceled", a_session(CANCELED), a_hold(status=HoldStatus.CANCELED), False),
]


@pytest.mark.parametrize(("session", "hold", "needed"), [row[1:] for row in LOOKS], ids=[row[0] for row in LOOKS])
def test_start_asks_stripe_about_an_extension_that_can_make_the_chat_ready(
    session: ChatSession,
    hold: Hold,
    needed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """A lost webhook never turns what is paid into `session_ended`."""
    assert must_refresh(chat_at(NOW + HOUR, session, hold)) is needed


def test_the_window_of_the_network_puts_off_no_beginning() -> None:
    assert learn_window(chat_at(ASKED, a_session(), a_paid_extension()), NOW + 30 * DAY).hold.due_at == BEGINS
