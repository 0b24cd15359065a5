"""Extending a chat without a gap (H-10; design 4, the extension table): asked for, paid, begun, captured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import CONSULTANT, Deployment
from tests.integration.extending import PERIOD, Extended, clock_of, extended
from tests.integration.promise import check_promise
from tests.integration.refused import refused

ACTIVE, ENDED = SessionStatus.ACTIVE, SessionStatus.ENDED
HELD, CAPTURED, CANCELED = HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED, HoldStatus.CANCELED


def test_a_chat_is_extended_without_a_gap_and_each_hold_pays_for_its_own_time(deployment: Deployment) -> None:
    """H-10, H-17: from the second tap to the second capture; nobody ever calls more than `createPaymentIntent`."""
    chat = extended(deployment)

    chat.reach(seconds=1)
    deployment.sweep()
    at_the_first_end = chat.statuses
    chat.reach(minutes=2)
    deployment.sweep()
    begun = chat.statuses
    chat.reach(minutes=31)
    deployment.sweep()

    assert at_the_first_end == begun == (ACTIVE, CAPTURED, HELD)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    first, second = deployment.hold(chat.first.id), deployment.hold(chat.second.id)
    assert first.ends_at == second.started_at == chat.ends
    assert second.ends_at == chat.ends + PERIOD == chat.session.expires_at
    assert [deployment.intent(hold.id).amount_received for hold in (first, second)] == [5000, 5000]
    assert deployment.alerts() == []
    check_promise(deployment)


def test_an_extension_costs_what_the_consultant_costs_now(deployment: Deployment) -> None:
    """H-08: the running time keeps its price, and the new price is named before anybody pays it."""
    first = deployment.started("s1")
    deployment.db.document(f"consultants/{CONSULTANT}").update({"price": 8000})

    with pytest.raises(Refusal) as changed:
        deployment.create("s1")
    created = deployment.create("s1", amount=8000)
    deployment.db.document(f"consultants/{CONSULTANT}").update({"price": 9000})
    again = deployment.create("s1", amount=8000)
    deployment.pay(again)
    deployment.deliver()
    deployment.pass_time(minutes=62)
    deployment.sweep()
    deployment.sweep()

    assert (changed.value.code, changed.value.details) == (Code.PRICE_CHANGED, {"amount": 8000, "currency": "jpy"})
    assert (created.hold.id, again.hold.amount) == (again.hold.id, 8000)
    assert [deployment.hold(h).amount_captured for h in (first.id, again.hold.id)] == [5000, 8000]
    check_promise(deployment)


def test_an_extension_whose_webhook_is_lost_is_heard_of_by_asking_again(deployment: Deployment) -> None:
    first = deployment.started("s1")
    ends = clock_of(deployment, first)
    created = deployment.create("s1")
    deployment.pay(created)

    again = deployment.create("s1")

    assert (again.hold.id, again.hold.status) == (created.hold.id, HELD)
    assert clock_of(deployment, first) == ends + PERIOD
    assert refused(deployment.create, "s1") is Code.ALREADY_EXTENDED


def test_a_payment_heard_of_just_after_the_end_and_before_the_sweep_starts_its_time_now(deployment: Deployment) -> None:
    """`startsAt = max(expiresAt, now)`: nobody pays for a moment in which nobody could write."""
    chat = deployment.started("s1")
    ends = clock_of(deployment, chat)
    created = deployment.create("s1")
    deployment.pay(created)
    deployment.pass_time(minutes=30, seconds=20)
    heard_at = deployment.clock()

    deployment.deliver()
    deployment.sweep()
    running = deployment.session("s1").status
    deployment.sweep_for(1, every=0.25)

    second = deployment.hold(created.hold.id)
    assert running is ACTIVE
    assert second.started_at is not None
    assert second.started_at >= heard_at >= ends + timedelta(seconds=20)
    assert deployment.hold(chat.id).ends_at == ends
    assert second.ends_at == second.started_at + PERIOD
    assert deployment.session("s1").status is ENDED
    check_promise(deployment)


def _captured_by_hand(chat: Extended) -> None:
    chat.deployment.sdk.v1.payment_intents.capture(chat.first.id)
    chat.deployment.deliver()


BEGINNERS: Final[dict[str, Callable[[Extended], Any]]] = {
    "the sweep": lambda chat: chat.deployment.sweep(),
    "a third hold asked for": lambda chat: chat.deployment.create(chat.first.session_id),
    "a late webhook of the first": _captured_by_hand,
}


@pytest.mark.parametrize("begin", BEGINNERS.values(), ids=BEGINNERS)
def test_a_paid_extension_begins_once_its_time_has_run_for_a_minute(
    deployment: Deployment, begin: Callable[[Extended], Any]
) -> None:
    chat = extended(deployment)
    chat.reach(seconds=61)

    begin(chat)

    session, second = chat.session, deployment.hold(chat.second.id)
    assert (session.status, session.attempt, session.intent_id) == (ACTIVE, 2, chat.second.id)
    assert (session.started_at, second.started_at, session.expires_at) == (chat.ends, chat.ends, chat.ends + PERIOD)
    chat.reach(minutes=32)
    deployment.sweep()
    deployment.sweep_for(80, every=20)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    assert deployment.alerts() == []
    check_promise(deployment)
