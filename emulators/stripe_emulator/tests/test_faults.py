"""Faults on demand: what each does to the answer, to the account, and to what the SDK makes of it."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import stripe

from support.payments import Api, a_hold, an_intent, client_of
from support.waiting import HANG_SECONDS, wait_until

if TYPE_CHECKING:
    from stripe_emulator import StripeControl, StripeEmulator


@pytest.fixture
def patient(stripe_emulator: StripeEmulator) -> Api:
    """The SDK as it is by default: it repeats a request by itself."""
    return client_of(stripe_emulator.secret_key, stripe_emulator.url, retries=2)


@pytest.mark.parametrize(("kind", "status"), [("drop_before", "requires_capture"), ("drop_after", "succeeded")])
def test_a_request_dropped_before_has_no_effect_and_one_dropped_after_has_its_effect(
    stripe_client: Api, stripe_control: StripeControl, kind: str, status: str
) -> None:
    intent = a_hold(stripe_client)
    stripe_control.fault(kind, "POST", "*/capture")

    with pytest.raises(stripe.APIConnectionError):
        stripe_client.v1.payment_intents.capture(intent.id)

    assert stripe_control.requests()[-1]["status"] is None
    assert stripe_client.v1.payment_intents.retrieve(intent.id).status == status


def test_the_sdk_finds_its_lost_answer_again_with_the_same_key(patient: Api, stripe_control: StripeControl) -> None:
    stripe_control.fault("drop_after", "POST", "/v1/payment_intents")

    intent = an_intent(patient)

    posts = [each for each in stripe_control.requests() if each["method"] == "POST"]
    assert [intent.id] == [each.id for each in patient.v1.payment_intents.list().data]
    assert [(each["replayed"], each["effect"]) for each in posts] == [(False, True), (True, False)]
    assert len({each["idempotency_key"] for each in posts}) == 1


def test_a_rate_limit_is_not_executed_and_not_repeated_by_the_sdk(patient: Api, stripe_control: StripeControl) -> None:
    stripe_control.fault("rate_limit")

    with pytest.raises(stripe.RateLimitError) as refused:
        an_intent(patient)

    assert refused.value.error
    assert refused.value.error.code == "rate_limit"
    assert refused.value.headers
    assert refused.value.headers["Stripe-Rate-Limited-Reason"]
    assert patient.v1.payment_intents.list().data == []


def test_a_lock_timeout_has_no_request_id_and_is_repeated_by_the_sdk(
    stripe_client: Api, patient: Api, stripe_control: StripeControl
) -> None:
    stripe_control.fault("lock_timeout", times=2)

    with pytest.raises(stripe.RateLimitError) as refused:
        an_intent(stripe_client)
    intent = an_intent(patient)

    assert refused.value.error
    assert (refused.value.http_status, refused.value.error.type) == (429, "invalid_request_error")
    assert (refused.value.error.code, refused.value.request_id) == ("lock_timeout", None)
    assert [intent.id] == [each.id for each in patient.v1.payment_intents.list().data]


@pytest.mark.parametrize(
    ("kind", "status_after"), [("server_error", "requires_capture"), ("server_error_after", "succeeded")]
)
def test_a_server_error_is_stored_under_its_key(
    stripe_client: Api, stripe_control: StripeControl, kind: str, status_after: str
) -> None:
    intent = a_hold(stripe_client)
    key: stripe.RequestOptions = {"idempotency_key": uuid.uuid4().hex}
    stripe_control.fault(kind, path="*/capture")

    for replayed in (None, "true"):
        with pytest.raises(stripe.APIError) as failed:
            stripe_client.v1.payment_intents.capture(intent.id, {}, key)
        assert failed.value.http_status == 500
        assert failed.value.headers
        assert failed.value.headers.get("Idempotent-Replayed") == replayed

    assert stripe_client.v1.payment_intents.retrieve(intent.id).status == status_after


def test_a_refusal_on_demand_has_no_effect_and_is_stored(stripe_client: Api, stripe_control: StripeControl) -> None:
    intent = a_hold(stripe_client)
    key: stripe.RequestOptions = {"idempotency_key": uuid.uuid4().hex}
    stripe_control.fault("refuse", path="*/capture", status=402, code="card_declined", decline_code="lost_card")

    for _ in range(2):
        with pytest.raises(stripe.CardError) as refused:
            stripe_client.v1.payment_intents.capture(intent.id, {}, key)

    assert refused.value.code == "card_declined"
    assert stripe_client.v1.payment_intents.capture(intent.id).status == "succeeded"


@pytest.mark.parametrize("kind", ["delay_before", "delay_after"])
def test_a_delay_ends_when_the_faults_are_cleared(stripe_client: Api, stripe_control: StripeControl, kind: str) -> None:
    stripe_control.fault(kind, "POST", seconds=HANG_SECONDS)

    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(an_intent, stripe_client)
        wait_until(lambda: stripe_control.faults() == [])
        is_late = not made.done()
        stripe_control.clear_faults()
        intent = made.result()

    assert is_late
    assert intent.status == "requires_payment_method"


def test_a_fault_meets_its_method_and_path_until_it_is_used_up_or_cleared(
    stripe_client: Api, stripe_control: StripeControl
) -> None:
    stripe_control.fault("rate_limit", "POST", "*/capture", times=1)
    intent = a_hold(stripe_client)
    with pytest.raises(stripe.RateLimitError):
        stripe_client.v1.payment_intents.capture(intent.id)
    stripe_client.v1.payment_intents.capture(intent.id)
    stripe_control.fault("rate_limit", times=5)

    stripe_control.clear_faults()

    assert an_intent(stripe_client).status == "requires_payment_method"


def test_the_log_says_what_each_request_did(stripe_client: Api, stripe_control: StripeControl) -> None:
    intent = a_hold(stripe_client)
    stripe_control.clear_requests()

    stripe_client.v1.payment_intents.retrieve(intent.id)
    stripe_client.v1.payment_intents.capture(intent.id, {}, {"idempotency_key": "k1"})
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.payment_intents.cancel(intent.id, {}, {"idempotency_key": "k2"})

    path = f"/v1/payment_intents/{intent.id}"
    columns = ("method", "path", "idempotency_key", "status", "effect")
    assert [tuple(each[name] for name in columns) for each in stripe_control.requests()] == [
        ("GET", path, None, 200, False),
        ("POST", f"{path}/capture", "k1", 200, True),
        ("POST", f"{path}/cancel", "k2", 400, False),
    ]


def test_a_reset_forgets_everything(stripe_client: Api, stripe_control: StripeControl) -> None:
    an_intent(stripe_client)
    stripe_control.advance_clock(1000)
    stripe_control.fault("rate_limit")

    stripe_control.reset()

    assert stripe_client.v1.payment_intents.list().data == []
    assert stripe_client.v1.events.list().data == []
    assert an_intent(stripe_client).created < stripe_control.now() + 10
