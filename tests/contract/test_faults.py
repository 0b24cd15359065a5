"""Faults on demand: what each does to the answer, to the account, and to what the SDK makes of it."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import stripe

from tests.contract.builders import HOLD, a_hold, an_intent
from tests.contract.conftest import client_of
from tests.waiting import HANG_SECONDS, wait_until

if TYPE_CHECKING:
    from stripe_emulator import StripeControl, StripeEmulator


def test_a_request_dropped_before_has_no_effect(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    stripe_control.fault("drop_before", "POST", "/v1/payment_intents")

    with pytest.raises(stripe.APIConnectionError):
        an_intent(emulated_api)

    assert emulated_api.v1.payment_intents.list().data == []
    assert stripe_control.requests()[0]["status"] is None


def test_an_answer_dropped_after_leaves_the_effect(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    intent = a_hold(emulated_api)
    stripe_control.fault("drop_after", path="*/capture")

    with pytest.raises(stripe.APIConnectionError):
        emulated_api.v1.payment_intents.capture(intent.id)

    assert emulated_api.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_the_sdk_finds_its_lost_answer_again_with_the_same_key(
    stripe_emulator: StripeEmulator, stripe_control: StripeControl
) -> None:
    patient = client_of(stripe_emulator.secret_key, stripe_emulator.url, retries=2)
    stripe_control.fault("drop_after", "POST", "/v1/payment_intents")

    intent = an_intent(patient)

    posts = [each for each in stripe_control.requests() if each["method"] == "POST"]
    assert [intent.id] == [each.id for each in patient.v1.payment_intents.list().data]
    assert [(each["replayed"], each["effect"]) for each in posts] == [(False, True), (True, False)]
    assert len({each["idempotency_key"] for each in posts}) == 1


def test_a_rate_limit_is_not_executed_and_not_repeated_by_the_sdk(
    stripe_emulator: StripeEmulator, stripe_control: StripeControl
) -> None:
    patient = client_of(stripe_emulator.secret_key, stripe_emulator.url, retries=2)
    stripe_control.fault("rate_limit")

    with pytest.raises(stripe.RateLimitError) as refused:
        an_intent(patient)

    assert refused.value.error
    assert refused.value.error.code == "rate_limit"
    assert refused.value.headers
    assert refused.value.headers["Stripe-Rate-Limited-Reason"]
    assert patient.v1.payment_intents.list().data == []


def test_a_lock_timeout_has_no_request_id_and_is_repeated_by_the_sdk(
    emulated_api: stripe.StripeClient, stripe_emulator: StripeEmulator, stripe_control: StripeControl
) -> None:
    patient = client_of(stripe_emulator.secret_key, stripe_emulator.url, retries=2)
    stripe_control.fault("lock_timeout", times=2)

    with pytest.raises(stripe.RateLimitError) as refused:
        an_intent(emulated_api)
    intent = an_intent(patient)

    assert refused.value.error
    assert refused.value.error.code == "lock_timeout"
    assert refused.value.request_id is None
    assert [intent.id] == [each.id for each in patient.v1.payment_intents.list().data]


@pytest.mark.parametrize(
    ("kind", "status_after"), [("server_error", "requires_capture"), ("server_error_after", "succeeded")]
)
def test_a_server_error_is_stored_under_its_key(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, kind: str, status_after: str
) -> None:
    intent = a_hold(emulated_api)
    key: stripe.RequestOptions = {"idempotency_key": uuid.uuid4().hex}
    stripe_control.fault(kind, path="*/capture")

    for replayed in (None, "true"):
        with pytest.raises(stripe.APIError) as failed:
            emulated_api.v1.payment_intents.capture(intent.id, {}, key)
        assert failed.value.http_status == 500
        assert failed.value.headers
        assert failed.value.headers.get("Idempotent-Replayed") == replayed

    assert emulated_api.v1.payment_intents.retrieve(intent.id).status == status_after


def test_a_refusal_on_demand_has_no_effect_and_is_stored(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    intent = a_hold(emulated_api)
    key: stripe.RequestOptions = {"idempotency_key": uuid.uuid4().hex}
    stripe_control.fault("refuse", path="*/capture", status=402, code="card_declined", decline_code="lost_card")

    for _ in range(2):
        with pytest.raises(stripe.CardError) as refused:
            emulated_api.v1.payment_intents.capture(intent.id, {}, key)

    assert refused.value.code == "card_declined"
    assert emulated_api.v1.payment_intents.capture(intent.id).status == "succeeded"


def test_a_delay_longer_than_the_clients_patience_loses_the_answer_and_not_the_effect(
    emulated_api: stripe.StripeClient, stripe_emulator: StripeEmulator, stripe_control: StripeControl
) -> None:
    hasty = stripe.StripeClient(
        stripe_emulator.secret_key,
        base_addresses={"api": stripe_emulator.url},
        http_client=stripe.RequestsClient(timeout=0.2),
        max_network_retries=0,
    )
    stripe_control.fault("delay_after", "POST", seconds=HANG_SECONDS)

    with pytest.raises(stripe.APIConnectionError):
        an_intent(hasty)
    stripe_control.clear_faults()
    wait_until(lambda: stripe_control.requests() != [])

    assert len(emulated_api.v1.payment_intents.list().data) == 1


@pytest.mark.parametrize("kind", ["delay_before", "delay_after"])
def test_a_delay_ends_when_the_faults_are_cleared(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, kind: str
) -> None:
    stripe_control.fault(kind, "POST", seconds=HANG_SECONDS)

    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(an_intent, emulated_api)
        wait_until(lambda: stripe_control.faults() == [])
        is_late = not made.done()
        stripe_control.clear_faults()
        intent = made.result()

    assert is_late
    assert intent.status == "requires_payment_method"


def test_a_fault_is_used_up_and_can_be_cleared(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    stripe_control.fault("rate_limit", times=1)
    with pytest.raises(stripe.RateLimitError):
        an_intent(emulated_api)
    an_intent(emulated_api)
    stripe_control.fault("rate_limit", times=5)

    stripe_control.clear_faults()

    assert an_intent(emulated_api).status == "requires_payment_method"


def test_a_fault_meets_only_its_method_and_path(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    stripe_control.fault("rate_limit", "POST", "*/cancel")

    intent = a_hold(emulated_api)

    assert emulated_api.v1.payment_intents.capture(intent.id).status == "succeeded"


def test_the_log_says_what_each_request_did(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    intent = a_hold(emulated_api)
    stripe_control.clear_requests()

    emulated_api.v1.payment_intents.retrieve(intent.id)
    emulated_api.v1.payment_intents.capture(intent.id, {}, {"idempotency_key": "k1"})
    with pytest.raises(stripe.InvalidRequestError):
        emulated_api.v1.payment_intents.cancel(intent.id, {}, {"idempotency_key": "k2"})

    path = f"/v1/payment_intents/{intent.id}"
    assert [
        (each["method"], each["path"], each["idempotency_key"], each["status"], each["effect"])
        for each in stripe_control.requests()
    ] == [
        ("GET", path, None, 200, False),
        ("POST", f"{path}/capture", "k1", 200, True),
        ("POST", f"{path}/cancel", "k2", 400, False),
    ]


def test_a_reset_forgets_everything(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    emulated_api.v1.payment_intents.create({**HOLD}, {"idempotency_key": "k1"})  # type: ignore[typeddict-item]
    stripe_control.advance_clock(1000)
    stripe_control.fault("rate_limit")

    stripe_control.reset()

    assert emulated_api.v1.payment_intents.list().data == []
    assert emulated_api.v1.events.list().data == []
    assert an_intent(emulated_api, metadata={"other": "1"}).created < stripe_control.now() + 10
