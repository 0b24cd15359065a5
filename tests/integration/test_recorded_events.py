"""Events that the real Stripe sent to other apps, signed anew: each is understood, answered, and changes nothing."""

from __future__ import annotations

import json

import pytest
from stripe import WebhookSignature

from payments.adapters.stripe_webhook import verified_event
from payments.core.processed_events import Outcome
from payments.jobs.webhook import handle
from recorded.files import WHY_SKIPPED, Recording, recordings
from tests.integration.deployment import Deployment

EVENTS = recordings("event")
SECRET = "whsec_recorded"
#: Answered 200, without a mark.
UNMARKED = {Outcome.NOT_OURS, Outcome.NOT_LISTENED_TO, Outcome.UNKNOWN_AT_STRIPE}


@pytest.mark.skipif(not EVENTS, reason=WHY_SKIPPED)
@pytest.mark.parametrize("recording", EVENTS, ids=lambda recording: recording.name)
def test_a_real_event_of_another_app_is_answered_and_changes_nothing(
    deployment: Deployment, recording: Recording
) -> None:
    payload = json.dumps({**recording.event, "livemode": False})
    now = deployment.clock()
    signature = WebhookSignature.generate_signature_header(payload, SECRET, int(now.timestamp()))
    before = deployment.everything()

    event = verified_event(payload.encode(), signature, [SECRET], now)
    outcome = handle(deployment.deps, event)

    assert outcome in UNMARKED
    assert deployment.everything() == before
