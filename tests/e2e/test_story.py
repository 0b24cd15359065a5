"""The whole, as two people and Stripe live it: the official SDK, the emulators, real signed webhooks, each twice."""

from __future__ import annotations

from emulators.stack.app_client import User
from tests.e2e.app_stage import Stage, until


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


def test_webhooks_arrive_through_hostings_rewrite(stage: Stage) -> None:
    """C-06: the path that `stripe listen --forward-to` is given."""
    stage.paid()
    stage.webhooks_delivered()

    assert {d["url"] for d in stage.control.deliveries()} == {f"{stage.stack.hosting_url}/api/webhooks/stripe"}


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
