"""What Stripe's failures mean (design 6): real errors of its SDK, one row for each, closed by default."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from payments.adapters.stripe_gateway import OUR_FAULT, STRIPE_REASONS, classify
from payments.domain.chat.records import CancelReason
from payments.stripe_model.answers import Misconfigured, Refused, TryAgain, is_unknown

E = stripe


def an_error(
    kind: type[stripe.StripeError], status: int | None, code: str | None = None, **more: Any
) -> stripe.StripeError:
    """An error as the SDK raises it for an answer of Stripe's."""
    json_body = {"error": {"type": more.pop("type", "invalid_request_error"), **({"code": code} if code else {})}}
    given = {"message": "…", "http_status": status, "json_body": json_body, **more}
    if kind in (stripe.CardError, stripe.InvalidRequestError):
        return kind("…", None, code, http_status=status, json_body=json_body, headers=more.get("headers"))
    return kind(**given)


REPLAYED = {"Idempotent-Replayed": "true"}
ROWS = [
    ("capture of a canceled one", an_error(E.InvalidRequestError, 400, "payment_intent_unexpected_state"), Refused),
    ("capture too large", an_error(E.InvalidRequestError, 400, "amount_too_large"), Refused),
    ("amount too small", an_error(E.InvalidRequestError, 400, "amount_too_small"), Refused),
    ("no code", an_error(E.InvalidRequestError, 400), Refused),
    ("authorization expired", an_error(E.InvalidRequestError, 400, "charge_expired_for_capture"), Refused),
    ("decline", an_error(E.CardError, 402, "card_declined", type="card_error"), Refused),
    ("other parameters under the key", an_error(E.IdempotencyError, 400, type="idempotency_error"), Refused),
    ("stored 500", an_error(E.APIError, 500, type="api_error", headers=REPLAYED), Refused),
    ("stored 503", an_error(E.APIError, 503, type="api_error", headers=REPLAYED), Refused),
    ("unknown parameter", an_error(E.InvalidRequestError, 400, "parameter_unknown"), Misconfigured),
    ("unknown id", an_error(E.InvalidRequestError, 404, "resource_missing"), Misconfigured),
    ("a path that isn't there", an_error(E.InvalidRequestError, 404), Misconfigured),
    ("bad key", an_error(E.AuthenticationError, 401), Misconfigured),
    ("expired key", an_error(E.AuthenticationError, 401, "api_key_expired"), Misconfigured),
    ("restricted key", an_error(E.PermissionError, 403), Misconfigured),
    ("rate limit", an_error(E.RateLimitError, 429, "rate_limit"), TryAgain),
    ("lock", an_error(E.RateLimitError, 429, "lock_timeout"), TryAgain),
    ("first still runs", an_error(E.APIError, 409, "idempotency_key_in_use", type="idempotency_error"), TryAgain),
    ("500", an_error(E.APIError, 500, type="api_error"), TryAgain),
    ("503", an_error(E.APIError, 503, type="api_error"), TryAgain),
    ("no connection", E.APIConnectionError("…"), TryAgain),
    ("HTML", E.APIError("…", http_status=502, http_body="<html>"), TryAgain),
    ("409 of no kind", an_error(E.APIError, 409, headers=REPLAYED), TryAgain),
    ("418", an_error(E.APIError, 418), TryAgain),
    ("nothing known", E.StripeError("…"), TryAgain),
]


@pytest.mark.parametrize(("error", "meaning"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_failure_means_what_the_table_says(error: stripe.StripeError, meaning: type) -> None:
    assert type(classify(error)) is meaning


SPENT = {"other parameters under the key", "stored 500", "stored 503"}


@pytest.mark.parametrize(("name", "error", "meaning"), ROWS, ids=[row[0] for row in ROWS])
def test_a_spent_key_is_told_from_a_refused_payment(name: str, error: stripe.StripeError, meaning: type) -> None:
    """Nobody has refused to pay where only the key is used up: it must never count against the payer."""
    answer = classify(error)

    assert (isinstance(answer, Refused) and answer.is_spent) is (name in SPENT)


@pytest.mark.parametrize(("name", "error", "meaning"), ROWS, ids=[row[0] for row in ROWS])
def test_an_object_that_stripe_does_not_know_is_told_from_a_key_that_does_not_work(
    name: str, error: stripe.StripeError, meaning: type
) -> None:
    assert is_unknown(classify(error)) is (name == "unknown id")


@pytest.mark.parametrize("code", sorted(OUR_FAULT))
def test_a_fault_of_ours_is_never_the_payers_refusal(code: str) -> None:
    """A person has to mend it: giving up captures for a wrong parameter would let everybody go free."""
    assert classify(an_error(E.InvalidRequestError, 400, code)) == Misconfigured(code)


@pytest.mark.parametrize("status", [None, 300, 405, 408, 409, 418, 425, 429, 500, 502, 503, 504, 599])
def test_what_may_have_been_done_is_looked_at_again(status: int | None) -> None:
    """Closed by default: a refusal that was none would let the attempt grow, and charge twice."""
    assert isinstance(classify(an_error(E.APIError, status)), TryAgain)


def test_a_replay_is_told_by_its_header_in_any_case() -> None:
    """HTTP headers have no case; the SDK hands them on as they came, in a mapping of the HTTP client's."""
    from requests.structures import CaseInsensitiveDict  # noqa: PLC0415 - only this test looks at the wire

    error = an_error(E.APIError, 500, headers=CaseInsensitiveDict({"idempotent-replayed": "true"}))

    assert isinstance(classify(error), Refused)


def test_an_answer_names_the_code_and_nothing_of_the_message() -> None:
    """Error objects embed the PaymentIntent with its client secret; what is kept is logged."""
    json_body = {"error": {"type": "card_error", "code": "card_declined", "message": "pi_1_secret_x"}}

    answer = classify(stripe.CardError("pi_1_secret_x", None, "card_declined", http_status=402, json_body=json_body))

    assert answer == Refused("card_declined")


def test_every_reason_of_ours_has_a_word_that_stripe_takes() -> None:
    """An unknown reason is a 400 at the worst moment: while money is to be let go."""
    assert set(STRIPE_REASONS) == set(CancelReason)
    assert set(STRIPE_REASONS.values()) <= {"duplicate", "fraudulent", "requested_by_customer", "abandoned"}
