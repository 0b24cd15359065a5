"""How claims come out (design 4, 6, 7): each test replays what goes wrong without its rule."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from payments.core.alerts import AlertKind
from payments.core.refusals import Code, Refusal
from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.change import ChatChange, ChatState, DueAction
from payments.domain.chat.due import claim_due
from payments.domain.chat.operations import begin_cancel, begin_capture, end_chat, on_key_spent, on_refused
from payments.domain.chat.records import CALLER_REASONS, CancelReason, Hold, Operation
from payments.domain.chat.states import HoldStatus
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import (
    a_canceled_hold,
    a_captured_hold,
    a_held_hold,
    a_hold,
    a_session,
    a_used_hold,
    being,
    chat_at,
    seen,
)
from tests.unit.constants import CONSULTANT, HOUR, MINUTE, NOW, PAYER
from tests.unit.short_names import ACTIVE, AWAITING, BUTTON, CANCEL, CANCELED, CAPTURE, ENDED, READY

# --- a differing authorization is never good


def test_a_differing_authorization_is_captured_by_nobody() -> None:
    """The hold is due to be canceled: a call for its capture must not overtake the sweep."""
    hold = a_used_hold(cancel_reason=CancelReason.DIFFERS, due_at=NOW)

    by_end = end_chat(chat_at(NOW + MINUTE, a_session(ACTIVE), hold), PAYER)
    with pytest.raises(Refusal) as refused:
        begin_capture(chat_at(NOW + MINUTE, a_session(ACTIVE), hold), PAYER)

    assert by_end.hold.operation is None
    assert refused.value.code in {Code.BUSY, Code.HOLD_RELEASED}


def test_a_refused_cancel_never_makes_a_differing_authorization_good() -> None:
    """Its payer presses the button before the sweep comes, and Stripe answers with a stored failure."""
    session = a_session()
    differs = apply_snapshot(chat_at(NOW, session, a_hold()), seen(amount=100)).hold
    pressed = begin_cancel(chat_at(NOW, session, differs), PAYER, BUTTON).hold

    moved = on_refused(chat_at(NOW + MINUTE, session, pressed), pressed)

    assert moved.session.status is AWAITING
    assert moved.hold.cancel_reason is not None


def test_an_authorization_that_differs_under_a_claimed_cancel_is_not_good_after_its_refusal() -> None:
    """The card is charged with another amount while the button's cancel is on its way, and that cancel is refused."""
    session, pressed = a_session(), being(a_hold(), CANCEL)

    told = apply_snapshot(chat_at(NOW, session, pressed), seen(amount=100))
    moved = on_refused(chat_at(NOW + MINUTE, told.session, told.hold), pressed)

    assert moved.session.status is AWAITING
    assert moved.hold.cancel_reason is not None


# --- PAID and a claimed cancel


def test_paid_does_not_fire_while_a_cancel_is_claimed() -> None:
    """A chat would start on money that is on its way back."""
    moved = apply_snapshot(chat_at(NOW, a_session(), being(a_hold(), CANCEL)), seen())

    assert moved.hold.status is HoldStatus.REQUIRES_CAPTURE
    assert moved.session.status is AWAITING


def test_paid_is_looked_at_again_when_the_cancel_is_refused() -> None:
    """Otherwise the money is held for 72 hours and 「メッセージを開始」 never comes."""
    pressed = being(a_held_hold(), CANCEL)

    moved = on_refused(chat_at(NOW + MINUTE, a_session(), pressed), pressed)

    assert moved.session.status is READY
    assert (moved.hold.cancel_reason, moved.hold.operation) == (None, None)
    assert moved.hold.due_at == NOW + 72 * HOUR


def test_a_refused_cancel_of_an_unpaid_hold_waits_for_its_payment_again() -> None:
    pressed = being(a_hold(), CANCEL)

    moved = on_refused(chat_at(NOW + MINUTE, a_session(), pressed), pressed)

    assert (moved.hold.due_at, moved.session.status) == (NOW + 16 * MINUTE, AWAITING)


def test_a_refused_cancel_of_the_consultants_leaves_the_capture_due() -> None:
    pressed = being(a_used_hold(ends_at=NOW + MINUTE), CANCEL)

    moved = on_refused(chat_at(NOW + 20 * MINUTE, a_session(ENDED), pressed), pressed)
    step = claim_due(chat_at(NOW + 40 * MINUTE, moved.session, moved.hold)).action

    assert (moved.hold.cancel_reason, step) == (None, DueAction.CAPTURE)


@pytest.mark.parametrize("reason", sorted(set(CancelReason) - CALLER_REASONS))
def test_our_own_reason_stands_when_its_cancel_is_refused(reason: CancelReason) -> None:
    trying = being(a_held_hold(), CANCEL, cancel_reason=reason)

    moved = on_refused(chat_at(NOW, a_session(), trying), trying)

    assert (moved.hold.cancel_reason, moved.hold.due_at) == (reason, NOW + 10 * MINUTE)
    assert moved.session.status is AWAITING


def test_money_held_on_a_canceled_hold_stays_due_when_its_cancel_is_refused() -> None:
    """H-11: its payer once pressed the button; Stripe holds the money all the same, and that has to end."""
    session = a_session(CANCELED)
    hold = apply_snapshot(chat_at(NOW, session, a_canceled_hold(cancel_reason=BUTTON)), seen()).hold
    trying = claim_due(chat_at(NOW, session, hold))

    moved = on_refused(chat_at(NOW + MINUTE, session, trying.hold), trying.hold)

    assert moved.hold.due_at is not None


def test_a_cancel_that_is_tried_again_on_a_canceled_hold_has_a_new_key() -> None:
    """The old key's answer is stored: it would be replayed as a success for a day."""
    hold = a_canceled_hold(cancel_reason=CancelReason.SUPERSEDED, due_at=NOW)

    moved = claim_due(chat_at(NOW, a_session(CANCELED), hold))
    step = moved.action

    assert (step, moved.hold.operation) == (DueAction.CANCEL, CANCEL)
    assert moved.hold.operation_try == hold.operation_try + 1


# --- a settle counts only for its claim


STALE = [
    ("another attempt", being(a_used_hold(operation_try=2), CAPTURE)),
    ("another operation", being(a_used_hold(), CANCEL)),
    ("nothing claimed", a_used_hold()),
    ("captured meanwhile", a_captured_hold()),
]


@pytest.mark.parametrize("on_record", [hold for _, hold in STALE], ids=[name for name, _ in STALE])
@pytest.mark.parametrize("settle", [on_refused, on_key_spent])
def test_a_refusal_and_a_spent_key_count_only_for_their_own_claim(
    settle: Callable[[ChatState, Hold], ChatChange], on_record: Hold
) -> None:
    """A process that wakes up late would free the claim of somebody who is at Stripe right now."""
    mine, session = being(a_used_hold(), CAPTURE), a_session(ENDED)

    moved = settle(chat_at(NOW + HOUR, session, on_record), mine)

    assert (moved.hold, moved.session) == (on_record, session)


def test_the_attempt_grows_only_after_a_definite_refusal() -> None:
    """After a lost answer the same key must be sent again; after a refusal it would only replay it."""
    trying = being(a_used_hold(), CAPTURE)

    ambiguous = apply_snapshot(chat_at(NOW + MINUTE, a_session(ENDED), trying), seen(at=NOW + MINUTE)).hold
    resumed = claim_due(chat_at(NOW + 2 * MINUTE, a_session(ENDED), trying)).hold
    refused = on_refused(chat_at(NOW + MINUTE, a_session(ENDED), trying), trying).hold

    assert (ambiguous.operation, ambiguous.operation_try) == (CAPTURE, 1)
    assert (resumed.operation, resumed.operation_try) == (CAPTURE, 1)
    assert (refused.operation, refused.operation_try) == (None, 2)


def test_an_unclear_answer_stays_claimed_and_due() -> None:
    trying = being(a_used_hold(), CAPTURE)

    moved = apply_snapshot(chat_at(NOW + MINUTE, a_session(ENDED), trying), seen(IntentStatus.UNKNOWN))

    assert (moved.hold.operation, moved.hold.due_at) == (CAPTURE, NOW + 2 * MINUTE)


# --- a key that is used up


@pytest.mark.parametrize("operation", list(Operation))
def test_a_spent_key_is_nobodys_refusal(operation: Operation) -> None:
    """A stored 5xx is replayed for a day: the same again with a new key, and nothing is held against the payer."""
    trying = being(a_used_hold(), operation)

    moved = on_key_spent(chat_at(NOW + 80 * HOUR, a_session(ENDED), trying), trying)

    assert (moved.hold.operation, moved.hold.operation_try) == (None, 2)
    assert moved.hold.due_at == NOW + 80 * HOUR + MINUTE
    assert (moved.hold.refused_at, moved.hold.late_refused_at) == (None, None)
    assert moved.hold.cancel_reason is trying.cancel_reason


def test_a_cancel_whose_key_is_spent_still_keeps_the_chat_from_starting() -> None:
    """Its payer wants the money back: that is not forgotten because Stripe stumbled."""
    trying = being(a_held_hold(), CANCEL)

    moved = on_key_spent(chat_at(NOW, a_session(), trying), trying)

    assert moved.session.status is AWAITING
    assert claim_due(chat_at(NOW + MINUTE, moved.session, moved.hold)).action is DueAction.CANCEL


# --- giving up


def refused_at(hold: Hold, *ages: float) -> Hold:
    """The hold after captures that Stripe refused at these ages, in hours since the authorization."""
    for hours in ages:
        now = NOW + hours * HOUR
        trying = being(hold, CAPTURE, at=now)
        hold = on_refused(chat_at(now, a_session(ENDED), trying), trying).hold
    return hold


@pytest.mark.parametrize(
    "ages",
    [(1,), (71, 71.5, 72), (1, 80), (200,), (72.5, 73.4), tuple(1 + n / 10 for n in range(300))],
)
def test_a_capture_is_not_given_up_for_lack_of_trying(ages: tuple[float, ...]) -> None:
    """A sweep that stood still for four days must not let everybody go free at its first try."""
    hold = refused_at(a_used_hold(), *ages)

    assert hold.cancel_reason is None
    assert hold.due_at is not None
    assert MINUTE <= hold.due_at - (NOW + ages[-1] * HOUR) <= HOUR


def test_the_first_refusal_is_remembered() -> None:
    """A new attempt is refused from then on, and the first late one begins the last hour."""
    hold = refused_at(a_used_hold(), 1, 2, 73, 73.5)

    assert hold.refused_at == NOW + HOUR
    assert hold.late_refused_at == NOW + 73 * HOUR


@pytest.mark.parametrize("ages", [(72.5, 73.5), (1, 2, 80, 90), (72.5, 73, 73.4, 73.6)])
def test_a_capture_is_given_up_an_hour_after_its_first_late_refusal(ages: tuple[float, ...]) -> None:
    """H-11: it was refused later than 72 hours after the authorization, and again at least an hour after that."""
    hold = refused_at(a_used_hold(), *ages)

    assert (hold.cancel_reason, hold.due_at) == (CancelReason.UNCOLLECTED, NOW + ages[-1] * HOUR)
    assert claim_due(chat_at(NOW + ages[-1] * HOUR, a_session(ENDED), hold)).action is DueAction.CANCEL


def test_what_was_given_up_is_let_go_and_raised() -> None:
    hold = refused_at(a_used_hold(), 80, 90)
    trying = claim_due(chat_at(NOW + 90 * HOUR, a_session(ENDED), hold))

    moved = apply_snapshot(chat_at(NOW + 90 * HOUR, trying.session, trying.hold), seen(IntentStatus.CANCELED))

    assert (moved.hold.status, moved.hold.due_at) == (HoldStatus.CANCELED, None)
    assert [a.kind for a in moved.alerts] == [AlertKind.USED_BUT_UNPAID]


def test_what_the_consultant_let_go_after_it_was_given_up_is_never_captured_though_the_cancel_is_refused() -> None:
    """Both had let the person go. The wish is over as any other; that it was given up stays true."""
    given_up = refused_at(a_used_hold(), 80, 90)
    now = NOW + 90 * HOUR
    wished = begin_cancel(chat_at(now, a_session(ENDED), given_up), CONSULTANT, BUTTON)

    moved = on_refused(chat_at(now, wished.session, wished.hold), wished.hold)

    assert (moved.hold.cancel_reason, moved.hold.operation) == (CancelReason.UNCOLLECTED, None)
    assert moved.hold.due_at == now + 10 * MINUTE
    assert claim_due(chat_at(now + 10 * MINUTE, moved.session, moved.hold)).action is DueAction.CANCEL
