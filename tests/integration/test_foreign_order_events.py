"""Events of other apps on the account, and of what looks like an order and is none (design 8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest

from payments.core.processed_events import Outcome
from tests.integration.deployment import Deployment, Json
from tests.integration.shop import (
    document,
    paid_unheard,
)


def _of_an_account(body: Json) -> None:
    body["account"] = "acct_another"


def _live(body: Json) -> None:
    body["livemode"] = True


def _of_nobodys_order(body: Json) -> None:
    body["data"]["object"]["metadata"] = {"orderId": "unknown", "userId": "buyer"}


def _of_no_order(body: Json) -> None:
    body["data"]["object"]["metadata"] = {"order": "17"}


def _of_a_path(body: Json) -> None:
    body["data"]["object"]["metadata"] = {"orderId": "a/b"}


FOREIGN: Final[dict[str, Callable[[Json], None]]] = {
    "of a connected account": _of_an_account,
    "of live mode": _live,
    "of an order that nobody knows": _of_nobodys_order,
    "of another app": _of_no_order,
    "of an id that no document can have": _of_a_path,
}


@pytest.mark.parametrize("change", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "checkout.session.completed"])
def test_an_event_that_is_not_ours_changes_nothing(
    deployment: Deployment, kind: str, change: Callable[[Json], None]
) -> None:
    paid_unheard(deployment)
    [body] = deployment.news(lambda e: e["type"] == kind)
    change(body)
    before = deployment.everything()

    outcome = deployment.receive(body)

    assert outcome is Outcome.NOT_OURS
    assert deployment.everything() == before


def test_an_order_and_its_events_are_marked_for_35_days(deployment: Deployment) -> None:
    name = paid_unheard(deployment)

    deployment.deliver()

    marks = [s.to_dict() or {} for s in deployment.db.collection("stripe_events").stream()]
    assert {m["type"] for m in marks} == {"payment_intent.succeeded", "checkout.session.completed"}
    assert {m["objectId"] for m in marks} == {document(deployment, f"orders/{name}")["stripe_sid"]}
    assert {m["expireAt"] - m["at"] for m in marks} == {timedelta(days=35)}


def test_a_hold_whose_payment_intent_was_given_an_order_by_hand_is_still_a_hold(deployment: Deployment) -> None:
    """The record says whose it is, and not what somebody types into metadata in the dashboard."""
    created = deployment.create("s1")
    deployment.pay(created)
    [body] = deployment.news(lambda e: e["type"] == "payment_intent.amount_capturable_updated")
    body["data"]["object"]["metadata"]["orderId"] = "o1"

    outcome = deployment.receive(body)

    assert outcome is Outcome.DONE
    assert deployment.hold(created.hold.id).status == "requires_capture"
