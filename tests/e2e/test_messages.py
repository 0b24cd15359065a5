"""Messages as two apps write them (DMRoom, H-17): the official SDK under the rules, on what the functions have written.

The clause by clause proof of the rules is in tests/rules; here is that they and the product mean the same session.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from emulators.stack.app_client import Answer, User
from tests.e2e.app_stage import Hold, Stage, until

DENIED = "permission-denied"
HALF_AN_HOUR = 30 * 60


def ready_by_ticket(stage: Stage) -> str:
    return f"sessions/{stage.redeem(stage.ticket()).done()['sessionId']}"


def call(stage: Stage, function: str, path: str) -> Any:
    return stage.payer.call(function, {"sessionId": path.removeprefix("sessions/")}).done()


def running(stage: Stage) -> str:
    """The path of a session whose chat both apps have seen start."""
    path = ready_by_ticket(stage)
    call(stage, "startSession", path)
    until(stage.payer.listen(path), "active")
    return path


def each_says(stage: Stage, path: str) -> list[str | None]:
    """What comes of a message of the payer's and one of the consultant's: None where it is taken."""
    return [person.say(path, "こんにちは").code for person in (stage.payer, stage.consultant)]


TAKEN, REFUSED = [None, None], [DENIED, DENIED]


def test_two_people_write_to_each_other_while_the_chat_runs(stage: Stage) -> None:
    """The time of a message is the server's, and both read the same."""
    path = running(stage)

    stage.payer.say(path, "はじめまして").done()
    stage.consultant.say(path, "こんにちは 👋").done()
    lists = [person.messages(path).done() for person in (stage.payer, stage.consultant)]

    assert [(m["senderId"], m["text"]) for m in lists[0]] == [
        (stage.consultant.uid, "こんにちは 👋"),
        (stage.payer.uid, "はじめまして"),
    ]
    assert lists[0] == lists[1]
    assert all(m["createdAt"] for m in lists[0])


def awaiting(stage: Stage) -> str:
    return stage.hold().session_path


def ready_by_card(stage: Stage) -> str:
    return stage.paid().session_path


def ended(stage: Stage) -> str:
    path = running(stage)
    call(stage, "endSession", path)
    return path


def canceled(stage: Stage) -> str:
    hold = stage.paid()
    stage.payer.call("cancelPaymentIntent", {"paymentIntentId": hold.id}).done()
    return hold.session_path


def nowhere(stage: Stage) -> str:
    return f"sessions/{uuid.uuid4()}"


def renewed(stage: Stage) -> str:
    """It has ended, and another ticket has made it ready once more."""
    path = ended(stage)
    stage.redeem(stage.ticket(), path.removeprefix("sessions/")).done()
    return path


@pytest.mark.parametrize("closed", [awaiting, ready_by_card, ready_by_ticket, ended, canceled, nowhere, renewed])
def test_nobody_writes_where_no_chat_runs(stage: Stage, closed: Callable[[Stage], str]) -> None:
    """H-17: before the start, after the end, and between two halves."""
    assert each_says(stage, closed(stage)) == REFUSED


def test_the_start_opens_the_room_for_both_as_soon_as_the_listener_tells(stage: Stage) -> None:
    """H-19: `onSnapshot` on the session is how the apps learn; what it says, the rules know."""
    path = ready_by_ticket(stage)
    mine, theirs = stage.payer.listen(path), stage.consultant.listen(path)
    until(mine, "ready")
    before = each_says(stage, path)

    call(stage, "startSession", path)
    until(theirs, "active")
    by_consultant = stage.consultant.say(path, "どうぞ").code
    until(mine, "active")
    by_payer = stage.payer.say(path, "お願いします").code

    assert before == REFUSED
    assert (by_consultant, by_payer) == (None, None)


def test_one_second_after_its_time_nobody_writes_though_nothing_has_ended_the_chat_yet(stage: Stage) -> None:
    """H-17: the clock is `expiresAt`, to the second; the sweep comes when it comes."""
    path = running(stage)
    before = each_says(stage, path)

    stage.documents.let_time_pass(path, HALF_AN_HOUR + 1)
    after = each_says(stage, path)
    status = stage.status(path)

    assert (before, after, status) == (TAKEN, REFUSED, "active")


def test_in_its_last_minute_both_still_write(stage: Stage) -> None:
    path = running(stage)

    stage.documents.let_time_pass(path, HALF_AN_HOUR - 60)

    assert each_says(stage, path) == TAKEN


def test_an_extension_keeps_the_room_open_past_the_first_end(stage: Stage) -> None:
    """The extension without a gap: the listener shows the later time, and the rules go by it."""
    hold = stage.started()
    session = stage.payer.listen(hold.session_path)
    first_end = until(session, "active")["expiresAt"]
    extension = stage.hold(hold.session_id)

    stage.pay(extension)
    session.until(lambda heard: _is_later(heard, first_end))
    for path in (hold.session_path, hold.path, extension.path):
        stage.documents.let_time_pass(path, HALF_AN_HOUR + 1)

    assert each_says(stage, hold.session_path) == TAKEN


def test_a_chat_whose_time_is_over_opens_again_when_the_extension_that_it_waits_for_is_paid(stage: Stage) -> None:
    """The new period then begins when it is paid."""
    hold = stage.started()
    extension: Hold = stage.hold(hold.session_id)
    for path in (hold.session_path, hold.path, extension.path):
        stage.documents.let_time_pass(path, HALF_AN_HOUR + 5)
    before = each_says(stage, hold.session_path)
    session = stage.payer.listen(hold.session_path)
    over = until(session, "active")["expiresAt"]

    stage.pay(extension)
    session.until(lambda heard: _is_later(heard, over))

    assert before == REFUSED
    assert each_says(stage, hold.session_path) == TAKEN


def test_a_chat_that_is_extended_only_after_its_time_waits_for_its_payer(stage: Stage) -> None:
    """Nobody has the new time before somebody starts it: neither for nothing, nor alone."""
    hold = stage.started()
    for path in (hold.session_path, hold.path):
        stage.documents.let_time_pass(path, HALF_AN_HOUR + 5)
    session = stage.payer.listen(hold.session_path)

    stage.pay(stage.hold(hold.session_id))
    until(session, "ready")
    before = each_says(stage, hold.session_path)
    call(stage, "startSession", hold.session_path)

    assert before == REFUSED
    assert each_says(stage, hold.session_path) == TAKEN


def _is_later(heard: Answer, than: dict[str, int]) -> bool:
    return bool(heard.data and heard.data["expiresAt"]["seconds"] > than["seconds"])


def test_what_was_said_is_still_there_when_the_chat_goes_on(stage: Stage) -> None:
    """H-10: the same room. Its two readers read it also after the end."""
    path = running(stage)
    stage.payer.say(path, "前半").done()
    call(stage, "endSession", path)
    meanwhile = [m["text"] for m in stage.consultant.messages(path).done()]
    stage.redeem(stage.ticket(), path.removeprefix("sessions/")).done()
    call(stage, "startSession", path)

    stage.consultant.say(path, "後半").done()

    assert meanwhile == ["前半"]
    assert [m["text"] for m in stage.payer.messages(path).done()] == ["後半", "前半"]


def test_nobody_else_reads_or_writes(stage: Stage) -> None:
    path = running(stage)
    stage.payer.say(path, "秘密").done()
    others: list[User] = [stage.app.sign_up("stranger"), stage.app.stranger()]

    answers = [answer.code for other in others for answer in (other.messages(path), other.say(path, "失礼"))]

    assert answers == [DENIED] * 4


def test_nobody_writes_in_anothers_name_or_at_another_time_or_what_was_said_anew(stage: Stage) -> None:
    path = running(stage)
    said = stage.payer.say(path, "元の文").done()["id"]
    room, message = f"{path}/messages", f"{path}/messages/{said}"

    answers = {
        "another's name": stage.payer.add(room, {"senderId": stage.consultant.uid, "text": "x"}, ("createdAt",)),
        "its own time": stage.payer.add(room, {"senderId": stage.payer.uid, "text": "x", "createdAt": 1}),
        "no time": stage.payer.add(room, {"senderId": stage.payer.uid, "text": "x"}),
        "another field": stage.payer.add(room, {"senderId": stage.payer.uid, "text": "x", "pinned": 1}, ("createdAt",)),
        "nothing": stage.payer.say(path, ""),
        "too much": stage.payer.say(path, "あ" * 4001),
        "an edit": stage.payer.update(message, {"text": "新しい文"}),
        "written over": stage.payer.set(message, {"senderId": stage.payer.uid, "text": "x"}, ("createdAt",)),
        "a deletion": stage.payer.delete(message),
        "a deletion by the other": stage.consultant.delete(message),
    }

    assert {name: answer.code for name, answer in answers.items()} == dict.fromkeys(answers, DENIED)
    assert [m["text"] for m in stage.consultant.messages(path).done()] == ["元の文"]


def test_nobody_gives_themselves_more_time(stage: Stage) -> None:
    """H-17: the clock is the server's."""
    path = running(stage)
    stage.documents.let_time_pass(path, HALF_AN_HOUR + 1)

    people = (stage.payer, stage.consultant)
    moved = [person.update(path, {}, times=("expiresAt",)).code for person in people]

    assert moved == REFUSED
    assert each_says(stage, path) == REFUSED
