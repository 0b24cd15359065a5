"""What Stripe has not answered: its age, its reason, its alert, and holds that the key in use can't reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from payments.core.alerts import AlertKind
from payments.core.refusals import Code, Refusal
from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.change import ChatChange, ChatState, DueAction
from payments.domain.chat.clock import must_refresh
from payments.domain.chat.due import claim_due
from payments.domain.chat.extension import decide
from payments.domain.chat.operations import claim_operation, settle
from payments.domain.chat.out_of_reach import note_failure, without_other_accounts
from payments.domain.chat.records import CancelReason, Hold, Operation, OutOfReach
from payments.domain.chat.requests import new_attempt
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.domain.shop import unanswered as orders
from payments.stripe_model.answers import Failure, Misconfigured, OtherAccount, Refused, TryAgain
from payments.stripe_model.identity import StripeIdentity
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_held_hold, a_hold, a_request, a_session, a_used_hold, being, chat_at, seen
from tests.unit.constants import DAY, HOUR, MINUTE, NOW, TERMS
from tests.unit.shop import an_order

OURS = StripeIdentity(livemode=True, account="acct_1")
THEIRS = StripeIdentity(livemode=True, account="acct_2")
MADE = {"livemode": True, "account": "acct_1"}
UNREACHABLE, DEAD_KEY, UNKNOWN = TryAgain("timeout"), Misconfigured("401"), Misconfigured("404", is_unknown=True)


def asked_in_vain(
    hold: Hold, failure: Failure, *, after: timedelta = timedelta(), stripe: StripeIdentity = OURS, **session: Any
) -> ChatChange:
    status = session.pop("status", SessionStatus.ACTIVE if hold.started_at else SessionStatus.READY)
    chat = replace(chat_at(NOW + after, a_session(status, **session), hold), stripe=stripe)
    return decide(chat, partial(note_failure, claimed=hold, failure=failure))


def alerts_of(change: ChatChange) -> list[AlertKind]:
    return [alert.kind for alert in change.alerts]


# --- memory


def test_a_claim_that_is_taken_over_keeps_its_first_time_and_waits_longer() -> None:
    first = claim_operation(a_used_hold(), Operation.CAPTURE, NOW)
    waits = [claim_operation(first, Operation.CAPTURE, NOW + age).due_at for age in (MINUTE, 10 * MINUTE, 5 * HOUR)]

    assert claim_operation(first, Operation.CAPTURE, NOW + HOUR).unanswered_since == NOW
    assert waits == [NOW + 3 * MINUTE, NOW + 20 * MINUTE, NOW + 5 * HOUR + 30 * MINUTE]


@pytest.mark.parametrize(("failure", "why"), [(UNREACHABLE, "unreachable: timeout"), (DEAD_KEY, "misconfigured: 401")])
def test_a_failure_is_remembered_with_its_kind(failure: Failure, why: str) -> None:
    change = asked_in_vain(being(a_used_hold(), Operation.CAPTURE), failure)

    assert (change.hold.unanswered_why, change.hold.unanswered_since) == (why, NOW)
    assert change.hold.operation is Operation.CAPTURE


@pytest.mark.parametrize("age", [59 * MINUTE, HOUR])
def test_what_is_unanswered_for_an_hour_is_said(age: timedelta) -> None:
    hold = being(a_used_hold(), Operation.CAPTURE, unanswered_since=NOW)

    change = asked_in_vain(hold, DEAD_KEY, after=age)

    assert alerts_of(change) == ([AlertKind.STUCK] if age == HOUR else [])
    assert change.hold.stuck_at == (NOW + HOUR if age == HOUR else None)


def test_what_was_said_is_not_said_again() -> None:
    hold = being(a_used_hold(), Operation.CAPTURE, unanswered_since=NOW, stuck_at=NOW + HOUR)

    assert asked_in_vain(hold, DEAD_KEY, after=2 * HOUR).alerts == ()


def test_the_alert_names_operation_reason_and_the_end_of_the_authorization() -> None:
    hold = being(a_used_hold(), Operation.CAPTURE, unanswered_since=NOW)

    [alert] = asked_in_vain(hold, DEAD_KEY, after=HOUR).alerts

    assert alert.text == (
        "capture unanswered since 2026-01-05 12:00 UTC (misconfigured: 401); "
        "put STRIPE_SECRET_KEY right; it is asked again by itself; the authorization ends 2026-01-12 12:00 UTC"
    )


STUCK = being(a_used_hold(**MADE), Operation.CAPTURE, unanswered_since=NOW, unanswered_why="x", stuck_at=NOW + HOUR)


@pytest.mark.parametrize("money", [IntentStatus.CAPTURED, IntentStatus.CANCELED])
def test_an_answer_ends_the_memory_and_closes_the_alert(money: IntentStatus) -> None:
    chat = chat_at(NOW + 2 * HOUR, a_session(SessionStatus.ACTIVE), STUCK)

    change = decide(chat, partial(apply_snapshot, snapshot=seen(money, NOW + 2 * HOUR)))

    assert (change.hold.unanswered_since, change.hold.unanswered_why, change.hold.stuck_at) == (None, None, None)
    [closed] = [alert for alert in change.alerts if alert.kind is AlertKind.STUCK]
    assert (closed.at, closed.closed_at) == (NOW + HOUR, NOW + 2 * HOUR)


def test_hearing_that_the_money_is_still_held_does_not_answer_a_capture() -> None:
    chat = chat_at(NOW + 2 * HOUR, a_session(SessionStatus.ACTIVE), STUCK)

    change = decide(chat, partial(apply_snapshot, snapshot=seen(at=NOW + 2 * HOUR)))

    assert (change.hold.unanswered_since, change.hold.stuck_at) == (NOW, NOW + HOUR)


def test_hearing_of_a_hold_answers_a_question() -> None:
    hold = a_held_hold(unanswered_since=NOW, unanswered_why="unreachable: x", stuck_at=NOW + HOUR)
    chat = chat_at(NOW + 2 * HOUR, a_session(SessionStatus.READY), hold)

    change = decide(chat, partial(apply_snapshot, snapshot=seen(at=NOW + 2 * HOUR)))

    assert (change.hold.unanswered_since, change.hold.stuck_at) == (None, None)


@pytest.mark.parametrize(("is_spent", "since"), [(False, None), (True, NOW)])
def test_a_refusal_is_an_answer_and_a_spent_key_is_none(*, is_spent: bool, since: object) -> None:
    hold = being(a_used_hold(), Operation.CAPTURE, unanswered_since=NOW)
    chat = chat_at(NOW + MINUTE, a_session(SessionStatus.ACTIVE), hold)

    change = settle(chat, hold, seen(at=NOW + MINUTE), Refused("x", is_spent=is_spent))

    assert change.hold.unanswered_since == since
    assert change.hold.operation is None


def test_a_failure_that_comes_after_the_answer_changes_nothing() -> None:
    hold = being(a_used_hold(), Operation.CAPTURE)
    captured = replace(hold, status=HoldStatus.CAPTURED, operation=None)
    chat = chat_at(NOW, a_session(SessionStatus.ENDED), captured)

    assert note_failure(chat, hold, UNKNOWN) == chat.changed()


# --- out of reach


def test_a_hold_that_its_own_account_does_not_know_rests_and_frees_its_session() -> None:
    change = asked_in_vain(a_held_hold(**MADE), UNKNOWN)

    assert alerts_of(change) == [AlertKind.UNKNOWN_AT_STRIPE]
    assert (change.hold.due_at, change.hold.out_of_reach) == (None, OutOfReach.UNKNOWN)
    assert change.hold.cancel_reason is CancelReason.SUPERSEDED
    assert change.session.status is SessionStatus.CANCELED


FOUND = NOW + HOUR


@pytest.mark.parametrize(
    ("age", "found_at", "rests"),
    [
        (DAY, FOUND, True),
        (DAY - MINUTE, FOUND, False),
        (DAY, None, False),
        (DAY, NOW - HOUR, False),
    ],
)
def test_if_nobody_knows_whose_key_it_is_unknown_counts_after_a_day_in_which_others_were_found(
    age: timedelta, found_at: Any, *, rests: bool
) -> None:
    hold = a_held_hold(livemode=True, unanswered_since=NOW, due_at=NOW + age)
    stripe = StripeIdentity(livemode=True, found_at=found_at)

    change = asked_in_vain(hold, UNKNOWN, after=age, stripe=stripe)

    assert (change.hold.due_at is None) is rests
    assert change.session.status is SessionStatus.CANCELED


def test_another_accounts_hold_that_is_due_is_not_asked_about_but_looked_at_in_an_hour() -> None:
    hold = a_held_hold(**MADE)
    chat = replace(chat_at(NOW + 72 * HOUR, a_session(SessionStatus.READY), hold), stripe=THEIRS)

    change = decide(chat, claim_due)

    assert (change.action, change.claims) == (DueAction.WAIT_FOR_KEY, False)
    assert change.hold.due_at == NOW + 73 * HOUR
    assert change.session.status is SessionStatus.CANCELED


def test_a_used_hold_of_another_account_leaves_its_chat_alone() -> None:
    change = asked_in_vain(being(a_used_hold(**MADE), Operation.CAPTURE), OtherAccount(), stripe=THEIRS)

    assert change.session.status is SessionStatus.ACTIVE
    assert (change.hold.operation, change.hold.cancel_reason) == (Operation.CAPTURE, None)


@pytest.mark.parametrize(
    ("made", "in_use", "is_said"),
    [
        (MADE, THEIRS, True),
        ({"livemode": False, "account": "acct_1"}, OURS, False),
        ({"livemode": True, "account": "acct_1"}, StripeIdentity(livemode=False, account="acct_1"), True),
    ],
    ids=["another account", "test payments under a live key", "live payments under a test key"],
)
def test_only_what_is_money_is_said(made: dict[str, Any], in_use: StripeIdentity, *, is_said: bool) -> None:
    hold = being(a_used_hold(**made), Operation.CAPTURE, unanswered_since=NOW)

    change = asked_in_vain(hold, OtherAccount(), after=HOUR, stripe=in_use)

    assert alerts_of(change) == ([AlertKind.STUCK] if is_said else [])


def test_a_hold_waits_for_its_key_no_longer_than_any_authorization_lives() -> None:
    change = asked_in_vain(a_held_hold(**MADE), OtherAccount(), after=35 * DAY, stripe=THEIRS)

    assert change.hold.due_at is None


@pytest.mark.parametrize("account", ["acct_2", None])
def test_only_what_is_known_to_differ_is_another_accounts(account: str | None) -> None:
    chat = chat_at(NOW, a_session(SessionStatus.READY), a_held_hold(**MADE))
    chat = replace(chat, stripe=StripeIdentity(livemode=True, account=account))

    assert (without_other_accounts(chat) != chat) is (account == "acct_2")


def test_a_session_freed_of_its_hold_takes_a_new_attempt() -> None:
    chat = _freed(a_held_hold(**MADE))

    assert new_attempt(chat, a_request()).session.attempt == 2


def test_a_used_hold_that_is_out_of_reach_is_still_owed() -> None:
    used = a_used_hold(**MADE, refused_at=NOW, out_of_reach=OutOfReach.UNKNOWN)
    chat = chat_at(NOW + HOUR, a_session(SessionStatus.ENDED), used)

    with pytest.raises(Refusal) as refusal:
        new_attempt(chat, a_request())

    assert refusal.value.code is Code.PREVIOUS_UNPAID


def _freed(hold: Hold) -> ChatState:
    chat = chat_at(NOW, a_session(SessionStatus.READY), hold)
    return without_other_accounts(replace(chat, stripe=THEIRS))


def test_what_stripe_knows_again_is_in_reach_again_and_says_who_made_it() -> None:
    hold = a_hold(out_of_reach=OutOfReach.UNKNOWN, unanswered_since=NOW)
    snapshot = seen(IntentStatus.UNPAID, livemode=True, account="acct_1")

    change = apply_snapshot(chat_at(NOW, a_session(), hold), snapshot)

    assert (change.hold.out_of_reach, change.hold.unanswered_since) == (None, None)
    assert change.hold.made_by == OURS


def test_start_looks_at_another_accounts_hold_however_fresh_it_is() -> None:
    chat = chat_at(NOW, a_session(SessionStatus.READY), a_held_hold(**MADE))

    assert must_refresh(replace(chat, stripe=THEIRS))
    assert not must_refresh(replace(chat, stripe=OURS))


# --- orders


@pytest.mark.parametrize(
    ("failure", "age", "kinds", "is_due"),
    [
        (UNREACHABLE, 59 * MINUTE, [], True),
        (UNREACHABLE, HOUR, [AlertKind.STUCK], True),
        (UNKNOWN, MINUTE, [AlertKind.UNKNOWN_AT_STRIPE], False),
    ],
)
def test_an_order_remembers_too(failure: Failure, age: timedelta, kinds: list[AlertKind], *, is_due: bool) -> None:
    order = an_order(**MADE, unanswered_since=NOW, due_at=NOW + DAY)

    noted = orders.note_failure(order, failure, OURS, NOW + age, TERMS.stuck)

    assert [alert.kind for alert in noted.alerts] == kinds
    assert (noted.order.due_at is not None) is is_due


def test_an_answer_about_an_order_closes_its_alert() -> None:
    known = orders.answered(an_order(unanswered_since=NOW, stuck_at=NOW + HOUR), NOW + DAY)

    assert [alert.closed_at for alert in known.alerts] == [NOW + DAY]
    assert known.order.unanswered_since is None
