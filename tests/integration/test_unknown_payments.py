"""Money of ours without a record: its documents were deleted, or the backup that was restored is older (design 8)."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Final

import pytest

from payments.core.processed_events import Outcome
from payments.domain.chat.records import CancelReason
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.jobs.webhook import LISTENED
from tests.integration.deployment import Deployment, Json
from tests.integration.forgetting import forget, forget_chats, forget_orders
from tests.integration.payments_made import captured
from tests.integration.shop import alerts, at_store, order, paid, pay_page, payments
from tests.integration.together import at_once

HELD: Final = "payment_intent.amount_capturable_updated"


# --- orders


def test_money_paid_at_a_store_for_an_order_that_was_deleted_is_said_once(deployment: Deployment) -> None:
    """The buyer's account was deleted with its orders while the payment code was still good."""
    opened, intent = at_store(deployment)
    deployment.deliver()
    forget_orders(deployment)
    deployment.control.settle_konbini(intent, "succeed")

    outcomes = deployment.deliver()

    [alert] = alerts(deployment)
    assert Outcome.DONE in outcomes
    assert (alert["kind"], alert["intentId"], alert["orderId"]) == ("unknown_payment", intent, opened.order.id)
    assert (alert["amount"], alert["currency"]) == (5000, "jpy")
    assert payments(deployment) == {}


def test_money_paid_by_card_for_an_order_that_was_deleted_is_said_once(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = order(deployment)
    forget_orders(deployment)
    intent = pay_page(deployment, opened)["payment_intent"]

    deployment.deliver()

    assert deployment.alerts_by_intent() == {intent: {"unknown_payment"}}
    assert capsys.readouterr().err.count('"message": "alert"') == 1


def test_its_two_events_at_once_say_it_once(deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    opened = order(deployment)
    forget_orders(deployment)
    pay_page(deployment, opened)
    bodies = deployment.news(lambda e: e["type"] in LISTENED)

    outcomes = at_once(*(partial(deployment.receive, body) for body in bodies))

    assert Outcome.DONE in outcomes
    assert deployment.alerts() == ["unknown_payment"]
    assert capsys.readouterr().err.count('"message": "alert"') == 1


def test_a_payment_on_record_whose_order_alone_was_deleted_is_known(deployment: Deployment) -> None:
    """Its money is accounted for: a report that comes once more says nothing new."""
    paid(deployment)
    forget(deployment, "orders", "order_metadata", "stripe_events")

    outcomes = [deployment.receive(body) for body in deployment.events() if body["type"] in LISTENED]

    assert Outcome.DONE not in outcomes
    assert deployment.alerts() == []


def test_a_page_of_a_deleted_order_that_nobody_has_paid_is_nothing_to_say(deployment: Deployment) -> None:
    opened = order(deployment)
    forget_orders(deployment)
    pay_page(deployment, opened, "4000000000000002")
    deployment.sdk.v1.checkout.sessions.expire(opened.order.checkout_session_id or "")
    before = deployment.everything()

    outcomes = deployment.deliver(lambda e: e["type"] != "payment_intent.created")

    assert Outcome.DONE not in outcomes
    assert deployment.everything() == before


def test_a_refund_of_money_for_an_order_that_was_deleted_is_said(deployment: Deployment) -> None:
    opened = order(deployment)
    intent = pay_page(deployment, opened)["payment_intent"]
    deployment.news()
    forget_orders(deployment)
    deployment.sdk.v1.refunds.create({"payment_intent": intent, "amount": 1000})

    outcomes = deployment.deliver(lambda e: e["type"] == "refund.created")

    assert outcomes == [Outcome.UNKNOWN_PAYMENT]
    assert deployment.alerts_by_intent() == {intent: {"unknown_payment"}}


# --- chats


def held_without_a_record(deployment: Deployment, session_id: str = "s1") -> str:
    """A card is authorized for a chat whose documents are gone; nothing is delivered."""
    created = deployment.create(session_id)
    forget_chats(deployment)
    deployment.pay(created)
    return created.hold.id


def test_an_authorization_whose_documents_are_gone_is_said_and_canceled(deployment: Deployment) -> None:
    intent = held_without_a_record(deployment)

    deployment.deliver()
    adopted = deployment.hold(intent)
    deployment.sweep()
    deployment.deliver()

    assert (adopted.status, adopted.cancel_reason) == (HoldStatus.REQUIRES_CAPTURE, CancelReason.SUPERSEDED)
    assert deployment.intent(intent).status == "canceled"
    assert (deployment.hold(intent).status, deployment.hold(intent).due_at) == (HoldStatus.CANCELED, None)
    assert deployment.alerts_by_intent() == {intent: {"unknown_payment"}}
    assert deployment.sessions() == {}
    assert deployment.notices() == []


def test_an_authorization_whose_session_belongs_to_somebody_else_now_leaves_that_one_as_it_is(
    deployment: Deployment,
) -> None:
    """The documents were deleted, and the id was used again."""
    intent = held_without_a_record(deployment, "s1")
    deployment.pass_time(seconds=2)
    other = deployment.create("s1", user_id="somebody-else")
    before = deployment.session("s1")

    deployment.deliver()
    deployment.sweep()

    assert deployment.intent(intent).status == "canceled"
    assert deployment.session("s1") == before
    assert deployment.hold(other.hold.id).cancel_reason is None
    assert deployment.alerts_by_intent() == {intent: {"unknown_payment"}}


def test_money_captured_for_a_chat_whose_documents_are_gone_is_said(deployment: Deployment) -> None:
    hold = captured(deployment)
    forget_chats(deployment)
    forget(deployment, "stripe_events", "notifications")
    [body] = [e for e in deployment.events() if e["type"] == "payment_intent.succeeded"]

    outcome = deployment.receive(body)

    [alert] = alerts(deployment)
    assert outcome is Outcome.DONE
    assert (alert["kind"], alert["intentId"], alert["sessionId"]) == ("unknown_payment", hold.id, hold.session_id)
    assert alert["amount"] == 5000
    assert deployment.holds() == {}


def test_each_further_event_of_it_says_nothing_again(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    hold = captured(deployment)
    forget_chats(deployment)
    forget(deployment, "stripe_events")
    for number in range(2):
        [body] = [e for e in deployment.events() if e["type"] == "payment_intent.succeeded"]
        deployment.receive({**body, "id": f"evt_{number}"})
    deployment.sdk.v1.refunds.create({"payment_intent": hold.id, "amount": 1000})

    outcomes = Counter(deployment.deliver(lambda e: e["type"].startswith("refund.")))

    assert outcomes == {Outcome.UNKNOWN_PAYMENT: 1}
    assert capsys.readouterr().err.count("unknown_payment") == 1


def test_a_dispute_of_money_without_a_record_is_raised_once(deployment: Deployment) -> None:
    """Stripe's deadline for an answer does not wait for the documents."""
    hold = captured(deployment)
    forget_chats(deployment)
    charge = deployment.intent(hold.id).latest_charge
    deployment.control.dispute(str(charge))

    outcomes = deployment.deliver(lambda e: "dispute" in e["type"])

    assert set(outcomes) == {Outcome.UNKNOWN_PAYMENT}
    assert deployment.alerts_by_intent() == {hold.id: {"disputed", "unknown_payment"}}


def test_an_authorization_that_is_over_already_needs_nobody(deployment: Deployment) -> None:
    intent = held_without_a_record(deployment)
    deployment.sdk.v1.payment_intents.cancel(intent)
    before = deployment.everything()

    outcomes = deployment.deliver(lambda e: e["type"] == "payment_intent.canceled")

    assert (outcomes, deployment.everything()) == ([Outcome.NOT_OURS], before)


@pytest.mark.parametrize("field", ["userId", "consultantId", "attempt"])
def test_an_authorization_of_ours_that_names_nobody_s_chat_is_said_and_left_to_a_person(
    deployment: Deployment, field: str
) -> None:
    """Somebody has edited it in the dashboard: a record can't be made of it."""
    intent = held_without_a_record(deployment)
    [body] = deployment.news(lambda e: e["type"] == HELD)
    body["data"]["object"]["metadata"][field] = ""

    deployment.receive(body)

    assert deployment.alerts_by_intent() == {intent: {"unknown_payment"}}
    assert deployment.holds() == {}


# --- what was made before the key existed, and what another deployment made


def metadata_without_app(body: Json) -> Json:
    body["data"]["object"]["metadata"].pop("app")
    return body


def test_what_was_made_before_the_key_existed_is_ours_only_with_a_record(deployment: Deployment) -> None:
    held_without_a_record(deployment)
    [body] = deployment.news(lambda e: e["type"] == HELD)
    before = deployment.everything()

    outcome = deployment.receive(metadata_without_app(body))

    assert (outcome, deployment.everything()) == (Outcome.NOT_OURS, before)


def test_what_was_made_before_the_key_existed_opens_its_chat(deployment: Deployment) -> None:
    deployment.pay(deployment.create("s1"))
    [body] = deployment.news(lambda e: e["type"] == HELD)
    forget(deployment, "payment_intents")
    deployment.db.document("sessions/s1").update({"intentId": None})

    deployment.receive(metadata_without_app(body))

    assert deployment.session("s1").status is SessionStatus.READY
