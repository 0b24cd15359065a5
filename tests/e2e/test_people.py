"""What people can do past the functions, straight at the database, with the official SDK and the rules in force."""

from __future__ import annotations

from tests.e2e.app_stage import Stage, until

DENIED = "permission-denied"


def test_nobody_writes_what_money_depends_on(stage: Stage) -> None:
    """Each would open a chat, stop a capture, or move a price."""
    hold, person = stage.paid(), stage.payer
    stage.webhooks_delivered()
    before = [stage.documents.read(path) for path in (hold.path, hold.session_path)]

    answers = [
        person.update(hold.path, {"status": "captured"}),
        person.update(hold.path, {"operation": "capture", "rev": 99}),
        person.set(hold.path, {"userId": person.uid}),
        person.delete(hold.path),
        person.set("payment_intents/pi_mine", {"userId": person.uid, "status": "requires_capture"}),
        person.update(hold.session_path, {"status": "active"}),
        person.update(hold.session_path, {"amount": 1}),
        person.update(hold.session_path, {"participants": [person.uid]}),
        person.delete(hold.session_path),
        person.set("sessions/mine", {"userId": person.uid, "participants": [person.uid], "status": "ready"}),
        person.set(f"consultants/{person.uid}", {"active": True, "price": 1}),
        person.set(f"limits/payment:{person.uid}", {"attempts": 0}),
        person.delete(f"limits/payment:{person.uid}"),
        person.set("stripe_events/evt_1", {"type": "payment_intent.succeeded"}),
        person.set("alerts/a", {"kind": "disputed"}),
    ]

    assert [answer.code for answer in answers] == [DENIED] * len(answers)
    assert [stage.documents.read(path) for path in (hold.path, hold.session_path)] == before


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
