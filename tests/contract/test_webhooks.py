"""Webhooks (H-18, C-06): signed, in order, sent again until taken; held back, doubled and lost on demand."""

from __future__ import annotations

import pytest
import stripe

from stripe_emulator import Retries, StripeControl, StripeEmulator
from tests.contract.builders import a_hold, an_intent
from tests.contract.conftest import client_of
from tests.contract.receiver import Receiver

HOLD_EVENTS = ["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated"]


@pytest.fixture
def secret(stripe_emulator: StripeEmulator) -> str:
    """What the deliveries to the forwarding URL are signed with."""
    return stripe_emulator.webhook_secret


def test_a_webhook_is_signed_and_carries_the_event(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver, secret: str
) -> None:
    intent = an_intent(emulated_api)
    assert stripe_control.wait_webhooks() == 0

    delivered = receiver.deliveries[0]
    event = stripe.Webhook.construct_event(delivered.body, delivered.signature, secret)
    assert (event.type, event.api_version, event.livemode) == ("payment_intent.created", "2026-10-28.endive", False)
    assert event.data.object["id"] == intent.id
    assert event.pending_webhooks == 1


def test_a_changed_body_or_another_secret_breaks_the_signature(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver, secret: str
) -> None:
    an_intent(emulated_api)
    stripe_control.wait_webhooks()

    delivered = receiver.deliveries[0]
    for body, key in ((delivered.body + b" ", secret), (delivered.body, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.WebhookSignature.verify_header(body.decode(), delivered.signature, key)


def test_an_event_names_the_request_that_caused_it(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver
) -> None:
    intent = a_hold(emulated_api)
    emulated_api.v1.payment_intents.capture(intent.id, {}, {"idempotency_key": "k1"})
    stripe_control.expire_authorization(a_hold(emulated_api).id)
    stripe_control.wait_webhooks()

    by_type = {delivered.event["type"]: delivered.event["request"] for delivered in receiver.deliveries}
    assert by_type["payment_intent.succeeded"]["idempotency_key"] == "k1"
    assert by_type["payment_intent.succeeded"]["id"].startswith("req_")
    assert by_type["charge.expired"] == {"id": None, "idempotency_key": None}


def test_events_come_in_the_order_of_creation_and_show_their_own_moment(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver
) -> None:
    intent = a_hold(emulated_api)
    emulated_api.v1.payment_intents.capture(intent.id)
    stripe_control.wait_webhooks()

    assert receiver.types == [*HOLD_EVENTS, "charge.captured", "payment_intent.succeeded"]
    updated = receiver.deliveries[2].event["data"]["object"]
    assert (updated["status"], updated["amount_capturable"]) == ("requires_capture", 5000)


@pytest.mark.parametrize("status", [500, 400, 302])
def test_a_refused_delivery_is_sent_again_with_a_signature_of_its_own(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver, secret: str, status: int
) -> None:
    receiver.statuses = [status, status]

    intent = an_intent(emulated_api)

    assert stripe_control.wait_webhooks() == 0
    assert [each.event["data"]["object"]["id"] for each in receiver.deliveries] == [intent.id] * 3
    assert [each["status"] for each in stripe_control.deliveries()] == [status, status, 200]
    for each in receiver.deliveries:
        stripe.WebhookSignature.verify_header(each.body.decode(), each.signature, secret)


def test_an_unreachable_receiver_is_tried_again_and_then_given_up() -> None:
    with Receiver() as closed:
        url = closed.url

    with StripeEmulator(webhook_url=url, retries=Retries(attempts=3, first_wait=0.01)) as emulator:
        control = StripeControl(emulator.url)
        event = _after_one_event(client_of(emulator.secret_key, emulator.url), control)
        log = control.deliveries()

    assert [(each["attempt"], each["status"]) for each in log] == [(1, None), (2, None), (3, None)]
    assert event.pending_webhooks == 1


def _after_one_event(api: stripe.StripeClient, control: StripeControl) -> stripe.Event:
    an_intent(api)
    assert control.wait_webhooks() == 0
    return api.v1.events.list().data[0]


def test_a_taken_event_has_no_pending_webhooks(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver
) -> None:
    event = _after_one_event(emulated_api, stripe_control)

    assert event.pending_webhooks == 0
    assert len(receiver.deliveries) == 1


def test_every_event_can_be_sent_twice(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver
) -> None:
    stripe_control.webhooks(duplicate=2)

    a_hold(emulated_api)
    stripe_control.wait_webhooks()

    assert receiver.types == [each for each in HOLD_EVENTS for _ in range(2)]
    assert len({each.event["id"] for each in receiver.deliveries}) == 3


def test_held_webhooks_come_when_asked_for_in_the_order_asked_for(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver
) -> None:
    stripe_control.webhooks(mode="hold")
    a_hold(emulated_api)
    held = stripe_control.held_webhooks()
    before = list(receiver.deliveries)

    stripe_control.flush_webhooks(order=[each["id"] for each in reversed(held)])

    assert before == []
    assert [each["type"] for each in held] == HOLD_EVENTS
    assert receiver.types == HOLD_EVENTS[::-1]


def test_a_shuffle_mixes_all_and_loses_none(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver
) -> None:
    stripe_control.webhooks(mode="hold", duplicate=2)
    for _ in range(3):
        a_hold(emulated_api)

    stripe_control.flush_webhooks(shuffle=7)

    assert receiver.types != [each for each in HOLD_EVENTS * 3 for _ in range(2)]
    assert sorted(receiver.types) == sorted(HOLD_EVENTS * 6)


def test_dropped_webhooks_are_lost(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver
) -> None:
    stripe_control.webhooks(mode="hold")
    a_hold(emulated_api)

    lost = stripe_control.drop_webhooks()
    stripe_control.webhooks(mode="deliver")
    an_intent(emulated_api)
    stripe_control.wait_webhooks()

    assert lost == 3
    assert receiver.types == ["payment_intent.created"]


def test_a_registered_endpoint_gets_what_it_subscribed_to_with_its_own_secret(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    with Receiver() as server:
        endpoint = emulated_api.v1.webhook_endpoints.create(
            {"url": server.url, "enabled_events": ["charge.succeeded", "payment_intent.canceled"]}
        )
        intent = a_hold(emulated_api)
        emulated_api.v1.payment_intents.cancel(intent.id)
        stripe_control.wait_webhooks()

        assert server.types == ["charge.succeeded", "payment_intent.canceled"]
        assert endpoint.secret
        for each in server.deliveries:
            stripe.WebhookSignature.verify_header(each.body.decode(), each.signature, endpoint.secret)


def test_a_deleted_or_disabled_endpoint_gets_nothing_more(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    with Receiver() as server:
        gone, off = (
            emulated_api.v1.webhook_endpoints.create({"url": server.url, "enabled_events": ["*"]}) for _ in range(2)
        )
        emulated_api.v1.webhook_endpoints.delete(gone.id)
        emulated_api.v1.webhook_endpoints.update(off.id, {"disabled": True})

        an_intent(emulated_api)
        stripe_control.wait_webhooks()

        assert server.deliveries == []
    assert [each.id for each in emulated_api.v1.webhook_endpoints.list().data] == [off.id]


def test_only_the_create_shows_the_signing_secret(stripe_api: stripe.StripeClient) -> None:
    made = stripe_api.v1.webhook_endpoints.create(
        {"url": "https://example.com/api/webhooks/stripe", "enabled_events": ["charge.succeeded"]}
    )

    read = stripe_api.v1.webhook_endpoints.retrieve(made.id)

    stripe_api.v1.webhook_endpoints.delete(made.id)
    assert (made.secret or "").startswith("whsec_")
    assert "secret" not in read


def test_events_can_be_listed_by_type(emulated_api: stripe.StripeClient) -> None:
    a_hold(emulated_api)

    one = emulated_api.v1.events.list({"type": "charge.succeeded"}).data
    family = emulated_api.v1.events.list({"type": "payment_intent.*"}).data
    several = emulated_api.v1.events.list({"types": ["charge.succeeded", "payment_intent.created"]}).data

    assert [each.type for each in one] == ["charge.succeeded"]
    assert [each.type for each in family] == ["payment_intent.amount_capturable_updated", "payment_intent.created"]
    assert [each.type for each in several] == ["charge.succeeded", "payment_intent.created"]
    assert emulated_api.v1.events.retrieve(one[0].id).type == "charge.succeeded"


def test_deliveries_can_come_at_once(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver
) -> None:
    """Stripe does not wait for one delivery to be answered before it sends the next."""
    receiver.meet(3)
    stripe_control.webhooks(parallel=3)

    a_hold(emulated_api)

    assert stripe_control.wait_webhooks() == 0
    assert sorted(receiver.types) == sorted(HOLD_EVENTS)
