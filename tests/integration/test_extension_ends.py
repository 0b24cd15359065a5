"""The end of a chat that has been extended, or that is to be (H-10, H-15; design 4, the extension table)."""

from __future__ import annotations

import pytest

from payments.core.refusals import Code
from payments.domain.chat.records import CancelReason
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import CONSULTANT, PAYER, Deployment
from tests.integration.extending import PERIOD, extended
from tests.integration.promise import check_promise
from tests.integration.refused import refused

ACTIVE, ENDED, READY = SessionStatus.ACTIVE, SessionStatus.ENDED, SessionStatus.READY
HELD, CAPTURED, CANCELED = HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED, HoldStatus.CANCELED


# --- the chat ends early


@pytest.mark.parametrize("seconds", [-300, -1, 1, 45])
def test_a_chat_that_ends_before_its_extension_has_begun_never_charges_for_it(
    deployment: Deployment, seconds: int
) -> None:
    """Also within the minute after its planned start."""
    chat = extended(deployment)
    chat.reach(seconds=seconds)

    ended = deployment.end(chat.first)
    new = refused(deployment.create, chat.first.session_id)
    deployment.sweep()

    assert ended.payment == "captured"
    assert new is Code.BUSY
    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert deployment.intent(chat.second.id).amount_received == 0
    assert deployment.hold(chat.second.id).cancel_reason is CancelReason.UNUSED
    assert deployment.create(chat.first.session_id).hold.attempt == 3
    assert deployment.alerts() == []


def test_the_payers_capture_ends_an_extended_chat_and_lets_the_extension_go(deployment: Deployment) -> None:
    """H-15."""
    chat = extended(deployment)

    captured = deployment.capture(chat.first)
    deployment.sweep()

    assert captured.amount_captured == 5000
    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    check_promise(deployment)


def test_a_chat_that_ends_after_its_extension_has_begun_is_charged_for_both(deployment: Deployment) -> None:
    chat = extended(deployment)
    chat.reach(seconds=62)

    ended = deployment.end(chat.first)
    deployment.sweep()

    assert ended.payment == "captured"
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    check_promise(deployment)


@pytest.mark.parametrize("by", [PAYER, CONSULTANT])
def test_either_of_the_two_ends_an_extended_chat_whose_time_is_over(deployment: Deployment, by: str) -> None:
    """Nobody, and no sweep, has come by since the first hold's end."""
    chat = extended(deployment)
    chat.reach(minutes=31)

    ended = deployment.end(chat.first, by)
    deployment.sweep()

    assert (ended.payment, ended.session.ended_by) == ("captured", by)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    check_promise(deployment)


def test_an_extended_chat_that_nobody_looks_at_for_days_is_captured_twice_by_one_sweep(deployment: Deployment) -> None:
    chat = extended(deployment)
    deployment.pass_time(hours=50)

    deployment.sweep()
    deployment.sweep()

    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    assert deployment.hold(chat.first.id).ends_at == deployment.hold(chat.second.id).started_at == chat.ends
    check_promise(deployment)


@pytest.mark.parametrize("by", [PAYER, CONSULTANT])
def test_a_capture_of_the_first_hold_in_the_minute_of_grace_ends_nothing(deployment: Deployment, by: str) -> None:
    """H-09: its own time is over, and the chat has run on."""
    chat = extended(deployment)
    chat.reach(seconds=20)

    deployment.capture(chat.first, by)

    assert chat.statuses == (ACTIVE, CAPTURED, HELD)
    deployment.sweep_for(1, every=0.05)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    check_promise(deployment)


def test_an_extension_that_was_refused_at_its_capture_bars_the_next_attempt(deployment: Deployment) -> None:
    chat = extended(deployment)
    chat.reach(minutes=2)
    deployment.sweep()
    deployment.control.fault("refuse", "POST", f"*/{chat.second.id}/capture", status=402, code="card_declined")

    ended = deployment.end(chat.first)

    assert ended.payment == "pending"
    assert refused(deployment.create, chat.first.session_id) is Code.PREVIOUS_UNPAID
    deployment.sweep_for(1, every=0.25)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    check_promise(deployment)


# --- the chat ends while the extension is not paid yet


def test_an_extension_asked_for_after_the_end_and_before_the_sweep_waits_for_its_payment(
    deployment: Deployment,
) -> None:
    first = deployment.started("s1")
    deployment.pass_time(minutes=31)
    created = deployment.create("s1")

    deployment.sweep()
    ended = deployment.session("s1")
    deployment.pay(created)
    deployment.deliver()

    assert (ended.status, ended.next_intent_id, ended.ended_by) == (ENDED, created.hold.id, "system")
    assert (deployment.session("s1").status, deployment.session("s1").attempt) == (READY, 2)
    assert deployment.hold(first.id).status is CAPTURED


def test_an_extension_paid_after_the_chats_end_makes_it_ready_again(deployment: Deployment) -> None:
    """H-10: the same hold opens the next chat, with a clock of its own."""
    first = deployment.started("s1")
    created = deployment.create("s1")
    deployment.end(first)
    again = deployment.create("s1")

    deployment.pay(again)
    deployment.deliver()
    ready = deployment.session("s1")
    started = deployment.start(created.hold)
    deployment.end(created.hold)

    assert again.hold.id == created.hold.id
    assert (ready.status, ready.attempt, ready.intent_id, ready.expires_at) == (READY, 2, created.hold.id, None)
    assert started.expires_at is not None
    assert started.started_at is not None
    assert started.expires_at - started.started_at == PERIOD
    assert {hold.status for hold in deployment.holds().values()} == {CAPTURED}
    check_promise(deployment)


def test_an_extension_paid_after_the_end_and_never_used_is_released_at_72_hours(deployment: Deployment) -> None:
    """H-11."""
    first = deployment.started("s1")
    created = deployment.create("s1")
    deployment.end(first)
    deployment.pay(created)
    deployment.deliver()

    deployment.sweep_for(71, every=10)
    until_then = deployment.hold(created.hold.id).status
    deployment.sweep_for(4, every=1)

    assert until_then is HELD
    assert (deployment.session("s1").status, deployment.hold(created.hold.id).status) == (
        SessionStatus.CANCELED,
        CANCELED,
    )
    check_promise(deployment)


def test_an_extension_that_nobody_ever_pays_is_let_go_at_72_hours(deployment: Deployment) -> None:
    """H-11."""
    deployment.started("s1")
    created = deployment.create("s1")

    deployment.sweep_for(74, every=0.5)

    assert deployment.intent(created.hold.id).status == "canceled"
    assert deployment.session("s1").status is ENDED
    assert deployment.create("s1").hold.attempt == 3


def test_an_unpaid_extension_canceled_after_the_end_frees_the_chat_for_the_next_attempt(deployment: Deployment) -> None:
    first = deployment.started("s1")
    created = deployment.create("s1")
    deployment.end(first)

    deployment.cancel(created.hold)

    assert (deployment.session("s1").status, deployment.session("s1").next) == (ENDED, None)
    assert deployment.create("s1").hold.attempt == 3
