"""What recordings of the real Stripe say of objects, as tables: disputes, Adaptive Pricing, fields and types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import requests
import stripe

from recorded import fields
from support.payments import Api, a_captured_hold, a_hold, an_intent

if TYPE_CHECKING:
    from collections.abc import Callable

    from stripe_emulator import StripeControl, StripeEmulator


Json = Any


def paid(api: Api) -> str:
    """The id of a charge that was taken."""
    return str(a_captured_hold(api).latest_charge)


class Decision(NamedTuple):
    """What a dispute becomes with an evidence's text: its status, and what moved the account's money."""

    evidence: str
    status: str
    is_charge_refundable: bool
    moved: list[int]
    submission_count: int


DECISIONS = [
    Decision("", "needs_response", False, [-5000], 0),  # noqa: FBT003  (a column of the table)
    Decision("losing_evidence", "lost", False, [-5000], 1),  # noqa: FBT003
    Decision("winning_evidence", "won", True, [-5000, 5000], 1),  # noqa: FBT003
]


@pytest.mark.parametrize("told", DECISIONS, ids=lambda told: told.status)
def test_the_evidence_decides_a_dispute_and_only_a_won_one_can_be_refunded_again(
    stripe_client: Api, stripe_control: StripeControl, told: Decision
) -> None:
    charge = paid(stripe_client)
    opened = stripe_control.dispute(charge)
    if told.evidence:
        handed_in: Json = {"evidence": {"uncategorized_text": told.evidence}}
        answered = stripe_client.v1.disputes.update(opened["id"], handed_in)
        assert (answered.status, answered.is_charge_refundable) == ("under_review", False)
    stripe_control.advance_clock(3600)

    dispute: Json = stripe_client.v1.disputes.retrieve(opened["id"])

    details, moved = dispute.evidence_details, [each.amount for each in dispute.balance_transactions]
    decided = (dispute.status, dispute.is_charge_refundable, moved, details.submission_count)
    assert Decision(told.evidence, *decided) == told
    assert details.has_evidence == bool(told.evidence)
    if told.is_charge_refundable:
        assert stripe_client.v1.refunds.create({"charge": charge}).status == "succeeded"


def test_a_dispute_that_is_given_in_to_is_lost(stripe_client: Api, stripe_control: StripeControl) -> None:
    opened = stripe_control.dispute(paid(stripe_client))

    closed = stripe_client.v1.disputes.close(opened["id"])

    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.disputes.close(opened["id"])
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.disputes.update(opened["id"], {"evidence": {"uncategorized_text": "late"}})
    assert closed.status == "lost"


def test_evidence_can_be_kept_before_it_is_handed_in(stripe_client: Api, stripe_control: StripeControl) -> None:
    opened = stripe_control.dispute(paid(stripe_client))
    text = {"evidence": {"uncategorized_text": "losing_evidence"}, "submit": False, "metadata": {"a": "b"}}

    kept: Json = stripe_client.v1.disputes.update(opened["id"], text)  # type: ignore[arg-type]

    stripe_control.advance_clock(3600)
    details = kept.evidence_details
    assert (kept.status, kept.metadata["a"], details.submission_count) == ("needs_response", "b", 0)
    assert stripe_client.v1.disputes.retrieve(opened["id"]).status == "needs_response"


SESSION: Json = {
    "mode": "payment",
    "success_url": "https://example.com/success",
    "cancel_url": "https://example.com/cancel",
    "line_items": [
        {"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 1500, "product_data": {"name": "x"}}}
    ],
}


def _session(api: Api, **params: Json) -> Json:
    asked: Json = {**SESSION, **params}
    return api.v1.checkout.sessions.create(asked)


@pytest.mark.parametrize(
    ("asked", "enabled"),
    [({}, True), ({"adaptive_pricing": {"enabled": True}}, True), ({"adaptive_pricing": {"enabled": False}}, False)],
)
def test_adaptive_pricing_is_on_unless_the_request_says_otherwise(
    stripe_client: Api,
    asked: Json,
    enabled: bool,  # noqa: FBT001  (a column of the table)
) -> None:
    session: Json = _session(stripe_client, **asked)

    assert session.adaptive_pricing.enabled is enabled


def held(api: Api, _: StripeControl) -> tuple[str, Json]:
    """A PaymentIntent that holds money."""
    return f"/v1/payment_intents/{a_hold(api).id}", fields.PAYMENT_INTENT_HELD


def captured(api: Api, _: StripeControl) -> tuple[str, Json]:
    """A charge whose money was taken."""
    return f"/v1/charges/{paid(api)}", fields.CHARGE_CAPTURED


def failed(api: Api, _: StripeControl) -> tuple[str, Json]:
    """A charge that the issuer refused."""
    intent = an_intent(api)
    with pytest.raises(stripe.CardError):
        api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})
    return f"/v1/charges/{api.v1.payment_intents.retrieve(intent.id).latest_charge}", fields.CHARGE_FAILED


def refunded(api: Api, _: StripeControl) -> tuple[str, Json]:
    """Money given back."""
    return f"/v1/refunds/{api.v1.refunds.create({'charge': paid(api)}).id}", fields.REFUND


def disputed(api: Api, control: StripeControl) -> tuple[str, Json]:
    """A dispute."""
    return f"/v1/disputes/{control.dispute(paid(api))['id']}", fields.DISPUTE


def session_open(api: Api, _: StripeControl) -> tuple[str, Json]:
    """A Checkout Session that nobody has tried to pay."""
    return f"/v1/checkout/sessions/{_session(api).id}", fields.CHECKOUT_SESSION_OPEN


@pytest.mark.parametrize("made", [held, captured, failed, refunded, disputed, session_open])
def test_an_object_has_stripes_fields_in_stripes_types(
    stripe_emulator: StripeEmulator,
    stripe_client: Api,
    stripe_control: StripeControl,
    made: Callable[[Api, StripeControl], tuple[str, Json]],
) -> None:
    path, expected = made(stripe_client, stripe_control)

    headers = {"Authorization": f"Bearer {stripe_emulator.secret_key}"}
    body = requests.get(stripe_emulator.url + path, headers=headers, timeout=30).json()

    assert fields.wrong_fields(body, expected) == []


def test_a_balance_transaction_has_stripes_fields_and_a_charge_can_show_it(stripe_client: Api) -> None:
    charge: Json = stripe_client.v1.charges.retrieve(
        paid(stripe_client), {"expand": ["balance_transaction", "refunds.data.balance_transaction"]}
    )

    body = charge.balance_transaction.to_dict()

    assert fields.wrong_fields(body, fields.BALANCE_TRANSACTION) == []
    assert (body["amount"], body["net"], charge.refunds.data) == (5000, 5000 - body["fee"], [])


def test_a_wrong_key_of_the_table_is_seen() -> None:
    assert fields.wrong_fields({"a": 1, "b": None}, {"string": "a b c"}) == [
        "a: number instead of string",
        "b: null instead of string",
        "c: missing instead of string",
    ]
