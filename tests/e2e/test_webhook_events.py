"""What an event is about: ours, somebody else's, or not as we have it on record (H-18)."""

from __future__ import annotations

import pytest

from payments.domain.chat.states import HoldStatus
from tests.e2e.http_site import Data, Site
from tests.integration.deployment import PAYER

pytestmark = pytest.mark.xdist_group("functions")


def intent_of(event: Data) -> Data:
    """The PaymentIntent that the event is about."""
    intent: Data = event["data"]["object"]
    return intent


def test_a_signed_event_is_taken(site: Site, event: Data) -> None:
    """C-06, H-18: the good case that every test below departs from by one thing."""
    answer = site.deliver(event)

    assert (answer.status_code, answer.json()) == (200, {"outcome": "done"})
    assert site.deployment.hold(intent_of(event)["id"]).status is HoldStatus.REQUIRES_CAPTURE


NOT_OURS: dict[str, Data] = {
    "of live mode": {"livemode": True},
    "of a type of the future": {"type": "payment_intent.teleported"},
}


@pytest.mark.parametrize("change", NOT_OURS.values(), ids=NOT_OURS)
def test_an_event_that_is_not_ours_is_taken_and_changes_nothing(site: Site, event: Data, change: Data) -> None:
    with site.nothing_happens():
        answer = site.deliver({**event, **change})

    assert answer.status_code == 200
    assert answer.json()["outcome"] in {"not ours", "not listened to"}


def test_an_event_that_can_not_be_dealt_with_has_to_come_again(site: Site, event: Data) -> None:
    """Ours, but we failed: 500, nothing seen, and when it comes again it is dealt with."""
    path = f"sessions/{intent_of(event)['metadata']['sessionId']}"
    site.db.document(path).update({"attempt": "one"})
    with site.nothing_happens():
        failed = site.deliver(event)
    site.db.document(path).update({"attempt": 1})

    again = site.deliver(event)

    assert failed.status_code == 500
    assert failed.json().keys() == {"correlationId"}
    assert failed.json()["correlationId"] in site.functions.log("stripeWebhook")
    assert again.json() == {"outcome": "done"}
    assert site.deployment.session(path.removeprefix("sessions/")).user_id == PAYER
