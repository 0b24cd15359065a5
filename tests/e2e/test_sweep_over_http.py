"""`sweepHolds` as Cloud Scheduler calls it (H-11, H-16)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.e2e.http_site import Site

pytestmark = pytest.mark.xdist_group("functions")

SCHEDULER = {
    "User-Agent": "Google-Cloud-Scheduler",
    "X-CloudScheduler": "true",
    "X-CloudScheduler-JobName": "firebase-schedule-sweepHolds-asia-northeast1",
    "X-CloudScheduler-ScheduleTime": "2026-01-01T00:05:00Z",
    "Content-Type": "application/json",
}


def sweep(site: Site, method: str = "POST", **headers: str) -> requests.Response:
    return site.functions.send("sweepHolds", method, data=b"{}", headers={**SCHEDULER, **headers})


def abandoned(site: Site) -> str:
    """The id of a hold that was authorized 73 hours ago and never used."""
    hold = site.deployment.paid()
    site.let_time_pass(f"payment_intents/{hold.id}", hours=73)
    return hold.id


def reports(site: Site, after: int = 0) -> list[dict[str, Any]]:
    """What the runs have said of themselves, without the first `after` of them."""
    lines = site.functions.log("sweepHolds").splitlines()
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    return [entry for entry in entries if entry["message"] == "sweep"][after:]


def test_the_schedulers_call_releases_what_is_due_and_says_so_in_one_line(site: Site) -> None:
    intent_id, waiting = abandoned(site), site.deployment.paid()
    before = len(reports(site))

    answer = sweep(site)

    assert answer.status_code == 200
    assert site.deployment.hold(intent_id).status is HoldStatus.CANCELED
    assert site.deployment.intent(intent_id).cancellation_reason == "abandoned"
    assert site.deployment.hold(waiting.id).status is HoldStatus.REQUIRES_CAPTURE
    (report,) = reports(site, before)
    assert (report["done"], report["oldestDueAt"]) == ({"cancel: canceled": 1}, None)


def test_a_chat_whose_time_is_over_is_ended_and_captured(site: Site) -> None:
    """H-09, H-10, H-17."""
    hold = site.deployment.started()
    for path in (f"payment_intents/{hold.id}", f"sessions/{hold.session_id}"):
        site.let_time_pass(path, minutes=30)

    sweep(site)

    assert site.deployment.hold(hold.id).status is HoldStatus.CAPTURED
    assert site.deployment.session(hold.session_id).status is SessionStatus.ENDED
    assert site.deployment.intent(hold.id).amount_received == 5000


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_only_a_post_runs_it(site: Site, method: str) -> None:
    """The emulator's health check, and a crawler, send a GET."""
    abandoned(site)
    before = len(reports(site))

    with site.nothing_happens():
        answer = sweep(site, method)

    assert answer.status_code == 405
    assert reports(site, before) == []
