"""The chat as the consultant has it: followed, let go, never charged for too early."""

from __future__ import annotations

from tests.e2e.app_stage import Stage, until


def test_the_consultant_follows_the_chat_and_does_not_see_the_card(stage: Stage) -> None:
    hold = stage.hold()
    session = stage.consultant.listen(hold.session_path)
    until(session, "awaiting_payment")

    stage.pay(hold)
    until(session, "ready")
    starts = stage.consultant.call("startSession", {"sessionId": hold.session_id})
    stage.payer.call("startSession", {"sessionId": hold.session_id})
    until(session, "active")

    assert starts.refusal == "session_not_yours"
    assert stage.consultant.get(hold.path).code == "permission-denied"
    chats = stage.consultant.list("sessions", "participants", "array-contains", stage.consultant.uid)
    assert [chat["id"] for chat in chats.data] == [hold.session_id]


def test_the_consultant_can_not_charge_for_a_chat_that_has_only_begun(stage: Stage) -> None:
    """Before `expiresAt` only the payer ends a chat: one second would cost 5,000 otherwise."""
    hold = stage.started()

    ends = stage.consultant.call("endSession", {"sessionId": hold.session_id})
    captures = stage.consultant.call("capturePaymentIntent", {"paymentIntentId": hold.id})

    assert (ends.refusal, captures.refusal) == ("session_running", "session_running")
    assert stage.status(hold.session_path) == "active"
    assert stage.intent(hold.id).status == "requires_capture"


def test_the_consultant_may_let_the_payer_go_free_while_the_chat_runs(stage: Stage) -> None:
    hold = stage.started()
    session = stage.payer.listen(hold.session_path)

    answer = stage.consultant.call("cancelPaymentIntent", {"paymentIntentId": hold.id})
    until(session, "ended")

    assert answer.data["status"] == "canceled"
    assert stage.intent(hold.id).status == "canceled"
