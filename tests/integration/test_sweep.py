"""The sweep (H-09, H-11, H-16; design 7): bounded, paced, and stopped by nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from payments.adapters.rate_limit import RateLimit
from payments.domain.chat.states import HoldStatus
from payments.jobs import sweep
from payments.stripe_model.answers import IntentAnswer
from tests.integration.deployment import Deployment
from tests.integration.promise import check_promise


def unused(deployment: Deployment, count: int) -> list[str]:
    """Holds that are due to be let go, the oldest first."""
    made = []
    for n in range(count):
        made.append(deployment.paid(f"s{n}", user_id=f"payer{n}").id)
        deployment.pass_time(minutes=1)
    deployment.pass_time(hours=73)
    return made


def statuses(deployment: Deployment, intent_ids: list[str]) -> list[str]:
    return [deployment.intent(intent_id).status for intent_id in intent_ids]


def test_a_run_is_bounded_in_items_and_the_next_goes_on(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "PAGE", 2)
    monkeypatch.setattr(sweep, "MOST", 3)
    due = unused(deployment, 6)

    first, second, third = deployment.sweep(), deployment.sweep(), deployment.sweep()

    assert [r.done.total() for r in (first, second, third)] == [4, 2, 0]
    assert first.oldest_due is not None
    assert first.oldest_due <= deployment.clock()
    assert (second.oldest_due, third.oldest_due) == (None, None)
    assert set(statuses(deployment, due)) == {"canceled"}


def test_a_run_is_bounded_in_time(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it can't begin is left for the next run, and reported."""
    monkeypatch.setattr(sweep, "LONGEST", timedelta())
    unused(deployment, 1)

    report = deployment.sweep()

    assert report.done == {}
    assert report.oldest_due is not None


class Poisoned:
    """A gateway that fails on one hold in a way that nobody has foreseen."""

    def __init__(self, gateway: Any, intent_id: str) -> None:
        self._gateway, self._intent_id = gateway, intent_id

    def cancel(self, hold: Any) -> IntentAnswer:
        if hold.id == self._intent_id:
            raise ZeroDivisionError
        answer: IntentAnswer = self._gateway.cancel(hold)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)


def test_an_item_that_fails_is_said_and_stops_nothing(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = unused(deployment, 4)
    plain = deployment.deps.chat.stripe
    poisoned: Any = Poisoned(plain, first)
    deployment.with_deps(stripe=poisoned)

    report = deployment.sweep()

    assert report.done == {"failed": 1, "cancel: canceled": 3}
    assert set(statuses(deployment, others)) == {"canceled"}
    [said] = [line for line in _lines(capsys) if line["message"] == "sweep item failed"]
    assert first in said["item"]
    assert "ZeroDivisionError" in said["traceback"]
    deployment.with_deps(stripe=plain)
    deployment.pass_time(minutes=3)
    deployment.sweep()
    check_promise(deployment)


def test_an_item_that_always_fails_does_not_stay_at_the_front(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its claim moves its `dueAt` on: with room for one item only, the second run is the next one's."""
    monkeypatch.setattr(sweep, "PAGE", 1)
    monkeypatch.setattr(sweep, "MOST", 1)
    first, second = unused(deployment, 2)
    poisoned: Any = Poisoned(deployment.deps.chat.stripe, first)
    deployment.with_deps(stripe=poisoned)

    deployment.sweep()
    deployment.sweep()

    assert statuses(deployment, [first, second]) == ["requires_capture", "canceled"]


def test_a_document_that_cannot_be_read_is_said_and_passed_over(
    deployment: Deployment, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it is the oldest, and the only one of its page."""
    monkeypatch.setattr(sweep, "PAGE", 1)
    first, *others = unused(deployment, 3)
    deployment.db.document(f"payment_intents/{first}").update({"amount": "5000", "status": "stolen"})

    report = deployment.sweep()

    assert report.done == {"cancel: canceled": 2}
    assert set(statuses(deployment, others)) == {"canceled"}
    said = [line for line in _lines(capsys) if line["message"] == "corrupt document"]
    assert said
    assert said[0]["document"] == f"payment_intents/{first}: amount, status"
    assert "stolen" not in json.dumps(said)


def test_the_oldest_due_is_told_though_a_document_that_cannot_be_read_is_older(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gauge that wakes somebody must not be blinded by one broken document."""
    monkeypatch.setattr(sweep, "MOST", 0)
    first, second = unused(deployment, 2)
    deployment.db.document(f"payment_intents/{first}").update({"status": "stolen"})

    report = deployment.sweep()

    assert report.oldest_due == deployment.hold(second).due_at


def test_a_run_says_in_one_line_what_it_did(deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    unused(deployment, 2)
    used = deployment.started(user_id="another")
    deployment.pass_time(minutes=31)
    capsys.readouterr()

    report = deployment.sweep()

    [line] = [line for line in _lines(capsys) if line["message"] == "sweep"]
    assert line["severity"] == "INFO"
    assert line["done"] == report.done == {"cancel: canceled": 2, "end: captured": 1}
    assert line["oldestDueAt"] is None
    assert line["seconds"] >= 0
    assert deployment.hold(used.id).status is HoldStatus.CAPTURED


def test_a_run_asks_stripe_no_faster_than_it_may(deployment: Deployment) -> None:
    """At one call in 1,000 seconds each call waits for its turn: the first goes at once."""
    waits: list[float] = []
    due = unused(deployment, 4)
    deployment.with_deps(stripe=deployment.gateway(before_request=RateLimit(0.001, waits.append).wait))

    deployment.sweep()

    assert sorted(round(wait, -3) for wait in waits) == [1000, 2000, 3000]
    assert set(statuses(deployment, due)) == {"canceled"}


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
