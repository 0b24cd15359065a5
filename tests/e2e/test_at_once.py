"""Many at once, in the threads of one instance, as Cloud Run lets them in."""

from __future__ import annotations

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.e2e.answers import outcome
from tests.e2e.http_site import Site
from tests.integration.deployment import PAYER

pytestmark = pytest.mark.xdist_group("functions")

MANY = 16


def at_once(site: Site, function: str, data: Any, people: list[str]) -> list[requests.Response]:
    """The same call by all of these people at the same time."""
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(lambda uid: site.call(function, data, by=uid), people))


def done(answers: list[requests.Response]) -> list[dict[str, Any]]:
    return [answer.json()["result"] for answer in answers if answer.ok]


def codes(answers: list[requests.Response]) -> Counter[str | None]:
    return Counter(outcome(answer)[2] for answer in answers if not answer.ok)


def test_a_hold_asked_for_many_times_at_once_is_one_payment_intent(site: Site) -> None:
    asked = site.new_session()

    answers = at_once(site, "createPaymentIntent", asked, [PAYER] * MANY)

    assert codes(answers).keys() <= {"busy", "payment_unavailable"}
    assert len({answer["paymentIntentId"] for answer in done(answers)}) == 1
    intents = site.deployment.sdk.v1.payment_intents.list({"limit": 100}).data
    assert [intent.metadata["sessionId"] for intent in intents] == [asked["sessionId"]]
    assert len([path for path in site.deployment.everything() if path.startswith("payment_intents/")]) == 1


def test_a_session_id_that_many_people_ask_for_at_once_is_one_persons(site: Site) -> None:
    """The others get neither a payment nor anybody's client secret."""
    people = [f"person-{number}" for number in range(MANY)]

    answers = at_once(site, "createPaymentIntent", site.new_session(), people)

    assert len(done(answers)) == 1
    assert codes(answers).keys() <= {"session_not_yours", "busy"}
    assert len(site.deployment.sdk.v1.payment_intents.list({"limit": 100}).data) == 1


def test_a_capture_asked_for_many_times_at_once_takes_the_money_once(site: Site) -> None:
    hold = site.deployment.started()

    answers = at_once(site, "capturePaymentIntent", {"paymentIntentId": hold.id}, [PAYER] * MANY)

    assert codes(answers).keys() <= {"busy"}
    assert {answer["status"] for answer in done(answers)} == {"captured"}
    captures = [r for r in site.deployment.control.requests() if r["path"].endswith("/capture")]
    assert len([r for r in captures if r["effect"]]) == 1
    assert site.deployment.intent(hold.id).amount_received == 5000


def test_a_chat_ended_many_times_at_once_ends_once(site: Site) -> None:
    hold = site.deployment.started()

    answers = at_once(site, "endSession", {"sessionId": hold.session_id}, [PAYER] * MANY)

    assert codes(answers).keys() <= {"busy"}
    assert len({answer["endedAt"] for answer in done(answers)}) == 1
    assert {answer["payment"] for answer in done(answers)} <= {"captured", "pending"}
    assert site.deployment.intent(hold.id).amount_received == 5000


def test_the_same_event_many_times_at_once_is_dealt_with_once(site: Site) -> None:
    """Stripe sends it again where it has not heard in time."""
    site.deployment.pay(site.deployment.create())
    event = site.the_event("payment_intent.amount_capturable_updated")

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(lambda _: site.deliver(event), range(MANY)))

    told = Counter(answer.json().get("outcome") for answer in answers)
    assert {answer.status_code for answer in answers} == {200}
    assert told == {"done": 1, "duplicate": MANY - 1}


def test_a_person_may_try_twenty_times_an_hour(site: Site) -> None:
    """Card testing: new attempts count; the same one again does not."""
    same = {"sessionId": uuid.uuid4().hex, "consultantId": "consultant"}

    tries = [site.call("createPaymentIntent", site.new_session()) for _ in range(19)]
    repeats = [site.call("createPaymentIntent", same) for _ in range(3)]
    with site.nothing_happens():
        one_more = site.call("createPaymentIntent", site.new_session())

    assert all(answer.ok for answer in [*tries, *repeats])
    assert outcome(one_more) == (429, "RESOURCE_EXHAUSTED", "too_many_attempts")
    assert 0 < one_more.json()["error"]["details"]["retryAfterSeconds"] <= 3600
