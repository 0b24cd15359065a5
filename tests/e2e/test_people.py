"""What people can do past the functions, straight at the database, with the official SDK and the rules in force."""

from __future__ import annotations

import pytest

from tests.e2e.app_stage import Stage

DENIED = "permission-denied"
AUTHORIZED = "payment_intent.amount_capturable_updated"


def test_the_payer_reads_their_hold_and_their_session(stage: Stage) -> None:
    hold = stage.paid()

    payment, session = stage.payer.get(hold.path), stage.payer.get(hold.session_path)
    mine = stage.payer.list("payment_intents", "userId", "==", stage.payer.uid)

    assert payment.data["status"] == "requires_capture"
    assert session.data["status"] == "ready"
    assert [each["id"] for each in mine.data] == [hold.id]
    assert "clientSecret" not in payment.data


def test_a_stranger_sees_neither(stage: Stage) -> None:
    hold = stage.paid()
    stranger, nobody = stage.app.sign_up("stranger"), stage.app.stranger()

    answers = [someone.get(path).code for someone in (stranger, nobody) for path in (hold.path, hold.session_path)]
    lists = [
        stranger.list("payment_intents", "userId", "==", stage.payer.uid).code,
        stranger.list("sessions", "participants", "array-contains", stage.payer.uid).code,
        stranger.list("payment_intents", "status", "==", "requires_capture").code,
    ]

    assert answers == [DENIED] * 4
    assert lists == [DENIED] * 3


@pytest.mark.parametrize("who", ["payer", "consultant"])
def test_nobody_writes_what_money_depends_on(stage: Stage, who: str) -> None:
    """Each would open a chat, stop a capture, or move a price."""
    hold = stage.paid()
    person = getattr(stage, who)
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


def test_nobody_reads_what_is_the_functions_own(stage: Stage) -> None:
    hold = stage.paid()
    stage.webhooks_delivered()
    seen = {d["event"] for d in stage.control.deliveries() if d["object"] == hold.id and d["type"] == AUTHORIZED}
    counter = f"payment:{stage.payer.uid}"
    marks = [f"stripe_events/{event}" for event in seen]
    paths = [f"limits/{counter}", *marks]

    answers = [person.get(path).code for person in (stage.payer, stage.consultant) for path in paths]

    assert counter in stage.documents.all("limits")
    assert all(stage.documents.read(path) for path in marks)
    assert answers == [DENIED] * 4
