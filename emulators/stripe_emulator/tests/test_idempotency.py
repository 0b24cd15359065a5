"""Idempotency keys: one effect and one answer for each key, for a day; what is stored and what is not."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import stripe

from support.payments import HOLD, Api, a_hold, an_intent
from support.waiting import HANG_SECONDS, wait_until

if TYPE_CHECKING:
    from stripe_emulator import StripeControl

DAY = 86_400


def a_key() -> stripe.RequestOptions:
    """A key that nobody has used."""
    return {"idempotency_key": uuid.uuid4().hex}


def create(api: Api, options: stripe.RequestOptions, **changes: Any) -> stripe.PaymentIntent:
    """A create with a key of ours."""
    return api.v1.payment_intents.create({**HOLD, **changes}, options)  # type: ignore[typeddict-item]


def test_a_replay_tells_the_past_and_not_the_present(stripe_api: Api) -> None:
    """Why a repeated create must be followed by a read: the replay says unpaid though it was paid since."""
    key = a_key()
    first = create(stripe_api, key)
    stripe_api.v1.payment_intents.confirm(first.id, {"payment_method": "pm_card_visa"})

    again = create(stripe_api, key)

    assert (again.id, again.status) == (first.id, "requires_payment_method")
    assert stripe_api.v1.payment_intents.retrieve(first.id).status == "requires_capture"
    assert first.last_response
    assert again.last_response
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.last_response.headers


@pytest.mark.parametrize("change", [{"amount": 6000}, {"metadata": {"other": "1"}}])
def test_the_same_key_with_other_parameters_is_refused(stripe_api: Api, change: dict[str, Any]) -> None:
    key = a_key()
    create(stripe_api, key)

    with pytest.raises(stripe.IdempotencyError) as refused:
        create(stripe_api, key, **change)

    assert refused.value.http_status == 400
    assert refused.value.error
    assert (refused.value.error.type, refused.value.error.code) == ("idempotency_error", None)


def test_the_same_key_on_another_path_is_refused(stripe_api: Api) -> None:
    key = a_key()
    intent = a_hold(stripe_api)
    stripe_api.v1.payment_intents.capture(intent.id, {}, key)

    with pytest.raises(stripe.IdempotencyError):
        stripe_api.v1.payment_intents.cancel(intent.id, {}, key)


def test_a_business_refusal_is_stored_and_replayed_after_its_cause_is_gone(stripe_api: Api) -> None:
    key = a_key()
    intent = an_intent(stripe_api)
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.v1.payment_intents.capture(intent.id, {}, key)
    stripe_api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    with pytest.raises(stripe.InvalidRequestError) as replayed:
        stripe_api.v1.payment_intents.capture(intent.id, {}, key)

    assert replayed.value.headers
    assert replayed.value.headers["Idempotent-Replayed"] == "true"
    assert stripe_api.v1.payment_intents.retrieve(intent.id).status == "requires_capture"


def test_a_refused_parameter_leaves_the_key_free(stripe_api: Api) -> None:
    key = a_key()
    with pytest.raises(stripe.InvalidRequestError):
        create(stripe_api, key, unheard_of="1")

    assert create(stripe_api, key).status == "requires_payment_method"


def test_a_key_is_forgotten_after_a_day(stripe_client: Api, stripe_control: StripeControl) -> None:
    """Why a create is never repeated after 20 hours: the same key then makes a second PaymentIntent."""
    key = a_key()
    first = create(stripe_client, key)

    stripe_control.advance_clock(DAY - 60)
    within = create(stripe_client, key)
    stripe_control.advance_clock(120)
    after = create(stripe_client, key)

    assert within.id == first.id
    assert after.id != first.id


def test_sixteen_creates_at_once_make_one_intent(stripe_client: Api) -> None:
    key = a_key()

    def one(_: int) -> str:
        try:
            return create(stripe_client, key).id
        except stripe.APIError as refused:
            return f"{refused.http_status} {refused.error.code if refused.error else None}"

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(one, range(16)))

    [made] = [intent.id for intent in stripe_client.v1.payment_intents.list().data]
    assert answers <= {made, "409 idempotency_key_in_use"}


def test_a_key_in_use_answers_409_until_the_first_is_done(stripe_client: Api, stripe_control: StripeControl) -> None:
    key = a_key()
    stripe_control.fault("delay_after", "POST", seconds=HANG_SECONDS)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(create, stripe_client, key)
        wait_until(lambda: stripe_control.faults() == [])  # the first request's answer is being delayed
        with pytest.raises(stripe.APIError) as refused:
            create(stripe_client, key)
        stripe_control.clear_faults()
        made = first.result()

    assert refused.value.http_status == 409
    assert refused.value.error
    assert refused.value.error.code == "idempotency_key_in_use"
    assert create(stripe_client, key).id == made.id


def test_capture_against_cancel_has_exactly_one_winner(stripe_client: Api) -> None:
    for _ in range(20):
        intent = a_hold(stripe_client)
        with ThreadPoolExecutor(2) as pool:
            capture = pool.submit(stripe_client.v1.payment_intents.capture, intent.id)
            cancel = pool.submit(stripe_client.v1.payment_intents.cancel, intent.id)
        [error] = [error for error in (capture.exception(), cancel.exception()) if error]

        assert isinstance(error, stripe.InvalidRequestError)
        status = stripe_client.v1.payment_intents.retrieve(intent.id).status
        assert status == ("canceled" if capture.exception() else "succeeded")
