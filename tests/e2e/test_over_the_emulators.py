"""HTTP as it reaches the functions through the Firebase emulators: Hosting's rewrite, a browser's preflight."""

from __future__ import annotations

import json
import time

import pytest
import requests

from emulators.stack.stack import Stack
from tests.e2e.app_stage import Stage
from tests.e2e.http_site import Data, sign

SECONDS = 60
"""A guard against a hang."""


def undelivered(stage: Stage) -> Data:
    """An event about a session that waits for it; Stripe keeps it to itself."""
    hold = stage.hold()
    return {
        "id": f"evt_{hold.id}",
        "object": "event",
        "type": "payment_intent.amount_capturable_updated",
        "created": int(time.time()),
        "livemode": False,
        "data": {
            "object": {
                "id": hold.id,
                "object": "payment_intent",
                "status": "requires_capture",
                "amount": 5000,
                "currency": "jpy",
                "capture_method": "manual",
                "created": int(time.time()),
                "metadata": {"sessionId": hold.session_id},
            }
        },
    }


def post(stage: Stage, body: bytes, signature: str | None) -> requests.Response:
    headers = {"Content-Type": "application/json", **({"Stripe-Signature": signature} if signature else {})}
    return requests.post(stage.stack.webhook_url, data=body, headers=headers, timeout=SECONDS)


def test_a_signed_event_moves_the_hold_through_hosting(stage: Stage) -> None:
    """C-06: the good case that the next test departs from."""
    event = undelivered(stage)
    body = json.dumps(event).encode()

    answer = post(stage, body, sign(body, stage.stack.stripe.webhook_secret))

    assert (answer.status_code, answer.json()) == (200, {"outcome": "done"})
    assert stage.status(f"payment_intents/{event['data']['object']['id']}") == "requires_capture"


@pytest.mark.parametrize("kind", ["no signature", "2 MB"])
def test_what_is_not_signed_well_is_refused_through_hosting(stage: Stage, kind: str) -> None:
    """C-06."""
    secret = stage.stack.stripe.webhook_secret
    event = undelivered(stage)
    body = json.dumps({**event, "padding": "x" * (2_000_000 if kind == "2 MB" else 1)}).encode()
    signatures = {
        "no signature": None,
        "2 MB": sign(body, secret),
    }

    answer = post(stage, body, signatures[kind])

    assert (answer.status_code, answer.json().keys()) == (400, {"error"})
    assert stage.status(f"payment_intents/{event['data']['object']['id']}") == "created"
    assert stage.documents.read(f"stripe_events/{event['id']}") == {}


def test_a_get_of_the_webhook_runs_nothing(stage: Stage) -> None:
    assert requests.get(stage.stack.webhook_url, timeout=SECONDS).status_code == 405


@pytest.mark.parametrize("function", ["createPaymentIntent"])
def test_a_browsers_preflight_is_answered(stack: Stack, function: str) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}

    answer = requests.options(f"{stack.functions_url}/{function}", headers=asked, timeout=SECONDS)

    assert answer.ok
    assert answer.headers["Access-Control-Allow-Origin"] in {"*", "https://app.example"}
