"""Webhooks (H-18, C-06): signed, in order, sent again until taken; held back, doubled and lost on demand."""

from __future__ import annotations

from contextlib import suppress

import pytest
import stripe

from stripe_emulator import Retries, StripeControl, StripeEmulator
from support.payments import Api, a_captured_hold, a_hold, an_intent, client_of
from support.receiver import Receiver

HOLD_EVENTS = ["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated"]


def test_a_webhook_is_signed_and_carries_the_event(
    stripe_client: Api, stripe_emulator: StripeEmulator, stripe_control: StripeControl, receiver: Receiver
) -> None:
    intent = an_intent(stripe_client)
    assert stripe_control.wait_webhooks() == 0

    [delivered] = receiver.deliveries
    event = stripe.Webhook.construct_event(delivered.body, delivered.signature, stripe_emulator.webhook_secret)
    assert (event.type, event.api_version, event.livemode) == ("payment_intent.created", "2026-10-28.endive", False)
    assert (event.data.object["id"], event.pending_webhooks) == (intent.id, 1)
    assert stripe_client.v1.events.list().data[0].pending_webhooks == 0
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(delivered.body.decode(), delivered.signature, "whsec_other")


def test_events_come_in_order_show_their_own_moment_and_name_the_request_that_caused_them(
    stripe_client: Api, stripe_control: StripeControl, receiver: Receiver
) -> None:
    intent = a_hold(stripe_client)
    stripe_client.v1.payment_intents.capture(intent.id, {}, {"idempotency_key": "k1"})
    stripe_control.expire_authorization(a_hold(stripe_client).id)
    stripe_control.wait_webhooks()

    captured, expired = ["charge.captured", "payment_intent.succeeded"], ["charge.expired", "payment_intent.canceled"]
    assert receiver.types == [*HOLD_EVENTS, *captured, *HOLD_EVENTS, *expired]
    updated = receiver.deliveries[2].event["data"]["object"]
    assert (updated["status"], updated["amount_capturable"]) == ("requires_capture", 5000)
    cause = receiver.deliveries[4].event["request"]
    assert (cause["idempotency_key"], cause["id"][:4]) == ("k1", "req_")
    assert receiver.deliveries[-1].event["request"] == {"id": None, "idempotency_key": None}


@pytest.mark.parametrize("status", [500, 400, 302])
def test_a_refused_delivery_is_sent_again_with_a_signature_of_its_own(
    stripe_client: Api, stripe_emulator: StripeEmulator, stripe_control: StripeControl, receiver: Receiver, status: int
) -> None:
    receiver.statuses = [status, status]

    intent = an_intent(stripe_client)

    assert stripe_control.wait_webhooks() == 0
    assert [each.event["data"]["object"]["id"] for each in receiver.deliveries] == [intent.id] * 3
    assert [each["status"] for each in stripe_control.deliveries()] == [status, status, 200]
    for each in receiver.deliveries:
        stripe.WebhookSignature.verify_header(each.body.decode(), each.signature, stripe_emulator.webhook_secret)


def test_an_unreachable_receiver_is_tried_again_and_then_given_up() -> None:
    with Receiver() as closed:
        url = closed.url

    with StripeEmulator(webhook_url=url, retries=Retries(attempts=3, first_wait=0.01)) as emulator:
        api, control = client_of(emulator.secret_key, emulator.url), StripeControl(emulator.url)
        an_intent(api)
        left = control.wait_webhooks()
        log, event = control.deliveries(), api.v1.events.list().data[0]

    assert [(each["attempt"], each["status"]) for each in log] == [(1, None), (2, None), (3, None)]
    assert (left, event.pending_webhooks) == (0, 1)


def test_held_webhooks_come_when_asked_for_each_twice_in_the_order_asked_for(
    stripe_client: Api, stripe_control: StripeControl, receiver: Receiver
) -> None:
    """TC-008"""
    stripe_control.webhooks(mode="hold", duplicate=2)
    a_hold(stripe_client)
    held = stripe_control.held_webhooks()
    before = list(receiver.deliveries)

    stripe_control.flush_webhooks(order=[each["id"] for each in reversed(held)])

    assert before == []
    assert [each["type"] for each in held] == HOLD_EVENTS
    assert receiver.types == [each for each in reversed(HOLD_EVENTS) for _ in range(2)]
    assert len({each.event["id"] for each in receiver.deliveries}) == 3


def test_a_shuffle_mixes_all_and_loses_none(
    stripe_client: Api, stripe_control: StripeControl, receiver: Receiver
) -> None:
    stripe_control.webhooks(mode="hold")
    for _ in range(3):
        a_hold(stripe_client)

    stripe_control.flush_webhooks(shuffle=7)

    assert receiver.types != HOLD_EVENTS * 3
    assert sorted(receiver.types) == sorted(HOLD_EVENTS * 3)


def test_dropped_webhooks_are_lost(stripe_client: Api, stripe_control: StripeControl, receiver: Receiver) -> None:
    stripe_control.webhooks(mode="hold")
    a_hold(stripe_client)

    lost = stripe_control.drop_webhooks()
    stripe_control.webhooks(mode="deliver")
    an_intent(stripe_client)
    stripe_control.wait_webhooks()

    assert (lost, receiver.types) == (3, ["payment_intent.created"])


def test_deliveries_can_come_at_once(stripe_client: Api, stripe_control: StripeControl, receiver: Receiver) -> None:
    """Stripe does not wait for one delivery to be answered before it sends the next."""
    receiver.meet(3)
    stripe_control.webhooks(parallel=3)

    a_hold(stripe_client)

    assert stripe_control.wait_webhooks() == 0
    assert sorted(receiver.types) == sorted(HOLD_EVENTS)


def test_a_registered_endpoint_gets_what_it_subscribed_to_with_its_own_secret_until_it_is_gone(
    stripe_client: Api, stripe_control: StripeControl
) -> None:
    endpoints = stripe_client.v1.webhook_endpoints
    with Receiver() as server:
        gone, off = (endpoints.create({"url": server.url, "enabled_events": ["charge.captured"]}) for _ in range(2))
        a_captured_hold(stripe_client)
        stripe_control.wait_webhooks()
        endpoints.delete(gone.id)
        endpoints.update(off.id, {"disabled": True})
        a_captured_hold(stripe_client)
        stripe_control.wait_webhooks()

    assert server.types == ["charge.captured"] * 2
    assert [each.id for each in endpoints.list().data] == [off.id]
    body, signature = server.deliveries[0].body.decode(), server.deliveries[0].signature
    signed_with = []
    for endpoint in (gone, off):
        with suppress(stripe.SignatureVerificationError):
            signed_with += [stripe.WebhookSignature.verify_header(body, signature, endpoint.secret or "")]
    assert signed_with == [True]


def test_only_the_create_shows_the_signing_secret(stripe_api: Api) -> None:
    made = stripe_api.v1.webhook_endpoints.create(
        {"url": "https://example.com/api/webhooks/stripe", "enabled_events": ["charge.succeeded"]}
    )

    read = stripe_api.v1.webhook_endpoints.retrieve(made.id)

    stripe_api.v1.webhook_endpoints.delete(made.id)
    assert (made.secret or "").startswith("whsec_")
    assert "secret" not in read


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"type": "charge.succeeded"}, HOLD_EVENTS[1:2]),
        ({"type": "payment_intent.*"}, [HOLD_EVENTS[2], HOLD_EVENTS[0]]),
        ({"types": HOLD_EVENTS[:2]}, [HOLD_EVENTS[1], HOLD_EVENTS[0]]),
    ],
)
def test_events_can_be_listed_by_type_and_read(
    stripe_client: Api, asked: stripe.params.EventListParams, found: list[str]
) -> None:
    a_hold(stripe_client)

    events = stripe_client.v1.events.list(asked).data

    assert [each.type for each in events] == found
    assert stripe_client.v1.events.retrieve(events[0].id).type == found[0]
