"""Early fraud warnings and reviews: told while a refund or a cancel is still cheaper than a dispute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from payments.core.processed_events import Outcome
from payments.jobs import reconcile
from tests.integration.deployment import Deployment, Json
from tests.integration.payments_made import ForChat, ForOrder, Take, for_either
from tests.integration.shop import paid_unheard

#: What Stripe does to a charge; the event, the alert, and how the alert's text begins.
SUSPICIONS: Final[dict[str, tuple[Callable[[Deployment, str], Json], str, str]]] = {
    "radar.early_fraud_warning.created": (
        lambda deployment, charge: deployment.control.warn_of_fraud(charge),
        "fraud_warning",
        "the card's issuer warns of fraud (unauthorized_use_of_card); ",
    ),
    "review.opened": (
        lambda deployment, charge: deployment.control.open_review(charge),
        "review",
        "Radar asks for a review (rule); ",
    ),
}


def suspect(deployment: Deployment, kind: str, intent_id: str) -> None:
    charge: Any = deployment.intent(intent_id).latest_charge
    SUSPICIONS[kind][0](deployment, charge)


def raised(deployment: Deployment) -> list[Json]:
    """The alerts, without their times."""
    names = ("kind", "intentId", "amount", "currency", "text")
    return [{name: alert[name] for name in names} for alert in deployment.alert_documents()]


@for_either
@pytest.mark.parametrize("kind", SUSPICIONS)
def test_a_suspicion_of_what_was_charged_is_raised_with_the_refund_to_consider(
    deployment: Deployment, take: Take, kind: str
) -> None:
    taken = take(deployment)
    taken.refund(1200)
    deployment.deliver()
    before = taken.stands
    suspect(deployment, kind, taken.intent)

    outcomes = deployment.deliver()

    _, alert, text = SUSPICIONS[kind]
    (told,) = raised(deployment)
    assert outcomes == [Outcome.DONE]
    assert told["text"].startswith(f"{text}consider a refund of 3800 jpy")
    assert (told["kind"], told["intentId"], told["amount"]) == (alert, taken.intent, 5000)
    assert taken.stands == before


@pytest.mark.parametrize("kind", SUSPICIONS)
def test_a_suspicion_of_what_is_held_is_raised_with_the_cancel_to_consider(deployment: Deployment, kind: str) -> None:
    hold = deployment.paid()
    suspect(deployment, kind, hold.id)

    deployment.deliver()

    (told,) = raised(deployment)
    assert told["text"] == SUSPICIONS[kind][2] + "not captured: consider a cancel"
    assert deployment.hold(hold.id) == hold


@for_either
@pytest.mark.parametrize("kind", SUSPICIONS)
def test_what_was_refunded_wholly_is_no_persons_work_any_more(deployment: Deployment, take: Take, kind: str) -> None:
    taken = take(deployment)
    taken.refund(5000)
    deployment.deliver()
    suspect(deployment, kind, taken.intent)

    assert deployment.deliver() == [Outcome.DONE]
    assert deployment.alerts() == []


@pytest.mark.parametrize("kind", SUSPICIONS)
def test_a_hold_that_was_let_go_is_no_persons_work_either(deployment: Deployment, kind: str) -> None:
    hold = deployment.paid()
    deployment.cancel(hold)
    deployment.deliver()
    suspect(deployment, kind, hold.id)

    deployment.deliver()

    assert deployment.alerts() == []


@pytest.mark.parametrize("kind", SUSPICIONS)
def test_a_suspicion_of_another_apps_payment_is_not_ours(deployment: Deployment, kind: str) -> None:
    another = deployment.sdk.v1.payment_intents.create(
        {
            "amount": 700,
            "currency": "jpy",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    suspect(deployment, kind, another.id)
    before = deployment.everything()

    assert deployment.deliver(lambda e: e["type"] == kind) == [Outcome.NOT_OURS]
    assert deployment.everything() == before


@pytest.mark.parametrize("kind", SUSPICIONS)
def test_a_suspicion_that_is_faster_than_the_payment_comes_again(deployment: Deployment, kind: str) -> None:
    """Stripe sends events in no order."""
    paid_unheard(deployment)
    (intent_id,) = deployment.intents()
    suspect(deployment, kind, intent_id)
    (body,) = (e for e in deployment.events() if e["type"] == kind)

    first, second = deployment.receive(body), deployment.receive(body)

    assert (first, second) == (Outcome.RETRY, Outcome.DONE)
    assert deployment.alerts() == [SUSPICIONS[kind][1]]


@pytest.mark.parametrize("kind", SUSPICIONS)
def test_a_suspicion_is_raised_once_however_often_it_is_delivered(deployment: Deployment, kind: str) -> None:
    taken = ForChat.take(deployment)
    suspect(deployment, kind, taken.intent)
    (body,) = deployment.news()

    assert [deployment.receive(body) for _ in range(3)] == [Outcome.DONE, Outcome.DUPLICATE, Outcome.DUPLICATE]
    assert deployment.alerts() == [SUSPICIONS[kind][1]]


@pytest.mark.parametrize("kind", SUSPICIONS)
def test_a_suspicion_of_which_no_webhook_came_is_found_by_the_daily_run(deployment: Deployment, kind: str) -> None:
    taken = ForOrder.take(deployment)
    suspect(deployment, kind, taken.intent)

    first, second = reconcile.run(deployment.deps), reconcile.run(deployment.deps)

    assert (dict(first), dict(second)) == ({"done": 1}, {})
    assert deployment.alerts() == [SUSPICIONS[kind][1]]
