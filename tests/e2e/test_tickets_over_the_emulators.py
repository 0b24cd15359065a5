"""Door A as two people live it (H-01, H-02, H-10): the official SDK, the rules, and listeners that tell the app."""

from __future__ import annotations

import json
import uuid
from typing import Any

from payments.domain.chat.tickets import grouped
from tests.e2e.app_stage import Stage, until

HALF_AN_HOUR = 30 * 60


def opened(stage: Stage, uses: int = 1) -> str:
    """The path of a session that a ticket has opened."""
    return f"sessions/{stage.redeem(stage.ticket(uses)).done()['sessionId']}"


def call(stage: Stage, function: str, path: str) -> dict[str, Any]:
    """The payer's app calls about a session."""
    answer: dict[str, Any] = stage.payer.call(function, {"sessionId": path.removeprefix("sessions/")}).done()
    return answer


def test_a_code_opens_a_chat_that_is_ready_started_and_ended_without_a_payment(stage: Stage) -> None:
    """H-01, H-02: what the two apps see, and that Stripe has heard nothing of it."""
    code, session_id = stage.ticket(), str(uuid.uuid4())

    redeemed = stage.redeem(grouped(code).lower(), session_id).done()
    path = f"sessions/{session_id}"
    mine, theirs = stage.payer.listen(path), stage.consultant.listen(path)
    ready = until(mine, "ready")
    started = call(stage, "startSession", path)
    running = until(theirs, "active")
    ended = call(stage, "endSession", path)
    over = until(mine, "ended")

    assert redeemed == {"sessionId": session_id, "status": "ready"}
    assert (ready["source"], ready["intentId"], ready["amount"]) == ("ticket", None, 0)
    assert set(ready["participants"]) == {stage.payer.uid, stage.consultant.uid}
    assert started["status"] == running["status"] == "active"
    assert (ended["status"], ended["payment"], over["endedBy"]) == ("ended", "none", stage.payer.uid)
    assert stage.payer.list("payment_intents", "userId", "==", stage.payer.uid).data == []
    assert [r for r in stage.control.requests() if session_id in json.dumps(r)] == []


def test_the_schedule_reminds_both_and_then_ends_a_tickets_chat(stage: Stage) -> None:
    """H-06, H-17: five minutes before, and at the end."""
    path = opened(stage)
    call(stage, "startSession", path)
    session = stage.consultant.listen(path)
    until(session, "active")

    stage.documents.let_time_pass(path, HALF_AN_HOUR - 299)
    stage.stack.run_scheduled("sweepHolds")
    reminded = {(n["kind"], n["userId"]) for n in stage.documents.all("notifications").values() if mine(n, path)}
    stage.documents.let_time_pass(path, 300)
    stage.stack.run_scheduled("sweepHolds")
    over = until(session, "ended")

    assert ("ending_soon", stage.payer.uid) in reminded
    assert ("ending_soon", stage.consultant.uid) in reminded
    assert over["endedBy"] == "system"


def mine(notification: dict[str, Any], path: str) -> bool:
    return bool(notification["sessionId"] == path.removeprefix("sessions/"))
