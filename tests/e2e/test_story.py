"""The whole, as two people and Stripe live it: the official SDK, the emulators, real signed webhooks, each twice."""

from __future__ import annotations

from collections import Counter

from emulators.stack.app_client import User
from tests.e2e.app_stage import Stage, until

THREE_D_SECURE = "4000002500003155"
DECLINED = "4000000000000002"


def test_a_chat_is_held_paid_started_ended_and_captured(stage: Stage) -> None:
    """H-03, H-05, H-07 … H-09, H-12 … H-15, H-17 … H-19: the plain way, as the payer's app sees it."""
    hold = stage.hold()
    session, payment = stage.payer.listen(hold.session_path), stage.payer.listen(hold.path)

    waiting, created = until(session, "awaiting_payment"), until(payment, "created")
    sheet = stage.pay(hold)
    until(session, "ready")
    held = until(payment, "requires_capture")
    started = stage.payer.call("startSession", {"sessionId": hold.session_id}).data
    until(session, "active")
    ended = stage.payer.call("endSession", {"sessionId": hold.session_id}).data
    until(session, "ended")
    captured = until(payment, "captured")

    assert sheet["status"] == "requires_capture"
    assert (waiting["userId"], waiting["consultantId"]) == (stage.payer.uid, stage.consultant.uid)
    assert (created["userId"], created["sessionId"], created["amount"]) == (stage.payer.uid, hold.session_id, 5000)
    assert created["metadata"]["sessionId"] == hold.session_id
    assert held["authorizedAt"]
    assert started["startedAt"] < started["expiresAt"]
    assert (ended["status"], ended["payment"]) == ("ended", "captured")
    assert captured["capturedAt"]
    assert captured["amountCaptured"] == stage.intent(hold.id).amount_received == 5000


def test_every_webhook_comes_twice_and_each_is_dealt_with_once(stage: Stage) -> None:
    """H-18."""
    hold = stage.paid()
    stage.webhooks_delivered()
    before = stage.documents.read(hold.path)

    stage.control.flush_webhooks()
    deliveries = [d for d in stage.control.deliveries() if d["object"] == hold.id]

    times = Counter(d["event"] for d in deliveries)
    assert set(times.values()) == {2}
    assert {d["status"] for d in deliveries} == {200}
    listened = [d["event"] for d in deliveries if d["type"] == "payment_intent.amount_capturable_updated"]
    assert {stage.documents.read(f"stripe_events/{event}")["objectId"] for event in listened} == {hold.id}
    assert stage.documents.read(hold.path) == before


def test_webhooks_arrive_through_hostings_rewrite(stage: Stage) -> None:
    """C-06: the path that `stripe listen --forward-to` is given."""
    stage.paid()
    stage.webhooks_delivered()

    assert {d["url"] for d in stage.control.deliveries()} == {f"{stage.stack.hosting_url}/api/webhooks/stripe"}


def test_a_card_with_3d_secure_holds_once_its_owner_has_passed(stage: Stage) -> None:
    """H-05."""
    hold = stage.hold()
    session = stage.payer.listen(hold.session_path)

    asked = stage.pay(hold, THREE_D_SECURE)
    stage.webhooks_delivered()
    meanwhile = stage.status(hold.session_path)
    stage.control.authenticate(hold.id, "succeed")
    until(session, "ready")

    assert asked["status"] == "requires_action"
    assert meanwhile == "awaiting_payment"
    assert stage.status(hold.path) == "requires_capture"


def test_a_declined_card_leaves_the_hold_open_for_another(stage: Stage) -> None:
    """H-05: the same PaymentIntent, the same client secret."""
    hold = stage.hold()
    session = stage.payer.listen(hold.session_path)

    declined = stage.pay(hold, DECLINED)
    stage.webhooks_delivered()
    after_decline = stage.documents.read(hold.path)
    again = stage.hold(hold.session_id)
    stage.pay(again)
    until(session, "ready")

    assert declined["status"] == "requires_payment_method"
    assert (after_decline["status"], after_decline["lastError"]) == ("created", "card_declined")
    assert again == hold


def test_the_payers_button_cancels_a_hold(stage: Stage) -> None:
    """H-11."""
    hold = stage.paid()
    session = stage.payer.listen(hold.session_path)

    answer = stage.payer.call("cancelPaymentIntent", {"paymentIntentId": hold.id, "reason": "requested_by_customer"})
    until(session, "canceled")

    assert answer.data["status"] == "canceled"
    assert stage.intent(hold.id).status == "canceled"
    assert stage.payer.call("startSession", {"sessionId": hold.session_id}).refusal == "not_paid"


def test_a_chat_that_runs_can_no_longer_be_canceled_by_the_payer(stage: Stage) -> None:
    hold = stage.started()

    answer = stage.payer.call("cancelPaymentIntent", {"paymentIntentId": hold.id})

    assert (answer.code, answer.refusal) == ("functions/failed-precondition", "session_started")
    assert stage.intent(hold.id).status == "requires_capture"


def test_capture_ends_the_chat_and_a_repeat_answers_the_same(stage: Stage) -> None:
    """H-09, H-15."""
    hold = stage.started()

    first = stage.payer.call("capturePaymentIntent", {"paymentIntentId": hold.id})
    second = stage.payer.call("capturePaymentIntent", {"paymentIntentId": hold.id})

    assert first.data["status"] == "captured"
    assert second.data == first.data
    assert stage.status(hold.session_path) == "ended"


def test_a_hold_nobody_uses_is_let_go_by_the_schedule(stage: Stage) -> None:
    """H-11, H-16."""
    hold = stage.paid()
    session = stage.payer.listen(hold.session_path)
    stage.documents.let_time_pass(hold.path, 72 * 3600)

    answer = stage.stack.run_scheduled("sweepHolds")
    until(session, "canceled")

    assert answer.status_code == 200
    assert stage.status(hold.path) == "canceled"
    assert stage.intent(hold.id).cancellation_reason == "abandoned"


def test_both_are_told_of_their_chat_and_the_payer_of_the_money(stage: Stage) -> None:
    """H-06: each app lists what its person was told, newest first, and marks it as read by the server's clock."""
    hold = stage.started()
    stage.payer.call("endSession", {"sessionId": hold.session_id}).done()
    stage.webhooks_delivered()

    mine, theirs = stage.payer.notifications().done(), stage.consultant.notifications().done()
    path = f"notifications/{mine[0]['id']}"
    read = stage.payer.update(path, {}, times=("readAt",))
    foreign = stage.consultant.update(path, {}, times=("readAt",))

    assert {told["kind"] for told in mine} == {told["kind"] for told in theirs} | {"payment_captured"}
    assert {told["kind"] for told in theirs} == {"session_ready", "session_started", "session_ended"}
    assert (len(mine), len(theirs)) == (4, 3)
    assert read.code is None
    assert foreign.code == "permission-denied"
    assert stage.documents.read(path)["readAt"]


def test_a_paid_chat_starts_though_its_webhook_never_came(stage: Stage) -> None:
    """H-18: START looks at Stripe first."""
    stage.control.webhooks(mode="hold")
    try:
        hold = stage.hold()
        stage.pay(hold)
        answer = stage.payer.call("startSession", {"sessionId": hold.session_id})
        stage.control.drop_webhooks()
    finally:
        stage.control.webhooks(mode="deliver")

    assert answer.data["status"] == "active"
    assert stage.status(hold.path) == "requires_capture"


def test_an_app_learns_code_details_and_text_of_a_refusal(stage: Stage) -> None:
    """Design 9, through the official SDK."""
    nobody: User = stage.app.stranger()
    asked = {"sessionId": "s/1", "consultantId": stage.consultant.uid, "amount": "5000", "price": 1}

    refused, unknown = stage.payer.call("createPaymentIntent", asked), nobody.call("createPaymentIntent", asked)

    assert refused.code == "functions/invalid-argument"
    assert refused.details == {
        "code": "invalid_argument",
        "fields": {"sessionId": "invalid", "amount": "invalid", "price": "unknown"},
    }
    assert "入力内容" in refused.message
    assert (unknown.code, unknown.refusal) == ("functions/unauthenticated", "unauthenticated")
