"""Things that happen at once (design 4-7). Nothing is charged, held or counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from payments.core.limits import WINDOW, Limits
from payments.core.refusals import Code
from payments.core.store import Decision, Docs, Ref
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.jobs import sweep
from tests.integration.deployment import Deployment
from tests.integration.promise import check_promise
from tests.integration.together import answers, at_once

ROUNDS = 16


def test_sixteen_creates_at_once_make_one_payment_intent_and_one_document(deployment: Deployment) -> None:
    outcomes = at_once(*[partial(deployment.create, "s1")] * 16)

    made = answers(outcomes, Code.BUSY, Code.PAYMENT_UNAVAILABLE)
    assert made
    assert len({(c.hold.id, c.client_secret, c.hold.amount, c.hold.attempt) for c in made}) == 1
    assert list(deployment.intents()) == list(deployment.holds()) == [made[0].hold.id]
    assert deployment.session("s1").intent_id == made[0].hold.id


def test_a_create_repeated_at_once_counts_as_one_attempt(deployment: Deployment) -> None:
    at_once(*[partial(deployment.create, "s1")] * 16)

    assert deployment.attempts() == 1


def test_creates_for_two_sessions_at_once_make_a_hold_for_each(deployment: Deployment) -> None:
    outcomes = at_once(*[partial(deployment.create, f"s{n}") for n in range(8)])

    made = answers(outcomes)
    assert len({c.hold.id for c in made}) == len({c.client_secret for c in made}) == len(deployment.intents()) == 8
    assert {c.hold.session_id for c in made} == {f"s{n}" for n in range(8)}
    assert deployment.attempts() == 8


def test_sixteen_captures_at_once_charge_once_and_answer_the_same(deployment: Deployment) -> None:
    """H-09."""
    hold = deployment.started()

    outcomes = at_once(*[partial(deployment.capture, hold)] * 16)

    captured = answers(outcomes, Code.BUSY)
    assert captured
    assert len({(h.status, h.amount_captured, h.captured_at) for h in captured}) == 1
    assert len(deployment.asked("/capture", effect=True)) == 1
    assert deployment.intent(hold.id).amount_received == 5000
    check_promise(deployment)


def test_sixteen_cancels_at_once_release_once_and_answer_the_same(deployment: Deployment) -> None:
    """H-11."""
    hold = deployment.paid()

    outcomes = at_once(*[partial(deployment.cancel, hold)] * 16)

    canceled = answers(outcomes, Code.BUSY)
    assert len({(h.status, h.canceled_at) for h in canceled}) == 1
    assert len(deployment.asked("/cancel", effect=True)) == 1
    check_promise(deployment)


def test_capture_against_cancel_has_exactly_one_winner(deployment: Deployment) -> None:
    """The consultant lets the person go while the payer's app captures."""
    for n in range(ROUNDS):
        hold = deployment.started(user_id=f"payer{n}")

        captured, canceled = at_once(partial(deployment.capture, hold), partial(deployment.cancel, hold, "consultant"))

        won = answers([captured, canceled], Code.BUSY, Code.HOLD_RELEASED, Code.ALREADY_CAPTURED)
        after = deployment.hold(hold.id)
        assert [h.status for h in won] == [after.status]
        assert deployment.intent(hold.id).status == {"captured": "succeeded", "canceled": "canceled"}[after.status]
    check_promise(deployment)


def test_start_against_cancel_never_leaves_a_chat_on_a_released_hold(deployment: Deployment) -> None:
    """H-17: exactly one of the two happens, and Stripe knows it."""
    for n in range(ROUNDS):
        hold = deployment.paid(user_id=f"payer{n}")

        started, canceled = at_once(partial(deployment.start, hold), partial(deployment.cancel, hold))

        answers([started, canceled], Code.BUSY, Code.NOT_PAID, Code.SESSION_STARTED)
        is_released = deployment.intent(hold.id).status == "canceled"
        status = deployment.session(hold.session_id).status
        assert status is (SessionStatus.CANCELED if is_released else SessionStatus.ACTIVE)
        assert isinstance(started, Code) is is_released
        assert (deployment.hold(hold.id).started_at is None) is is_released


def test_two_starts_at_once_start_one_clock(deployment: Deployment) -> None:
    hold = deployment.paid()

    outcomes = at_once(*[partial(deployment.start, hold)] * 8)

    assert len({(s.status, s.started_at, s.expires_at) for s in answers(outcomes, Code.BUSY)}) == 1


def test_ends_and_captures_at_once_charge_once(deployment: Deployment) -> None:
    hold = deployment.started()
    end, capture = partial(deployment.end, hold), partial(deployment.capture, hold)

    outcomes = at_once(end, capture, end, capture, deployment.sweep, end)

    answers(outcomes, Code.BUSY)
    assert len(deployment.asked("/capture", effect=True)) == 1
    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    check_promise(deployment)


def test_sweeps_that_overlap_do_everything_once(deployment: Deployment) -> None:
    """Design 7: two overlapping runs do no harm."""
    unused = [deployment.paid(user_id=f"payer{n}") for n in range(5)]
    used = [deployment.started(user_id=f"payer{n}") for n in range(5, 10)]
    deployment.pass_time(minutes=31)
    at_once(*[deployment.sweep] * 4)
    deployment.pass_time(hours=72)

    at_once(*[deployment.sweep] * 4)

    assert {deployment.intent(hold.id).status for hold in used} == {"succeeded"}
    assert {deployment.intent(hold.id).status for hold in unused} == {"canceled"}
    assert len(deployment.asked("/capture")) == len(deployment.asked("/cancel")) == 5
    check_promise(deployment)


def test_the_sweep_against_a_capture_charges_once(deployment: Deployment) -> None:
    for n in range(10):
        hold = deployment.started(user_id=f"payer{n}")
        deployment.pass_time(minutes=31)

        at_once(partial(deployment.capture, hold), deployment.sweep)

        deployment.pass_time(minutes=3)
        deployment.sweep()
        assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    assert len(deployment.asked("/capture", effect=True)) == 10
    check_promise(deployment)


def test_the_sweeps_release_against_a_start_never_takes_the_hold_of_a_running_chat(deployment: Deployment) -> None:
    """H-11, H-17: at 72 hours both are possible, and one of them happens."""
    for n in range(10):
        hold = deployment.paid(user_id=f"payer{n}")
        deployment.pass_time(hours=72, minutes=1)

        started, _ = at_once(partial(deployment.start, hold), deployment.sweep)

        is_released = deployment.intent(hold.id).status == "canceled"
        assert isinstance(started, Code) is is_released
        assert deployment.session(hold.session_id).status is (
            SessionStatus.CANCELED if is_released else SessionStatus.ACTIVE
        )
        deployment.pass_time(minutes=40)
        deployment.sweep()
    check_promise(deployment)


@pytest.mark.parametrize("settles", ["capture", "cancel"])
def test_the_webhook_against_the_settling_answer_leaves_one_result(deployment: Deployment, settles: str) -> None:
    """Whoever comes first settles; the other finds nothing left to do."""

    def webhooks() -> list[Any]:
        return [
            deployment.receive(e) for _ in range(5) for e in deployment.news(lambda e: e["type"].startswith("payment_"))
        ]

    for n in range(5):
        hold = deployment.started(user_id=f"payer{n}") if settles == "capture" else deployment.paid(user_id=f"payer{n}")

        settled, _ = at_once(partial(getattr(deployment, settles), hold), webhooks)

        deployment.deliver()
        assert replace(deployment.hold(hold.id), last_error=None) == settled
    check_promise(deployment)


def test_sixteen_deliveries_of_one_event_at_once_are_one(deployment: Deployment) -> None:
    """C-06."""
    created = deployment.create()
    deployment.pay(created)
    [held] = [e for e in deployment.events() if e["type"] == "payment_intent.amount_capturable_updated"]

    outcomes = answers(at_once(*[partial(deployment.receive, held)] * 16))

    assert sorted(o.value for o in outcomes) == ["done"] + ["duplicate"] * 15
    assert deployment.db.document(f"sessions/{created.hold.session_id}").get().get("rev") == 3


def test_twenty_four_writers_on_one_document_are_all_counted(deployment: Deployment) -> None:
    """Design 5: nobody is lost, nobody is counted twice."""
    ref = Ref(Limits, "payer")
    now = datetime.now(UTC)

    def count(docs: Docs) -> Decision[int]:
        found = docs.get(ref)
        fresh = Limits(id="payer", used=1, since=now, expire_at=now + WINDOW)
        after = replace(found, used=found.used + 1) if found else fresh
        return Decision(after.used, (after,))

    changed = answers(at_once(*[partial(deployment.deps.store.change, [ref], count)] * 24))

    assert sorted(c.result for c in changed) == list(range(1, 25))
    assert deployment.db.document("limits/payer").get().get("rev") == 24


def test_a_sweep_and_a_rehold_at_once_leave_the_used_hold_to_be_captured(deployment: Deployment) -> None:
    """H-10: the session moves on while its used hold still waits for the capture."""
    hold = deployment.started("s1")
    deployment.control.fault("rate_limit", path="*/capture")
    deployment.end(hold)

    at_once(partial(deployment.create, "s1"), partial(sweep.run, deployment.deps))

    deployment.pass_time(minutes=3)
    deployment.sweep()
    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    deployment.sweep_for(80, every=8)
    check_promise(deployment)
