"""Door A as two people live it (H-01, H-02, H-10): the official SDK, the rules, and listeners that tell the app."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from typing import Any

import pytest

from emulators.stack.app_client import ANSWER_SECONDS
from payments.domain.chat.tickets import grouped
from tests.e2e.answers import JAPANESE
from tests.e2e.app_stage import Stage, until

DENIED = "permission-denied"
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


def test_a_repeat_answers_the_same_and_takes_nothing(stage: Stage) -> None:
    """H-02: the app that lost its answer, or whose person taps five times."""
    code, session_id = stage.ticket(uses=3), str(uuid.uuid4())

    answers = [stage.redeem(code, session_id).done() for _ in range(3)]

    assert answers == [answers[0]] * 3
    assert stage.documents.read(f"tickets/{code}")["remaining"] == 2


def test_six_people_with_a_code_for_two_open_two_chats(stage: Stage) -> None:
    """H-02."""
    code = stage.ticket(uses=2)
    people = [stage.app.sign_up(f"guest{n}") for n in range(6)]
    asked = {"code": code, "consultantId": stage.consultant.uid}

    calls = [person.start_call("redeemTicket", {**asked, "sessionId": str(uuid.uuid4())}) for person in people]
    answers = [call.result(ANSWER_SECONDS) for call in calls]

    assert Counter(answer.refusal for answer in answers) == {None: 2, "ticket_invalid": 4}
    assert stage.documents.read(f"tickets/{code}")["remaining"] == 0


def test_what_the_app_learns_of_a_code_that_is_no_good(stage: Stage) -> None:
    """Design 9: one answer for all, in words that can be shown."""
    used = stage.ticket()
    stage.redeem(used)

    answers = [stage.redeem(code) for code in (used, "QRSTVWXY6789", "???")]

    assert {(answer.code, answer.refusal) for answer in answers} == {
        ("functions/failed-precondition", "ticket_invalid")
    }
    assert len({answer.message for answer in answers}) == 1
    assert JAPANESE.search(answers[0].message)


@pytest.mark.parametrize("who", ["payer", "consultant", "nobody"])
def test_no_app_sees_or_makes_codes(stage: Stage, who: str) -> None:
    """A collection that can be read can be enumerated; a counter that can be written counts nothing."""
    code = stage.ticket()
    session_id = stage.redeem(code).done()["sessionId"]
    person = {"payer": stage.payer, "consultant": stage.consultant, "nobody": stage.app.stranger()}[who]
    paths = [f"tickets/{code}", f"redemptions/{session_id}:1", f"limits/ticket:{stage.payer.uid}"]

    answers = [
        answer.code
        for path in paths
        for answer in (person.get(path), person.update(path, {"remaining": 9}), person.delete(path))
    ]
    answers += [person.set("tickets/MYOWNCODE234", {"active": True, "remaining": 9}).code]
    answers += [
        person.list("tickets", "active", "==", value=True).code,
        person.list("redemptions", "code", "==", "ANYCODE234").code,
        person.list("limits", "attempts", "==", 1).code,
    ]

    assert set(answers) == {DENIED}


def test_a_tickets_chat_goes_on_with_a_card_in_the_same_room(stage: Stage) -> None:
    """H-10: attempt 2, a new clock, the same session."""
    path = opened(stage)
    call(stage, "startSession", path)
    call(stage, "endSession", path)
    session = stage.payer.listen(path)
    until(session, "ended")

    hold = stage.hold(path.removeprefix("sessions/"))
    stage.pay(hold)
    ready = until(session, "ready")
    call(stage, "startSession", path)
    running = until(session, "active")
    ended = call(stage, "endSession", path)

    assert (ready["attempt"], ready["source"], ready["intentId"]) == (2, "payment", hold.id)
    assert running["startedAt"] is not None
    assert ended["payment"] == "captured"
    assert stage.intent(hold.id).amount_received == 5000


def test_a_paid_chat_goes_on_with_a_ticket_in_the_same_room(stage: Stage) -> None:
    """H-10."""
    hold = stage.started()
    call(stage, "endSession", hold.session_path)
    session = stage.payer.listen(hold.session_path)
    until(session, "ended")

    stage.redeem(stage.ticket(), hold.session_id).done()
    ready = until(session, "ready")
    call(stage, "startSession", hold.session_path)
    ended = call(stage, "endSession", hold.session_path)

    assert (ready["attempt"], ready["source"], ready["intentId"]) == (2, "ticket", None)
    assert ended["payment"] == "none"
    assert stage.status(hold.path) == "captured"


def test_a_code_is_refused_while_a_card_is_being_asked_for(stage: Stage) -> None:
    """A ticket never lands on an open payment, and keeps its use."""
    code, hold = stage.ticket(), stage.hold()

    answer = stage.redeem(code, hold.session_id)

    assert answer.refusal == "payment_open"
    assert stage.documents.read(f"tickets/{code}")["remaining"] == 1
    assert stage.status(hold.session_path) == "awaiting_payment"


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


def test_both_find_what_they_were_told_in_their_own_lists(stage: Stage) -> None:
    """H-06: newest first; what has been read stays read, and nobody reads another's."""
    path = opened(stage)
    call(stage, "startSession", path)
    call(stage, "endSession", path)

    lists = [person.notifications().done() for person in (stage.payer, stage.consultant)]
    newest = lists[0][0]["id"]
    read = stage.payer.update(f"notifications/{newest}", {}, times=("readAt",))
    denied = stage.consultant.get(f"notifications/{newest}")
    again = stage.payer.notifications().done()

    kinds = ["session_ended", "session_started", "session_ready"]
    assert [[n["kind"] for n in told if mine(n, path)] for told in lists] == [kinds, kinds]
    assert [n["readAt"] for n in lists[0]] == [None, None, None]
    assert (read.code, denied.code) == (None, DENIED)
    assert [n["readAt"] is None for n in again] == [False, True, True]
