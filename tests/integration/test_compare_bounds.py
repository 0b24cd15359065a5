"""How far back `comparePayments` looks, and how it goes on over runs (design 8)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from payments.adapters import stripe_gateway
from payments.commands import compare_payments
from payments.domain.chat.states import SessionStatus
from payments.jobs import compare
from tests.integration.deployment import Deployment, Json

CHANGED = "changed"
LOOK = "looks/comparePayments"


@pytest.fixture
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stripe's list in small pages."""
    monkeypatch.setattr(stripe_gateway, "INTENTS_A_PAGE", 2)


def pay_unheard(deployment: Deployment, chats: int) -> None:
    """So many chats are paid, and no webhook comes."""
    for number in range(chats):
        deployment.pay(deployment.create(f"s{number}", user_id=f"payer-{number}"))


def ready(deployment: Deployment) -> int:
    return sum(session.status is SessionStatus.READY for session in deployment.sessions().values())


def listed(deployment: Deployment) -> list[Json]:
    """What Stripe's list has been asked for since it was cleared."""
    found = [r["params"] for r in deployment.control.requests() if r["path"] == "/v1/payment_intents"]
    deployment.control.clear_requests()
    return found


def reports(capsys: pytest.CaptureFixture[str]) -> list[Json]:
    """What the runs have said of themselves."""
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    return [line for line in lines if line["message"] == "compare"]


def days_back(deployment: Deployment) -> list[int]:
    """How far back each run has looked, in days."""
    now = deployment.clock()
    return [round((now.timestamp() - int(each["created"]["gte"])) / 86_400) for each in listed(deployment)]


def test_it_looks_back_3_days_each_day_and_35_each_week(deployment: Deployment) -> None:
    """A yen authorization lives 30 days."""
    deployment.control.clear_requests()
    looks = []

    for _ in range(9):
        compare.run(deployment.deps)
        looks += days_back(deployment)
        deployment.pass_time(days=1)

    assert looks == [35, 3, 3, 3, 3, 3, 3, 35, 3]


def test_the_runs_of_the_hours_after_a_look_ask_nothing(deployment: Deployment) -> None:
    compare.run(deployment.deps)
    deployment.control.clear_requests()

    for _ in range(22):
        deployment.pass_time(hours=1)
        compare.run(deployment.deps)

    assert listed(deployment) == []


@pytest.mark.usefixtures("two_a_page")
def test_every_page_is_read(deployment: Deployment) -> None:
    pay_unheard(deployment, 5)
    deployment.control.clear_requests()

    done = compare.run(deployment.deps)

    assert done == {CHANGED: 5}
    assert len(listed(deployment)) == 3
    assert ready(deployment) == 5


class Stopping:
    """A clock by which a run's time is over after so many looks at it."""

    def __init__(self, deployment: Deployment, looks: int) -> None:
        self._clock, self._left = deployment.clock, looks

    def __call__(self) -> datetime:
        self._left -= 1
        return self._clock() + (compare.LONGEST if self._left < 0 else timedelta())


@pytest.mark.usefixtures("two_a_page")
@pytest.mark.parametrize("looks", range(2, 14))
def test_a_run_whose_time_is_over_is_gone_on_with_by_the_next(
    deployment: Deployment, capsys: pytest.CaptureFixture[str], looks: int
) -> None:
    """Whether it is over between two pages or in the middle of one."""
    pay_unheard(deployment, 5)
    deployment.with_deps(now=Stopping(deployment, looks))
    first = compare.run(deployment.deps)
    deployment.with_deps(now=deployment.clock)

    second = compare.run(deployment.deps)

    assert ready(deployment) == 5
    assert first[CHANGED] + second[CHANGED] == 5
    told = reports(capsys)
    assert (told[0]["severity"], told[0]["isComplete"]) == ("WARNING", False)
    assert (told[-1]["severity"], told[-1]["isComplete"]) == ("INFO", True)


def test_a_page_that_is_half_done_is_not_begun_again(deployment: Deployment) -> None:
    """Else a few that Stripe never answers for would take the time of every run."""
    pay_unheard(deployment, 5)
    newest_first = list(deployment.intents())
    deployment.with_deps(now=Stopping(deployment, 6))

    done = compare.run(deployment.deps)[CHANGED]

    assert 0 < done < 5
    assert deployment.db.document(LOOK).get().get("after") == newest_first[done - 1]


def test_payments_that_come_while_it_is_under_way_shift_nothing(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list grows at its head: the next page begins behind the payment that was read last."""
    monkeypatch.setattr(stripe_gateway, "INTENTS_A_PAGE", 2)
    pay_unheard(deployment, 4)
    deployment.with_deps(now=Stopping(deployment, 4))
    compare.run(deployment.deps)
    deployment.pay(deployment.create("new", user_id="payer-new"))
    deployment.with_deps(now=deployment.clock)

    compare.run(deployment.deps)
    deployment.pass_time(days=1)
    compare.run(deployment.deps)

    assert ready(deployment) == 5


@pytest.mark.usefixtures("asks_once")
def test_a_list_that_stripe_does_not_give_is_asked_for_an_hour_later(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    pay_unheard(deployment, 1)
    deployment.control.fault("server_error", "GET", "/v1/payment_intents")

    first = compare.run(deployment.deps)
    said = capsys.readouterr().err
    deployment.pass_time(hours=1)
    second = compare.run(deployment.deps)

    assert (first, second) == ({}, {CHANGED: 1})
    assert '"WARNING", "message": "listing PaymentIntents failed"' in said
    assert '"isComplete": false' in said


def test_a_key_that_may_not_list_payments_is_said_loudly(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.with_deps(stripe=deployment.gateway("sk_test_of_another"))

    assert compare.run(deployment.deps) == {}
    assert '"ERROR", "message": "listing PaymentIntents failed"' in capsys.readouterr().err


def test_a_look_that_another_account_s_key_can_t_go_on_with_begins_anew(deployment: Deployment) -> None:
    """The key was changed between two runs: where the look stood means nothing to the new account."""
    pay_unheard(deployment, 1)
    since = deployment.clock() - timedelta(days=3)
    deployment.db.document(LOOK).set({"begunAt": since, "wholeAt": since, "since": since, "after": "pi_elsewhere"})

    first, second = compare.run(deployment.deps), compare.run(deployment.deps)

    assert (first, second) == ({}, {CHANGED: 1})


def test_a_payment_that_is_not_understood_is_passed_over_and_said(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    pay_unheard(deployment, 2)
    strange, *_ = deployment.stripe.account.table("payment_intent").values()
    strange["amount"] = "5,000"

    compare.run(deployment.deps)

    assert ready(deployment) == 1
    assert "PaymentIntent not understood" in capsys.readouterr().err


def ask(deployment: Deployment, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    """Somebody asks for a look at a terminal."""
    monkeypatch.setattr(compare_payments, "open_store", lambda: deployment.deps.store)
    compare_payments.main(arguments)


def test_a_look_is_made_on_demand(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a backup was restored nobody wants to wait for a week."""
    compare.run(deployment.deps)
    deployment.control.clear_requests()

    ask(deployment, monkeypatch, "--days", "60")
    compare.run(deployment.deps)

    assert days_back(deployment) == [60]


def test_a_look_that_is_asked_for_while_one_is_under_way_takes_its_place(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay_unheard(deployment, 1)
    gateway: Any = deployment.deps.intents

    class Asking:
        def list_intents(self, since: datetime, after: str | None) -> Any:
            if since > deployment.clock() - timedelta(days=50):
                ask(deployment, monkeypatch, "--days", "60")
            return gateway.list_intents(since, after)

    compare.run(replace(deployment.deps, intents=Asking()))
    deployment.control.clear_requests()
    compare.run(deployment.deps)

    assert days_back(deployment) == [60]


@pytest.mark.parametrize("days", ["0", "-1", "401", "all"])
def test_a_number_of_days_that_makes_no_sense_is_refused(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    with pytest.raises(SystemExit):
        ask(deployment, monkeypatch, "--days", days)

    assert not deployment.db.document(LOOK).get().exists
