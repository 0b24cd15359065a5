"""Refunds and disputes of which no webhook comes (H-18, TC-009 … TC-013): found in Stripe's list of events."""

from __future__ import annotations

import json
from collections import Counter
from itertools import count

import pytest

from payments.adapters import stripe_gateway
from payments.core.processed_events import Outcome
from payments.jobs import reconcile
from tests.integration.deployment import Deployment, Json
from tests.integration.payments_made import ForChat, ForOrder, Take, for_either
from tests.integration.round_trips import dies

LOST, DONE, FAILED = 1200, "done", "failed"


def asked_by(deployment: Deployment) -> tuple[Counter[str], list[str]]:
    """How a run came out, and what it asked of Stripe."""
    deployment.control.clear_requests()
    done = reconcile.run(deployment.deps)
    return done, [r["path"] for r in deployment.control.requests()]


@for_either
def test_a_second_run_and_webhooks_that_come_after_all_change_nothing(deployment: Deployment, take: Take) -> None:
    taken = take(deployment)
    taken.refund(LOST)
    late = deployment.news()
    reconcile.run(deployment.deps)
    before = deployment.everything()

    again, requests = asked_by(deployment)

    assert (again, requests) == (Counter(), ["/v1/events"])
    assert {deployment.receive(body) for body in late} == {Outcome.DUPLICATE}
    assert deployment.everything() == before


@pytest.fixture
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stripe's list in small pages."""
    monkeypatch.setattr(stripe_gateway, "EVENTS_A_PAGE", 2)


@pytest.mark.usefixtures("two_a_page")
def test_refunds_of_which_nothing_was_heard_are_found_on_every_page(deployment: Deployment) -> None:
    """TC-010."""
    chat, order = ForChat.take(deployment), ForOrder.take(deployment)
    for amount in (100, 200, 300):
        chat.refund(amount)
        order.refund(amount)

    done, requests = asked_by(deployment)

    events = done.total()
    assert requests.count("/v1/events") == (events + 1) // 2 > 2
    assert (chat.stands, order.stands) == (chat.after(600), order.after(600))


@pytest.mark.usefixtures("asks_once")
def test_a_list_that_stripe_does_not_give_is_asked_for_by_the_next_run(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ForOrder.take(deployment)
    order.refund(LOST)
    deployment.control.fault("server_error", "GET", "/v1/events")

    first = reconcile.run(deployment.deps)
    said = capsys.readouterr().err
    second = reconcile.run(deployment.deps)

    assert (first, set(second)) == (Counter(), {DONE})
    assert '"WARNING", "message": "listing events failed"' in said
    assert '"isComplete": false' in said
    assert order.stands == order.after(LOST)


@pytest.mark.usefixtures("asks_once")
def test_a_payment_that_stripe_can_t_be_asked_about_stops_no_other(deployment: Deployment) -> None:
    """The newest comes first."""
    chat, order = ForChat.take(deployment), ForOrder.take(deployment)
    chat.refund(LOST)
    order.refund(LOST)
    deployment.control.fault("server_error", "GET", "/v1/refunds", times=2)

    first = reconcile.run(deployment.deps)
    second = reconcile.run(deployment.deps)

    assert set(first) == {Outcome.RETRY.value, DONE}
    assert set(second) == {DONE}
    assert (chat.stands, order.stands) == (chat.after(LOST), order.after(LOST))


def test_a_key_that_may_not_read_events_is_said_loudly(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.with_deps(stripe=deployment.gateway("sk_test_of_another"))

    done = reconcile.run(deployment.deps)

    assert done == Counter()
    assert '"ERROR", "message": "listing events failed"' in capsys.readouterr().err


def test_an_event_that_is_not_understood_is_passed_over_and_said(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    """Listed events are as old as 30 days, in the shape of their own time."""
    chat, order = ForChat.take(deployment), ForOrder.take(deployment)
    chat.refund(LOST)
    order.refund(LOST)
    *_, strange = deployment.stripe.account.table("event").values()
    strange["data"]["object"]["payment_intent"] = "pi/1"

    reconcile.run(deployment.deps)

    assert (chat.stands, order.stands) == (chat.after(LOST), order.after(LOST))
    said = capsys.readouterr().err
    assert "event not understood" in said
    assert strange["id"] in said


def test_an_event_that_can_t_be_dealt_with_stops_no_other(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    chat, order = ForChat.take(deployment), ForOrder.take(deployment)
    chat.refund(LOST)
    order.refund(LOST)
    deployment.db.document(order.path).update({"amount": "spoiled"})

    done = reconcile.run(deployment.deps)

    assert set(done) == {FAILED, DONE}
    assert chat.stands == chat.after(LOST)
    assert "unexpected failure" in capsys.readouterr().err


def reports(capsys: pytest.CaptureFixture[str]) -> list[Json]:
    """What the runs have said of themselves."""
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    return [line for line in lines if line["message"] == "reconcile"]


def test_a_run_that_has_no_time_left_leaves_the_rest_to_the_next(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ForOrder.take(deployment)
    order.refund(LOST)
    began = deployment.clock()
    looks = iter([began, began])  # at the start, and before the list is asked for
    deployment.with_deps(now=lambda: next(looks, began + reconcile.LONGEST))

    done = reconcile.run(deployment.deps)
    deployment.with_deps(now=deployment.clock)
    rest = reconcile.run(deployment.deps)

    assert set(done) == {"left for the next run"}
    assert rest == Counter({DONE: done.total()})
    first, second = reports(capsys)
    assert (first["severity"], first["isComplete"]) == ("WARNING", False)
    assert (second["severity"], second["isComplete"]) == ("INFO", True)
    assert order.stands == order.after(LOST)


@for_either
def test_a_run_that_dies_is_finished_by_the_next(deployment: Deployment, take: Take) -> None:
    taken = take(deployment)
    taken.refund(LOST)

    deaths = next(calls for calls in count() if not dies(deployment, reconcile.run, calls))

    assert deaths > 3
    assert taken.stands == taken.after(LOST)
    taken.check()
