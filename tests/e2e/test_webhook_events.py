"""What an event is about: ours, somebody else's, or not as we have it on record (H-18)."""

from __future__ import annotations

import pytest

from payments.domain.chat.states import HoldStatus, SessionStatus
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


def test_the_same_event_again_is_taken_and_changes_nothing(site: Site, event: Data) -> None:
    site.deliver(event)

    with site.nothing_happens():
        answer = site.deliver(event)

    assert (answer.status_code, answer.json()) == (200, {"outcome": "duplicate"})


NOT_OURS: dict[str, Data] = {
    "another account's": {"account": "acct_1Another"},
    "of live mode": {"livemode": True},
    "of a type that nobody listens to": {"type": "payment_intent.partially_funded"},
    "of a type of the future": {"type": "payment_intent.teleported"},
}


@pytest.mark.parametrize("change", NOT_OURS.values(), ids=NOT_OURS)
def test_an_event_that_is_not_ours_is_taken_and_changes_nothing(site: Site, event: Data, change: Data) -> None:
    with site.nothing_happens():
        answer = site.deliver({**event, **change})

    assert answer.status_code == 200
    assert answer.json()["outcome"] in {"not ours", "not listened to"}


METADATA: dict[str, Data] = {
    "nobody's": {},
    "a session that does not exist": {"sessionId": "nowhere"},
    "an id that is none": {"sessionId": "../sessions/x"},
    "another payer": {"userId": "somebody"},
    "another consultant": {"consultantId": "somebody"},
}


@pytest.mark.parametrize("change", METADATA.values(), ids=METADATA)
def test_another_program_s_payment_on_our_account_changes_nothing(site: Site, event: Data, change: Data) -> None:
    """The same Stripe account may take payments for something else, with whatever metadata."""
    intent = intent_of(event)
    unnamed = {name: value for name, value in intent["metadata"].items() if name != "app"}
    foreign = {**intent, "id": "pi_foreign", "metadata": {**unnamed, **change} if change else {}}

    with site.nothing_happens():
        answer = site.deliver({**event, "data": {"object": foreign}})

    assert (answer.status_code, answer.json()) == (200, {"outcome": "not ours"})


@pytest.mark.parametrize(
    "change",
    [{"amount": 1}, {"currency": "usd"}, {"capture_method": "automatic"}],
    ids=["amount", "currency", "capture method"],
)
def test_an_authorization_that_differs_opens_no_chat_and_is_let_go(site: Site, event: Data, change: Data) -> None:
    """Never good: due now to be canceled, and a person is told (design 4)."""
    intent = intent_of(event)

    answer = site.deliver({**event, "data": {"object": {**intent, **change}}})

    assert answer.status_code == 200
    hold = site.deployment.hold(intent["id"])
    assert (hold.amount, hold.currency, hold.cancel_reason) == (5000, "jpy", "differs")
    assert hold.due_at is not None
    assert site.deployment.session(hold.session_id).status is SessionStatus.AWAITING_PAYMENT
    assert site.deployment.alerts() == ["amount_differs"]


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
