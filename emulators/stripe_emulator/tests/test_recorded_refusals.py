"""What recordings of the real Stripe say of refusals, as tables: declined cards and refused operations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest
import stripe

from recorded import fields
from recorded.payments import Api, Json, a_hold, an_intent, paid

if TYPE_CHECKING:
    from collections.abc import Callable

    from stripe_emulator import StripeControl


class Decline(NamedTuple):
    """What an issuer's refusal says. In each, the HTTP status is 402 and the type `card_error`."""

    card: str
    code: str
    decline_code: str
    param: str | None
    advice_code: str | None
    network_advice_code: str | None
    network_decline_code: str | None
    message: str


DECLINED = "Your card was declined."
DECLINES = [
    Decline(
        "pm_card_chargeDeclined", "card_declined", "generic_decline", None, "try_again_later", None, "01", DECLINED
    ),
    Decline(
        "pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds", None, "try_again_later", "02",
        "51", "Your card has insufficient funds.",
    ),
    Decline(
        "pm_card_chargeDeclinedLostCard", "card_declined", "lost_card", None, "do_not_try_again", "01", "41", DECLINED
    ),
    Decline(
        "pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card", "exp_month", "confirm_card_data", "03",
        "54", "Your card has expired.",
    ),
    Decline(
        "pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc", "cvc", "confirm_card_data", "03", "N7",
        "Your card's security code is incorrect.",
    ),
    Decline(
        "pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error", None, "try_again_later", None,
        "06", "An error occurred while processing your card. Try again in a little bit.",
    ),
    Decline(
        "pm_card_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded", None,
        "try_again_later", "02", "61",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    ),
    Decline("pm_card_radarBlock", "card_declined", "fraudulent", None, None, None, None, DECLINED),
]  # fmt: skip


def _error(refused: stripe.StripeError) -> Json:
    """The envelope's content, as it came over the wire."""
    return json.loads(str(refused.http_body))["error"]


@pytest.mark.parametrize("told", DECLINES, ids=lambda told: told.card)
def test_a_decline_says_what_stripes_says_and_leaves_the_payment_open(stripe_client: Api, told: Decline) -> None:
    intent = an_intent(stripe_client)

    with pytest.raises(stripe.CardError) as declined:
        stripe_client.v1.payment_intents.confirm(intent.id, {"payment_method": told.card})

    error: Json = _error(declined.value)
    read: Json = stripe_client.v1.payment_intents.retrieve(intent.id)
    assert (declined.value.http_status, error["type"]) == (402, "card_error")
    assert Decline(told.card, *(error.get(name) for name in Decline._fields[1:])) == told
    assert (read.status, read.payment_method) == ("requires_payment_method", None)
    assert read.latest_charge == error["charge"]
    assert (read.last_payment_error["code"], read.last_payment_error["decline_code"]) == (told.code, told.decline_code)
    assert fields.wrong_fields(error["payment_method"], fields.PAYMENT_METHOD) == []


def capture_canceled(api: Api, _: StripeControl) -> None:
    """Take what was let go."""
    api.v1.payment_intents.capture(api.v1.payment_intents.cancel(a_hold(api).id).id)


def capture_twice(api: Api, _: StripeControl) -> None:
    """Take what was taken."""
    api.v1.payment_intents.capture(api.v1.payment_intents.capture(a_hold(api).id).id)


def cancel_twice(api: Api, _: StripeControl) -> None:
    """Let go twice."""
    api.v1.payment_intents.cancel(api.v1.payment_intents.cancel(an_intent(api).id).id)


def cancel_paid(api: Api, _: StripeControl) -> None:
    """Let go of what was taken."""
    api.v1.payment_intents.cancel(api.v1.payment_intents.capture(a_hold(api).id).id)


def create_over_nothing(api: Api, _: StripeControl) -> None:
    """An amount of 0."""
    an_intent(api, amount=0)


def read_missing(api: Api, _: StripeControl) -> None:
    """No such PaymentIntent."""
    api.v1.payment_intents.retrieve("pi_nobody")


def read_locked(api: Api, control: StripeControl) -> None:
    """Another request has the object."""
    intent = an_intent(api)
    control.fault("lock_timeout")
    api.v1.payment_intents.retrieve(intent.id)


def refund_twice(api: Api, _: StripeControl) -> None:
    """Give back what was given back."""
    charge = paid(api)
    api.v1.refunds.create({"charge": charge})
    api.v1.refunds.create({"charge": charge})


def refund_disputed(api: Api, _: StripeControl) -> None:
    """Give back what the bank has taken."""
    api.v1.refunds.create({"charge": paid(api, "pm_card_createDispute")})


def refund_negative(api: Api, _: StripeControl) -> None:
    """Give back less than nothing."""
    api.v1.refunds.create({"charge": paid(api), "amount": -1})


def refund_too_much(api: Api, _: StripeControl) -> None:
    """Give back more than was taken."""
    api.v1.refunds.create({"charge": paid(api), "amount": 1001})


STATE = "payment_intent_unexpected_state"
REFUSALS = [
    (capture_canceled, 400, STATE, None),
    (capture_twice, 400, STATE, None),
    (cancel_twice, 400, STATE, None),
    (cancel_paid, 400, STATE, None),
    (create_over_nothing, 400, "parameter_invalid_integer", "amount"),
    (read_missing, 404, "resource_missing", "intent"),
    (read_locked, 429, "lock_timeout", None),
    (refund_twice, 400, "charge_already_refunded", None),
    (refund_disputed, 400, "charge_disputed", None),
    (refund_negative, 400, "parameter_invalid_integer", "amount"),
    (refund_too_much, 400, None, "amount"),
]


@pytest.mark.parametrize(
    ("operation", "status", "code", "param"), REFUSALS, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_refusal_has_stripes_status_type_code_and_param(
    stripe_client: Api,
    stripe_control: StripeControl,
    operation: Callable[[Api, StripeControl], None],
    status: int,
    code: str | None,
    param: str | None,
) -> None:
    with pytest.raises(stripe.StripeError) as refused:
        operation(stripe_client, stripe_control)

    error: Json = _error(refused.value)
    assert (refused.value.http_status, error["type"]) == (status, "invalid_request_error")
    assert (error.get("code"), error.get("param"), error.get("decline_code")) == (code, param, None)
