"""What goes back of a payment (TC-009 … TC-013): read from Stripe as it is now, and never added up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.core.alerts import AlertKind
from payments.domain.shop.ledger import PaymentStatus, apply_reversals
from payments.stripe_model.reversals import takes_money
from tests.unit.constants import MINUTE, NOW
from tests.unit.shop import (
    INTENT,
    ORDER,
    TOTAL,
    a_payment,
    money_back,
)

GIVEN_BACK: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "nothing": (money_back(), ("succeeded", 0, None, 5000)),
    "TC-009 all": (money_back(5000), ("refunded", 5000, None, 0)),
    "TC-010 a part": (money_back(1200), ("partially_refunded", 1200, None, 3800)),
    "TC-011 disputed": (money_back(0, "needs_response", 5000), ("disputed", 0, "needs_response", 0)),
    "under review": (money_back(0, "under_review", 5000), ("disputed", 0, "under_review", 0)),
    "TC-012 won": (money_back(0, "won", 0), ("succeeded", 0, "won", 5000)),
    "TC-013 lost": (money_back(0, "lost", 5000), ("disputed", 0, "lost", 0)),
    "a part disputed": (money_back(0, "needs_response", 2000), ("disputed", 0, "needs_response", 3000)),
    "an inquiry": (money_back(0, "warning_needs_response", 0), ("succeeded", 0, "warning_needs_response", 5000)),
    "an inquiry closed": (money_back(0, "warning_closed", 0), ("succeeded", 0, "warning_closed", 5000)),
    "an inquiry after a refund": (
        money_back(5000, "warning_closed", 0),
        ("refunded", 5000, "warning_closed", 0),
    ),
    "refunded in part, the rest disputed": (
        money_back(1200, "needs_response", 3800),
        ("disputed", 1200, "needs_response", 0),
    ),
    "refunded in part, then disputed and won": (
        money_back(1200, "won", 0),
        ("partially_refunded", 1200, "won", 3800),
    ),
    "two disputes, one won and one lost": (money_back(0, "lost", 2000), ("disputed", 0, "lost", 3000)),
    "more than there was": (money_back(5000, "lost", 5000), ("disputed", 5000, "lost", 0)),
}


@pytest.mark.parametrize(("money", "expected"), GIVEN_BACK.values(), ids=GIVEN_BACK)
@pytest.mark.parametrize(
    "before", [a_payment(), a_payment(status=PaymentStatus.REFUNDED, refunded_total=5000, amount_net=0)]
)
def test_what_goes_back_is_as_stripe_has_it_now(before: Any, money: Any, expected: tuple[Any, ...]) -> None:
    """Refunds can fail later and disputes can be won: what was on record before does not matter."""
    after = apply_reversals(before, money, NOW).payment

    assert (after.status, after.refunded_total, after.dispute_status, after.amount_net) == expected
    assert (after.amount, after.order_id, after.payment_intent_id) == (TOTAL, ORDER, INTENT)


@pytest.mark.parametrize(
    ("status", "takes"),
    [
        ("needs_response", True),
        ("under_review", True),
        ("appeal_needs_response", True),
        ("lost", True),
        ("a_status_of_next_year", True),
        ("won", False),
        ("prevented", False),
        ("warning_needs_response", False),
        ("warning_under_review", False),
        ("warning_closed", False),
    ],
)
def test_a_dispute_keeps_the_money_unless_it_is_an_inquiry_or_was_won(status: str, takes: bool) -> None:  # noqa: FBT001 - a column of the table
    assert takes_money(status) is takes


@given(
    amount=st.integers(1, 99_999_999),
    refunded=st.integers(0, 99_999_999),
    disputed=st.integers(0, 99_999_999),
    status=st.sampled_from([None, "won", "lost", "needs_response", "warning_closed"]),
)
def test_what_is_left_is_never_less_than_nothing_nor_more_than_was_paid(
    amount: int, refunded: int, disputed: int, status: str | None
) -> None:
    after = apply_reversals(a_payment(amount=amount), money_back(refunded, status, disputed), NOW).payment
    again = apply_reversals(after, money_back(refunded, status, disputed), NOW + MINUTE)

    assert after.amount_net == max(0, amount - refunded - disputed)
    assert 0 <= after.amount_net <= amount
    assert (after.amount_net == amount) is (after.status is PaymentStatus.SUCCEEDED)
    assert (again.payment, again.alerts) == (after, ())


@pytest.mark.parametrize(
    ("before", "now", "is_raised"),
    [
        (None, "needs_response", True),
        (None, "warning_needs_response", True),
        ("won", "appeal_needs_response", True),
        ("warning_closed", "needs_response", True),
        (None, "a_status_of_next_year", True),
        (None, None, False),
        ("needs_response", "needs_response", False),
        ("needs_response", "lost", False),
        ("needs_response", "won", False),
    ],
)
def test_a_dispute_of_an_order_is_raised_when_it_opens(before: Any, now: Any, is_raised: bool) -> None:  # noqa: FBT001 - a column of the table
    alerts = apply_reversals(a_payment(dispute_status=before), money_back(0, now, 5000), NOW).alerts

    assert [(a.kind, a.order_id, a.session_id) for a in alerts] == (
        [(AlertKind.DISPUTED, ORDER, None)] if is_raised else []
    )
