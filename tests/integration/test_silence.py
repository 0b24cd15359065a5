"""No webhook for an hour after a change at Stripe: a wrong secret, or an endpoint that is gone, shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import pytest

from tests.integration.deployment import Deployment, Json
from tests.integration.shop import paid_unheard, result


def captured(deployment: Deployment) -> str:
    """A chat that its payer has started and ended; nothing is delivered."""
    created = deployment.create()
    deployment.pay(created)
    deployment.start(created.hold)
    deployment.end(created.hold)
    return created.hold.id


def canceled(deployment: Deployment) -> str:
    return deployment.cancel(deployment.create().hold).id


def paid_order(deployment: Deployment) -> str:
    """An order whose page has asked Stripe."""
    order_id = paid_unheard(deployment)
    result(deployment, order_id, confirm=True)
    return order_id


CHANGES: Final = [captured, canceled, paid_order]


def silences(deployment: Deployment) -> list[Json]:
    found = [s.to_dict() or {} for s in deployment.db.collection("alerts").stream()]
    return [alert for alert in found if alert["kind"] == "webhooks_silent"]


def sweep_each_minute(deployment: Deployment, minutes: int) -> list[int]:
    """Sweep once a minute: how many alerts there were after each."""
    counts = []
    for _ in range(minutes):
        deployment.pass_time(minutes=1)
        deployment.sweep()
        counts.append(len(silences(deployment)))
    return counts


@pytest.mark.parametrize("change", CHANGES)
def test_no_webhook_for_an_hour_after_a_change_is_raised_once(
    deployment: Deployment, capsys: pytest.CaptureFixture[str], change: Callable[[Deployment], str]
) -> None:
    """C-06: a wrong secret is answered 400, as any stranger's noise is."""
    change(deployment)

    counts = sweep_each_minute(deployment, 70)

    assert 50 < counts.count(0) < 66
    (alert,) = silences(deployment)
    assert alert["text"].startswith("no webhook ever, though ")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["text"] for line in lines if line.get("alert") == "webhooks_silent"] == [alert["text"]]


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_raised_if_the_change_is_heard(deployment: Deployment, change: Callable[[Deployment], str]) -> None:
    change(deployment)
    deployment.deliver()

    sweep_each_minute(deployment, 70)

    assert silences(deployment) == []


def test_nothing_is_raised_while_nothing_changes(deployment: Deployment) -> None:
    """A night without customers is no silence; a hold that is open moves nothing."""
    deployment.create()

    for _ in range(12):
        deployment.pass_time(hours=1)
        deployment.sweep()

    assert silences(deployment) == []


def test_the_next_silence_is_raised_again(deployment: Deployment) -> None:
    """Once for each, whatever else changes meanwhile, and named by the last event that was heard."""
    captured(deployment)
    for _ in range(2):
        deployment.deliver()
        deployment.pass_time(hours=1)
        captured(deployment)
        canceled(deployment)
        sweep_each_minute(deployment, 70)

    told = silences(deployment)
    assert len(told) == 2
    assert all(alert["intentId"].startswith("evt_") for alert in told)
    assert all(alert["text"].startswith("no webhook since ") for alert in told)


def test_a_silence_is_found_by_sweeps_that_run_but_once_an_hour(deployment: Deployment) -> None:
    canceled(deployment)

    for _ in range(5):
        deployment.pass_time(hours=1)
        deployment.sweep()

    assert len(silences(deployment)) == 1


def test_what_changed_more_than_a_day_ago_is_raised_no_more(deployment: Deployment) -> None:
    """The marks of processed events are deleted one day: a quiet month is no silence."""
    captured(deployment)
    deployment.pass_time(hours=26)

    sweep_each_minute(deployment, 4)

    assert silences(deployment) == []
