"""A chat goes on, after its end or before it, as two people live it: the official SDK, the emulators, real webhooks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.e2e.app_stage import Hold, Stage, until

HALF_AN_HOUR = timedelta(minutes=30)


def time_passes(stage: Stage, *, until_end_of: Hold, holds: tuple[Hold, ...]) -> None:
    """Date the chat back, until a second after the end of the time that a hold pays for."""
    left = stage.documents.read(until_end_of.path)["endsAt"] + timedelta(seconds=1) - datetime.now(UTC)
    for path in (until_end_of.session_path, *(hold.path for hold in holds)):
        stage.documents.let_time_pass(path, left.total_seconds())


def test_a_chat_that_has_ended_goes_on_with_a_new_hold_in_the_same_room(stage: Stage) -> None:
    """H-10: the same session with what was said in it, the next attempt, another PaymentIntent, a new clock."""
    first = stage.started()
    stage.payer.say(first.session_path, "first half").done()
    stage.payer.call("endSession", {"sessionId": first.session_id})

    second = stage.hold(first.session_id)
    session = stage.payer.listen(second.session_path)
    stage.pay(second)
    ready = until(session, "ready")
    stage.payer.call("startSession", {"sessionId": second.session_id})
    active = until(session, "active")
    stage.consultant.say(second.session_path, "second half").done()

    assert second.id != first.id
    assert (ready["attempt"], ready["intentId"], ready["expiresAt"]) == (2, second.id, None)
    assert active["usedIntentId"] == second.id
    assert stage.status(first.path) == "captured"
    said = [message["text"] for message in stage.payer.messages(first.session_path).done()]
    assert said == ["second half", "first half"]


def test_a_chat_is_extended_without_a_gap(stage: Stage) -> None:
    """H-09, H-10, H-17: the app sees the clock move; each hold is captured at the end of its own 30 minutes."""
    first = stage.started()
    session = stage.payer.listen(first.session_path)
    before = stage.documents.read(first.session_path)["expiresAt"]

    second = stage.hold(first.session_id)
    stage.pay(second)
    moved = int((before + HALF_AN_HOUR).timestamp())
    session.until(lambda heard: (heard.done()["expiresAt"] or {}).get("seconds") == moved)
    time_passes(stage, until_end_of=first, holds=(first, second))
    said = stage.payer.say(first.session_path, "still here")
    swept = stage.stack.run_scheduled("sweepHolds")
    between = [stage.status(path) for path in (first.path, second.path, first.session_path)]
    time_passes(stage, until_end_of=second, holds=(first, second))
    stage.stack.run_scheduled("sweepHolds")
    until(session, "ended")

    assert said.code is None
    assert swept.status_code == 200
    assert between == ["captured", "requires_capture", "active"]
    assert [stage.intent(hold.id).amount_received for hold in (first, second)] == [5000, 5000]
    assert [stage.status(hold.path) for hold in (first, second)] == ["captured", "captured"]
