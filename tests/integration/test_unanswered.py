"""Nothing is retried without memory: a person is alerted while the authorization still lives (inputs F1, attack 4)."""

from __future__ import annotations

import json

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import Operation
from payments.domain.chat.states import HoldStatus
from tests.integration.deployment import Deployment

REVOKED = "sk_test_rolled_away"


def sweep_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """The lines that the sweeps have logged since the last look, oldest first."""
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    return [line for line in lines if line["message"] == "sweep"]


def revoke_key(deployment: Deployment) -> None:
    deployment.use(deployment.stripe, REVOKED)


def test_used_holds_under_a_dead_key_alert_within_an_hour_and_a_sweep_and_are_captured_once_the_key_is_right(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    holds = [deployment.started(f"s{n}", user_id=f"payer{n}") for n in range(3)]
    revoke_key(deployment)

    deployment.sweep_for(hours=2, every=1 / 6)

    assert deployment.alerts() == ["stuck"] * 3
    texts = [(alert.to_dict() or {})["text"] for alert in deployment.db.collection("alerts").stream()]
    assert all("capture unanswered" in text and "STRIPE_SECRET_KEY" in text and "ends" in text for text in texts)
    lines = sweep_lines(capsys)
    assert {line["severity"] for line in lines if line["done"] and "misconfigured" in json.dumps(line)} == {"ERROR"}
    assert lines[-1]["oldestUnansweredAt"] is not None

    deployment.use(deployment.stripe)
    deployment.sweep_for(hours=1, every=1 / 6)

    assert {deployment.hold(hold.id).status for hold in holds} == {HoldStatus.CAPTURED}
    assert (deployment.alerts(), deployment.alerts(closed=True)) == ([], ["stuck"] * 3)


def test_every_run_that_meets_a_dead_key_is_an_error(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.started()
    revoke_key(deployment)
    deployment.pass_time(minutes=31)

    runs = []
    for _ in range(4):
        deployment.sweep()
        deployment.pass_time(minutes=31)
        runs += sweep_lines(capsys)

    assert [run["severity"] for run in runs] == ["ERROR"] * 4


def test_the_age_of_an_unanswered_claim_counts_from_the_first(deployment: Deployment) -> None:
    hold = deployment.started()
    revoke_key(deployment)
    deployment.pass_time(minutes=31)
    claimed_at = deployment.clock()
    deployment.end(hold)

    deployment.sweep_for(hours=5, every=1 / 6)

    on_record = deployment.hold(hold.id)
    assert on_record.operation is Operation.CAPTURE
    assert on_record.unanswered_since is not None
    assert abs((on_record.unanswered_since - claimed_at).total_seconds()) < 60
    assert on_record.unanswered_why == "misconfigured: invalid_request_error"


def test_what_stripe_does_not_answer_is_asked_less_often_the_older_it_is(deployment: Deployment) -> None:
    """Attack 4: 722 requests a day and hold, for ever."""
    deployment.end(deployment.started())
    deployment.started()
    revoke_key(deployment)
    deployment.pass_time(minutes=31)
    deployment.control.clear_requests()

    deployment.sweep_for(hours=24, every=1 / 30)

    assert len(deployment.control.requests()) < 120


def test_a_key_that_may_read_but_not_capture_is_remembered_too(deployment: Deployment) -> None:
    hold = deployment.started()
    deployment.control.fault("refuse", "POST", "*/capture", times=1000, status=403, code="more_permissions_required")

    deployment.sweep_for(hours=3, every=1 / 6)

    assert deployment.alerts() == ["stuck"]
    assert deployment.hold(hold.id).refused_at is None


def test_an_outage_that_ends_within_the_hour_alerts_nobody(deployment: Deployment) -> None:
    hold = deployment.started()
    deployment.pass_time(minutes=30, seconds=1)
    deployment.control.fault("drop_before", "*", "/v1/*", times=10)

    deployment.sweep_for(hours=2, every=1 / 30)

    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    assert deployment.alerts() + deployment.alerts(closed=True) == []


def test_an_order_that_stripe_does_not_answer_about_is_said_as_well(deployment: Deployment) -> None:
    from tests.integration import shop  # noqa: PLC0415 - the products that it writes are this test's alone

    opened = shop.order(deployment)
    revoke_key(deployment)

    deployment.sweep_for(hours=3, every=1 / 6)

    assert deployment.alerts() == ["stuck"]
    deployment.use(deployment.stripe)
    shop.pay_page(deployment, opened)
    deployment.sweep_for(hours=24)
    assert (deployment.alerts(), deployment.alerts(closed=True)) == ([], ["stuck"])


def test_a_payer_is_told_to_try_again_and_nothing_is_lost_while_the_key_is_dead(deployment: Deployment) -> None:
    deployment.create("s1")
    revoke_key(deployment)

    with pytest.raises(Refusal) as refusal:
        deployment.create("s1")

    assert refusal.value.code is Code.PAYMENT_UNAVAILABLE
    deployment.use(deployment.stripe)
    assert deployment.create("s1").hold.attempt == 1
