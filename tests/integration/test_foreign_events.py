"""Events that are not ours (design 8)."""

from __future__ import annotations

from typing import Any, Final

import pytest

from payments.core.processed_events import Outcome
from payments.domain.chat.states import SessionStatus
from payments.jobs import webhook
from tests.integration.deployment import Deployment, Json

HELD: Final = "payment_intent.amount_capturable_updated"


def held_event(deployment: Deployment, **changes: Any) -> Json:
    """The event of an authorization of a hold on record, with other fields in its PaymentIntent."""
    deployment.pay(deployment.create("s1"))
    [body] = deployment.news(lambda e: e["type"] == HELD)
    body["data"]["object"].update(changes)
    return body


OTHERS: Final[dict[str, Json]] = {
    "no metadata": {},
    "an unknown session": {"sessionId": "unknown", "userId": "payer", "consultantId": "consultant", "attempt": "1"},
    "somebody else's user": {"sessionId": "s1", "userId": "stranger", "consultantId": "consultant", "attempt": "1"},
}


@pytest.mark.parametrize("kind", [k for k, handler in webhook.LISTENED.items() if k.startswith("payment_intent.")])
@pytest.mark.parametrize("metadata", OTHERS.values(), ids=OTHERS)
def test_the_payment_of_another_app_on_the_account_changes_nothing(
    deployment: Deployment, metadata: Json, kind: str
) -> None:
    """Stripe sends every event of the account to every endpoint: 200, and nothing written."""
    deployment.create("s1")
    body = held_event_of_another(deployment, metadata, kind)
    before = deployment.everything()

    outcome = deployment.receive(body)

    assert outcome is Outcome.NOT_OURS
    assert deployment.everything() == before


def held_event_of_another(deployment: Deployment, metadata: Json, kind: str) -> Json:
    intent = {
        "object": "payment_intent", "id": "pi_another", "status": "requires_capture", "amount": 5000,
        "currency": "jpy", "capture_method": "manual", "created": 1_790_000_000, "metadata": metadata,
    }  # fmt: skip
    return {"id": "evt_1", "type": kind, "created": 1_790_000_000, "livemode": False, "data": {"object": intent}}


@pytest.mark.parametrize("kind", [k for k in webhook.LISTENED if not k.startswith("payment_intent.")])
def test_a_charge_or_refund_of_a_payment_that_is_not_ours_changes_nothing(deployment: Deployment, kind: str) -> None:
    another = deployment.sdk.v1.payment_intents.create({"amount": 5000, "currency": "jpy"})
    charge = {"object": "charge", "id": "ch_1", "payment_intent": another.id, "captured": False}
    charge["payment_method_details"] = {"card": {"capture_before": 1_790_000_000}}
    before = deployment.everything()

    bodies = [
        {"id": f"evt_{n}", "type": kind, "created": 1_790_000_000, "livemode": False, "data": {"object": thing}}
        for n, thing in enumerate([charge, {**charge, "payment_intent": None}])
    ]

    assert [deployment.receive(body) for body in bodies] == [Outcome.NOT_OURS] * 2
    assert deployment.everything() == before


def test_nothing_is_written_for_what_is_not_listened_to(deployment: Deployment) -> None:
    deployment.create()
    before = deployment.everything()

    outcomes = deployment.deliver(lambda e: e["type"] == "payment_intent.created")

    assert outcomes == [Outcome.NOT_LISTENED_TO]
    assert deployment.everything() == before


@pytest.mark.parametrize("metadata", [{}, {"sessionId": "elsewhere", "userId": "x", "consultantId": "y"}])
def test_metadata_that_somebody_edited_does_not_move_a_hold_on_record_elsewhere(
    deployment: Deployment, metadata: Json
) -> None:
    """The hold's own record says whose it is."""
    body = held_event(deployment, metadata=metadata)

    outcome = deployment.receive(body)

    assert outcome is Outcome.DONE
    assert deployment.session("s1").status is SessionStatus.READY
    assert list(deployment.sessions()) == ["s1"]
