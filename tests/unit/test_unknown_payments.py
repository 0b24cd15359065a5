"""What is on record compared with what Stripe says, and payments of ours that have no record (design 8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from payments.core.alerts import AlertKind
from payments.domain.chat import comparison as of_holds
from payments.domain.chat.records import CancelReason, Hold
from payments.domain.chat.states import HoldStatus
from payments.domain.chat.unknown_payment import on_unknown_payment
from payments.domain.shop import comparison as of_payments
from payments.domain.shop.ledger import Payment, PaymentStatus
from payments.domain.shop.orders import Order, OrderStatus
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_canceled_hold, a_captured_hold, a_held_hold, a_hold, seen
from tests.unit.constants import NOW, TERMS
from tests.unit.shop import an_order
from tests.unit.short_names import kinds

AGREE = [
    (a_hold(), IntentStatus.UNPAID),
    (a_held_hold(), IntentStatus.AUTHORIZED),
    (a_captured_hold(), IntentStatus.CAPTURED),
    (a_canceled_hold(), IntentStatus.CANCELED),
]
RECORDS = [hold for hold, _ in AGREE]
MONEY = [money for _, money in AGREE]


def received(money: IntentStatus) -> int:
    return 5000 if money is IntentStatus.CAPTURED else 0


@pytest.mark.parametrize("money", MONEY)
@pytest.mark.parametrize("hold", RECORDS, ids=lambda hold: hold.status)
def test_a_hold_and_its_payment_intent_agree_in_one_status_only(hold: Hold, money: IntentStatus) -> None:
    found = of_holds.difference(hold, seen(money, amount_received=received(money)))

    assert (found is None) is ((hold, money) in AGREE)


@pytest.mark.parametrize("hold", RECORDS, ids=lambda hold: hold.status)
def test_a_status_that_is_not_known_is_no_difference(hold: Hold) -> None:
    assert of_holds.difference(hold, seen(IntentStatus.UNKNOWN)) is None


@pytest.mark.parametrize("changes", [{"amount": 1}, {"currency": "usd"}, {"manual": False}])
@pytest.mark.parametrize("money", [IntentStatus.UNPAID, IntentStatus.AUTHORIZED])
def test_other_terms_of_what_is_open_are_a_difference_until_it_is_due_for_them(
    money: IntentStatus, changes: dict[str, Any]
) -> None:
    hold = dict(zip(MONEY, RECORDS, strict=True))[money]

    assert of_holds.difference(hold, seen(money, **changes)) is not None
    due = replace(hold, cancel_reason=CancelReason.DIFFERS, due_at=NOW)
    assert of_holds.difference(due, seen(money, **changes)) is None


def test_another_amount_captured_is_a_difference() -> None:
    assert of_holds.difference(a_captured_hold(), seen(IntentStatus.CAPTURED, amount_received=4999)) is not None


def test_money_held_on_a_canceled_hold_is_no_difference_once_its_cancel_is_due() -> None:
    due = replace(a_canceled_hold(), due_at=NOW)

    assert of_holds.difference(due, seen(IntentStatus.AUTHORIZED)) is None


PAYMENT = Payment(
    id="pi_1", order_id="o1", payment_intent_id="pi_1", status=PaymentStatus.SUCCEEDED, amount=5000, currency="jpy",
    amount_net=5000, created_at=NOW,
)  # fmt: skip
PAID, PENDING = an_order(status=OrderStatus.PAID), an_order()
OF_PAYMENTS = [
    ("it agrees", PAYMENT, PAID, {}, False),
    ("its order is gone", PAYMENT, None, {}, False),
    ("its order is pending", PAYMENT, PENDING, {}, True),
    ("its order is pending and costs more", PAYMENT, replace(PENDING, amount=6000), {}, False),
    ("less came in", PAYMENT, PAID, {"amount_received": 4999}, True),
    ("in another currency", PAYMENT, PAID, {"currency": "usd"}, True),
    ("it was not paid", PAYMENT, PAID, {"status": IntentStatus.UNPAID}, True),
]


@pytest.mark.parametrize(
    ("payment", "order", "changes", "differs"), [row[1:] for row in OF_PAYMENTS], ids=[row[0] for row in OF_PAYMENTS]
)
def test_a_payment_is_compared_with_its_order_and_with_stripe(
    payment: Payment,
    order: Order | None,
    changes: dict[str, Any],
    differs: bool,  # noqa: FBT001 - a column of the table
) -> None:
    snapshot = replace(seen(IntentStatus.CAPTURED, amount_received=5000), **changes)

    assert (of_payments.difference(payment, order, snapshot) is not None) is differs


# --- without a record

UNKNOWN = [AlertKind.UNKNOWN_PAYMENT]


@pytest.mark.parametrize(("money", "told"), [(IntentStatus.UNPAID, []), (IntentStatus.AUTHORIZED, UNKNOWN)])
def test_what_is_open_without_a_record_is_due_to_be_canceled(money: IntentStatus, told: list[AlertKind]) -> None:
    change = on_unknown_payment(seen(money), NOW, TERMS)

    assert change is not None
    assert (change.hold.cancel_reason, change.hold.due_at) == (CancelReason.SUPERSEDED, NOW)
    assert change.hold.status is (HoldStatus.CREATED if money is IntentStatus.UNPAID else HoldStatus.REQUIRES_CAPTURE)
    assert kinds(change.alerts) == told


def test_what_was_captured_without_a_record_is_told_with_its_amount() -> None:
    change = on_unknown_payment(seen(IntentStatus.CAPTURED, amount_received=4000), NOW, TERMS)

    assert change is not None
    assert (change.holds, kinds(change.alerts), change.alerts[0].amount) == ((), UNKNOWN, 4000)


@pytest.mark.parametrize("money", [IntentStatus.CANCELED, IntentStatus.UNKNOWN])
def test_of_what_is_over_or_under_way_nothing_is_told(money: IntentStatus) -> None:
    assert on_unknown_payment(seen(money), NOW, TERMS) is None


@pytest.mark.parametrize(
    "changes", [{"session_id": ""}, {"user_id": ""}, {"consultant_id": "a/b"}, {"attempt": 0}, {"user_id": ".."}]
)
@pytest.mark.parametrize(("money", "told"), [(IntentStatus.UNPAID, None), (IntentStatus.AUTHORIZED, UNKNOWN)])
def test_no_record_is_made_of_what_names_nobody(
    money: IntentStatus, told: list[AlertKind] | None, changes: dict[str, Any]
) -> None:
    change = on_unknown_payment(seen(money, **changes), NOW, TERMS)

    assert (None if change is None else kinds(change.alerts)) == told
    assert change is None or change.holds == ()


def test_other_terms_are_told_beside_it() -> None:
    change = on_unknown_payment(seen(IntentStatus.AUTHORIZED, manual=False), NOW, TERMS)

    assert change is not None
    assert set(kinds(change.alerts)) == {AlertKind.UNKNOWN_PAYMENT, AlertKind.AMOUNT_DIFFERS}
