"""Refunds and disputes of which no webhook comes (H-18, TC-009 … TC-013): found in Stripe's list of events."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from itertools import count

import pytest

from payments.adapters import stripe_gateway
from payments.core.processed_events import Outcome
from payments.jobs import reconcile
from tests.integration.house import House, Json
from tests.integration.taken import ForChat, ForOrder, Take, for_either
from tests.integration.watched import dies

LOST, DONE, FAILED = 1200, "done", "failed"


def asked_by(house: House) -> tuple[Counter[str], list[str]]:
    """How a run came out, and what it asked of Stripe."""
    house.control.clear_requests()
    done = reconcile.run(house.deps)
    return done, [r["path"] for r in house.control.requests()]


@for_either
def test_a_refund_of_which_nothing_was_heard_is_found(house: House, take: Take) -> None:
    """TC-010."""
    taken = take(house)
    taken.refund(LOST)

    done = reconcile.run(house.deps)

    assert set(done) == {DONE}
    assert taken.stands == taken.after(LOST)
    taken.check()


@for_either
def test_a_dispute_of_which_nothing_was_heard_is_raised(house: House, take: Take) -> None:
    """TC-011."""
    taken = take(house)
    taken.dispute()

    reconcile.run(house.deps)

    assert taken.went_back == (0, "needs_response")
    taken.check("disputed")


@for_either
def test_what_was_won_is_given_back_though_nothing_was_heard_of_it(house: House, take: Take) -> None:
    """TC-012."""
    taken = take(house)
    dispute = taken.dispute()
    house.deliver()
    house.control.close_dispute(dispute, "won")

    reconcile.run(house.deps)

    assert taken.went_back == (0, "won")
    taken.check("disputed")


@for_either
def test_a_run_after_the_webhooks_asks_for_the_list_alone(house: House, take: Take) -> None:
    taken = take(house)
    taken.refund(LOST)
    taken.dispute()
    house.deliver()
    before = house.everything()

    done, requests = asked_by(house)

    assert (done, requests) == (Counter(), ["/v1/events"])
    assert house.everything() == before


@for_either
def test_a_second_run_and_webhooks_that_come_after_all_change_nothing(house: House, take: Take) -> None:
    taken = take(house)
    taken.refund(LOST)
    late = house.news()
    reconcile.run(house.deps)
    before = house.everything()

    again, requests = asked_by(house)

    assert (again, requests) == (Counter(), ["/v1/events"])
    assert {house.receive(body) for body in late} == {Outcome.DUPLICATE}
    assert house.everything() == before


@pytest.fixture
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stripe's list in small pages."""
    monkeypatch.setattr(stripe_gateway, "EVENTS_A_PAGE", 2)


@pytest.mark.usefixtures("two_a_page")
def test_every_page_is_read(house: House) -> None:
    chat, order = ForChat.take(house), ForOrder.take(house)
    for amount in (100, 200, 300):
        chat.refund(amount)
        order.refund(amount)

    done, requests = asked_by(house)

    events = done.total()
    assert requests.count("/v1/events") == (events + 1) // 2 > 2
    assert (chat.stands, order.stands) == (chat.after(600), order.after(600))


def test_what_another_app_of_the_account_refunds_is_not_asked_about(house: House) -> None:
    sold = house.sdk.v1.payment_intents.create({"amount": 900, "currency": "jpy"})
    house.control.pay(sold.client_secret or "", card="4242424242424242")
    house.sdk.v1.refunds.create({"payment_intent": sold.id})
    before = house.everything()

    done, requests = asked_by(house)

    assert (done, requests) == (Counter(), ["/v1/events"])
    assert house.everything() == before


def test_what_is_older_than_stripe_remembers_is_not_asked_for(house: House) -> None:
    reconcile.run(house.deps)

    [listed] = [r for r in house.control.requests() if r["path"] == "/v1/events"]
    since = house.clock() - timedelta(days=30)
    assert abs(int(listed["params"]["created"]["gte"]) - since.timestamp()) < 60


@pytest.mark.usefixtures("asks_once")
def test_a_list_that_stripe_does_not_give_is_asked_for_by_the_next_run(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ForOrder.take(house)
    order.refund(LOST)
    house.control.fault("server_error", "GET", "/v1/events")

    first = reconcile.run(house.deps)
    said = capsys.readouterr().err
    second = reconcile.run(house.deps)

    assert (first, set(second)) == (Counter(), {DONE})
    assert '"WARNING", "message": "listing events failed"' in said
    assert '"isComplete": false' in said
    assert order.stands == order.after(LOST)


@pytest.mark.usefixtures("asks_once")
def test_a_payment_that_stripe_can_t_be_asked_about_stops_no_other(house: House) -> None:
    """The newest comes first."""
    chat, order = ForChat.take(house), ForOrder.take(house)
    chat.refund(LOST)
    order.refund(LOST)
    house.control.fault("server_error", "GET", "/v1/refunds", times=2)

    first = reconcile.run(house.deps)
    second = reconcile.run(house.deps)

    assert set(first) == {Outcome.RETRY.value, DONE}
    assert set(second) == {DONE}
    assert (chat.stands, order.stands) == (chat.after(LOST), order.after(LOST))


def test_a_key_that_may_not_read_events_is_said_loudly(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.with_deps(stripe=house.gateway("sk_test_of_another"))

    done = reconcile.run(house.deps)

    assert done == Counter()
    assert '"ERROR", "message": "listing events failed"' in capsys.readouterr().err


def test_an_event_that_is_not_understood_is_passed_over_and_said(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """Listed events are as old as 30 days, in the shape of their own time."""
    chat, order = ForChat.take(house), ForOrder.take(house)
    chat.refund(LOST)
    order.refund(LOST)
    *_, strange = house.stripe.world.table("event").values()
    strange["data"]["object"]["payment_intent"] = "pi/1"

    reconcile.run(house.deps)

    assert (chat.stands, order.stands) == (chat.after(LOST), order.after(LOST))
    said = capsys.readouterr().err
    assert "event not understood" in said
    assert strange["id"] in said


def test_an_event_that_can_t_be_dealt_with_stops_no_other(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    chat, order = ForChat.take(house), ForOrder.take(house)
    chat.refund(LOST)
    order.refund(LOST)
    house.db.document(order.path).update({"amount": "spoiled"})

    done = reconcile.run(house.deps)

    assert set(done) == {FAILED, DONE}
    assert chat.stands == chat.after(LOST)
    assert "unexpected failure" in capsys.readouterr().err


def reports(capsys: pytest.CaptureFixture[str]) -> list[Json]:
    """What the runs have said of themselves."""
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    return [line for line in lines if line["message"] == "reconcile"]


@pytest.mark.usefixtures("two_a_page")
def test_a_run_whose_time_is_over_between_two_pages_says_so(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    order = ForOrder.take(house)
    for amount in (100, 200):
        order.refund(amount)
    house.deliver()
    began = house.clock()
    looks = iter([began, began])  # at the start, and before the first page is asked for
    house.with_deps(now=lambda: next(looks, began + reconcile.LONGEST))

    done = reconcile.run(house.deps)

    [report] = reports(capsys)
    assert (done, report["isComplete"]) == (Counter(), False)


def test_a_run_that_has_no_time_left_leaves_the_rest_to_the_next(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ForOrder.take(house)
    order.refund(LOST)
    began = house.clock()
    looks = iter([began, began])  # at the start, and before the list is asked for
    house.with_deps(now=lambda: next(looks, began + reconcile.LONGEST))

    done = reconcile.run(house.deps)
    house.with_deps(now=house.clock)
    rest = reconcile.run(house.deps)

    assert set(done) == {"left for the next run"}
    assert rest == Counter({DONE: done.total()})
    first, second = reports(capsys)
    assert (first["severity"], first["isComplete"]) == ("WARNING", False)
    assert (second["severity"], second["isComplete"]) == ("INFO", True)
    assert order.stands == order.after(LOST)


@for_either
def test_a_run_that_dies_is_finished_by_the_next(house: House, take: Take) -> None:
    taken = take(house)
    taken.refund(LOST)

    deaths = next(calls for calls in count() if not dies(house, reconcile.run, calls))

    assert deaths > 3
    assert taken.stands == taken.after(LOST)
    taken.check()
