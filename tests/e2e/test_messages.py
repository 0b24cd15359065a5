"""Messages as two apps write them (DMRoom, H-17): the official SDK under the rules, on what the functions have written.

The clause by clause proof of the rules is in tests/rules; here is that they and the product mean the same session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.app_stage import Stage, until

DENIED = "permission-denied"


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


REFUSED = [DENIED, DENIED]


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


def ended(stage: Stage) -> str:
    path = running(stage)
    call(stage, "endSession", path)
    return path


def renewed(stage: Stage) -> str:
    """It has ended, and another ticket has made it ready once more."""
    path = ended(stage)
    stage.redeem(stage.ticket(), path.removeprefix("sessions/")).done()
    return path


@pytest.mark.parametrize("closed", [awaiting, ended, renewed])
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
