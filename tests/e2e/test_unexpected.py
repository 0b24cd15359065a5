"""What nobody has foreseen: the caller learns an id, the log the rest, and neither learns a secret."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.answers import refused, secrets_in
from tests.e2e.conftest import NOBODY_LISTENS, Deploy
from tests.e2e.http_site import OF_CHATS, Site, sign
from tests.integration.deployment import PAYER

pytestmark = pytest.mark.xdist_group("functions")

FUNCTION_SECONDS = 60
"""What `main.py` allows a function: the platform ends a request then."""


def entry_of(log: str, correlation_id: str) -> dict[str, Any]:
    """The structured line of the log that has this id."""
    (line,) = [line for line in log.splitlines() if line.startswith("{") and correlation_id in line]
    entry: dict[str, Any] = json.loads(line)
    return entry


@pytest.mark.parametrize("function", OF_CHATS)
def test_a_failure_nobody_foresaw_is_answered_with_the_id_it_is_logged_under(site: Site, function: str) -> None:
    """Here somebody has changed a document by hand to what no code of ours writes."""
    hold = site.deployment.paid()
    site.db.document(f"sessions/{hold.session_id}").update({"attempt": "a secret of theirs"})

    with site.nothing_happens():
        answer = refused(site.call(function, site.good(function, hold)))

    assert (answer.http_status, answer.status, answer.code) == (500, "INTERNAL", "internal")
    assert answer.details.keys() == {"code", "correlationId"}
    assert answer.details["correlationId"] in answer.message
    assert answer.is_japanese
    entry = entry_of(site.functions.log(function), answer.details["correlationId"])
    assert (entry["severity"], entry["function"]) == ("ERROR", function)
    assert f"CorruptDocument: sessions/{hold.session_id}: attempt" in entry["traceback"]
    assert "a secret of theirs" not in site.functions.log(function)


FAULTS: dict[str, dict[str, Any]] = {
    "the connection is lost": {"kind": "drop_after"},
    "it does not know the key": {
        "kind": "refuse",
        "status": 401,
        "message": "Invalid API Key provided: sk_test_leaked",
    },
    "it refuses": {"kind": "refuse", "status": 400, "code": "amount_too_small", "message": "of taro@example.com"},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_hold_that_stripe_does_not_make_is_unavailable_and_the_reason_is_in_the_log(
    site: Site, fault: dict[str, Any]
) -> None:
    """The log has Stripe's code alone: its messages may name a person, or a part of a key."""
    asked = site.new_session()
    site.deployment.control.fault(method="POST", path="/v1/payment_intents", times=9, **fault)

    answer = refused(site.call("createPaymentIntent", asked))

    assert (answer.http_status, answer.details) == (503, {"code": "payment_unavailable"})
    (line,) = [line for line in site.functions.log("createPaymentIntent").splitlines() if asked["sessionId"] in line]
    assert json.loads(line)["message"] == "create failed"
    assert secrets_in(line + answer.message) == []


def test_a_database_out_of_reach_is_answered_before_the_platform_gives_up(site: Site, deploy: Deploy) -> None:
    """After that there would be no answer, no correlation id and no line in the log."""
    functions = deploy(FIRESTORE_EMULATOR_HOST=NOBODY_LISTENS)
    site.deployment.pay(site.deployment.create())
    event = json.dumps(site.the_event("payment_intent.amount_capturable_updated")).encode()
    signed = {"Stripe-Signature": sign(event, site.webhook_secret)}
    token = {"Authorization": f"Bearer {functions.token(PAYER)}"}
    requests: dict[str, dict[str, Any]] = {
        "endSession": {"json": {"data": {"sessionId": "s1"}}, "headers": token},
        "stripeWebhook": {"data": event, "headers": signed},
        "sweepHolds": {"json": {}},
    }

    with ThreadPoolExecutor(3) as pool:
        waiting = {
            name: pool.submit(functions.send, name, timeout=FUNCTION_SECONDS, **request)
            for name, request in requests.items()
        }

    assert {name: answer.result().status_code for name, answer in waiting.items()} == dict.fromkeys(requests, 500)
    assert refused(waiting["endSession"].result()).details["correlationId"] in functions.log("endSession")
    assert waiting["stripeWebhook"].result().json()["correlationId"] in functions.log("stripeWebhook")
    assert waiting["sweepHolds"].result().text in functions.log("sweepHolds")


def test_no_answer_and_no_log_gives_away_a_secret(site: Site) -> None:
    """The payer is the only one who gets the client secret, and the log never does."""
    created = site.call("createPaymentIntent", site.new_session()).json()["result"]
    again = site.call("createPaymentIntent", {"sessionId": created["sessionId"]}).json()["result"]
    site.deployment.control.pay(created["clientSecret"])
    site.deliver(site.the_event("payment_intent.amount_capturable_updated"))
    answers = [
        site.call("startSession", {"sessionId": created["sessionId"]}),
        site.call("capturePaymentIntent", {"paymentIntentId": created["paymentIntentId"]}),
        site.call("endSession", {"sessionId": created["sessionId"]}),
        site.call("cancelPaymentIntent", {"paymentIntentId": created["paymentIntentId"]}),
    ]

    assert again["clientSecret"] == created["clientSecret"]
    assert [secrets_in(answer.text) for answer in answers] == [[], [], [], []]
    assert secrets_in(site.functions.log()) == []
    assert secrets_in(json.dumps(site.deployment.everything(), default=str)) == []
