"""Refunds of payments that Stripe doesn't know under our key, such as test payments once the key is a live one."""

from __future__ import annotations

import pytest

from payments.core.processed_events import Outcome
from tests.integration.deployment import Deployment, Json
from tests.integration.payments_made import ForOrder, Take, Taken, for_either


def forgotten(taken: Taken) -> list[Json]:
    """The events of a refund of money that Stripe then knows nothing of."""
    taken.refund(1000)
    events = taken.deployment.news(lambda event: "refund" in event["type"])
    taken.deployment.control.reset()
    return events


@for_either
def test_a_payment_unknown_at_stripe_is_raised_once_and_its_event_not_sent_again(
    deployment: Deployment, take: Take
) -> None:
    """500 for three days would make Stripe give the endpoint up, and with it all that goes well."""
    taken = take(deployment)
    before = deployment.everything()
    events = forgotten(taken)

    outcomes = [deployment.receive(event) for event in (*events, *events)]

    after = deployment.everything()
    [alert] = [path for path in after if path not in before]
    assert set(outcomes) == {Outcome.UNKNOWN_AT_STRIPE}
    assert alert == f"alerts/unknown_at_stripe:{taken.intent}"
    assert {path: doc for path, doc in after.items() if path != alert} == before


def test_a_payment_that_nobody_knows_is_logged_and_its_event_not_sent_again(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    [event, *_] = forgotten(ForOrder.take(deployment))
    event["data"]["object"]["payment_intent"] = "pi_unknown"
    before = deployment.everything()

    outcome = deployment.receive(event)

    assert outcome is Outcome.UNKNOWN_AT_STRIPE
    assert deployment.everything() == before
    assert "payment unknown at Stripe" in capsys.readouterr().err


@for_either
def test_a_key_that_does_not_work_makes_stripe_send_the_event_again(deployment: Deployment, take: Take) -> None:
    taken = take(deployment)
    taken.refund(1000)
    events = deployment.news(lambda event: "refund" in event["type"])
    deployment.with_deps(stripe=deployment.gateway("sk_test_rolled_away"))

    assert {deployment.receive(event) for event in events} == {Outcome.RETRY}
    assert deployment.alerts() == []
