"""Codes that open nothing, and sessions that no code opens (H-02). Whatever is wrong with a code looks the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import pytest

from payments.core.limits import MOST_TRIES
from payments.core.refusals import Code, Refusal
from tests.integration.deployment import CONSULTANT, PAYER, STRANGER, Deployment
from tests.integration.firestore_requests import Asked
from tests.integration.refused import refused
from tests.integration.ticket_steps import (
    ANOTHER_CODE,
    CODE,
    UNKNOWN_CODE,
    attempts,
    document,
    issued,
    redeem,
)

NOW: Final = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

#: What can be wrong with a ticket; None for a code that nobody has issued.
WRONG: Final[dict[str, dict[str, Any] | None]] = {
    "unknown": None,
    "used up": {"remaining": 0},
    "used up, and more": {"remaining": -1},
    "switched off": {"active": False},
    "expired this moment": {"expiresAt": NOW},
    "expired long ago": {"expiresAt": NOW - timedelta(days=400)},
    "for another consultant": {"consultantId": "another"},
    "for nobody": {"consultantId": ""},
    "no length": {"minutes": 0},
    "longer than a day": {"minutes": 1441},
    "everything at once": {"remaining": 0, "active": False, "expiresAt": NOW, "consultantId": "another"},
}

#: What is no code at all, however it is looked at.
NO_CODES: Final = ["123", "x" * 100, "ハローハローハロー", "0O1IL0O1IL", "../sessions/s1", "🎫🎫🎫🎫🎫🎫🎫🎫", "-"]


@pytest.fixture(autouse=True)
def _at_noon(deployment: Deployment) -> None:
    """Time stands still: `expiresAt` is met to the microsecond."""
    deployment.with_deps(now=lambda: NOW + deployment.clock.ahead)


def put(deployment: Deployment, fields: dict[str, Any] | None) -> str:
    return UNKNOWN_CODE if fields is None else issued(deployment, **fields)


def _seen(deployment: Deployment, code: str, who: str, room: str) -> tuple[Any, ...]:
    """What somebody learns of a code: the answer, and what went over the wire to get it."""
    asked, answer = Asked(), Refusal(Code.INTERNAL)
    try:
        redeem(deployment, code, room, user_id=who, deps=asked.deps(deployment.deps, deployment.db))
    except Refusal as refusal:
        answer = refusal
    told = (answer.code, tuple(answer.details.items()))
    return (told, *asked.with_names({who: "WHO", room: "ROOM", r"(?<=tickets/)[^/]+": "CODE"}))


@pytest.mark.parametrize("is_again", [False, True], ids=["a new session", "a session that has ended"])
def test_the_same_work_is_done_whatever_is_wrong_with_a_code(deployment: Deployment, *, is_again: bool) -> None:
    """No oracle: the same documents are read, the same fields written on the same terms, the same answered."""
    seen: dict[str, tuple[Any, ...]] = {}
    tries: list[tuple[str, Callable[[], str]]] = [
        (name, partial(put, deployment, fields)) for name, fields in WRONG.items()
    ]
    tries += [(typed, partial(str, typed)) for typed in NO_CODES]
    for n, (name, code) in enumerate(tries):
        who, room = f"person{n:02}", f"room{n:02}"
        if is_again:
            deployment.end(deployment.start(redeem(deployment, issued(deployment, ANOTHER_CODE), room, user_id=who)))
        seen[name] = _seen(deployment, code(), who, room)
    good = _seen(deployment, issued(deployment), "somebody", "somewhere")

    first = seen["unknown"]
    assert {name: one for name, one in seen.items() if one != first} == {}
    assert first[0] == (Code.TICKET_INVALID, ())
    assert [kind for kind, _ in first[1:]] == ["batch_get_documents", "commit"]
    assert first[1:] != good[1:]


def test_a_repeat_is_answered_though_no_tries_are_left(deployment: Deployment) -> None:
    """The app that lost its answer must get it."""
    issued(deployment)
    ready = redeem(deployment, CODE)
    for _ in range(MOST_TRIES - 1):
        refused(redeem, deployment, UNKNOWN_CODE, "elsewhere")
    assert refused(redeem, deployment, UNKNOWN_CODE, "elsewhere") is Code.TOO_MANY_ATTEMPTS

    assert redeem(deployment, CODE) == ready


def test_a_guesser_cannot_use_other_sessions_to_try_uncounted(deployment: Deployment) -> None:
    """A session that refuses any code refuses it before the code is looked at: it tells nothing of it."""
    issued(deployment)
    deployment.create("waiting")
    asked = {code: _seen(deployment, code, PAYER, "waiting") for code in (CODE, UNKNOWN_CODE)}

    assert asked[CODE] == asked[UNKNOWN_CODE]
    assert asked[CODE][0][0] is Code.PAYMENT_OPEN


UNREADABLE: Final[dict[str, dict[str, Any]]] = {
    "empty": {},
    "no number of uses": {"active": True},
    "no switch": {"remaining": 1},
    "uses as text": {"active": True, "remaining": "1"},
    "uses with a fraction": {"active": True, "remaining": 1.5},
    "a switch as text": {"active": "true", "remaining": 1},
    "a date as text": {"active": True, "remaining": 1, "expiresAt": "2099-12-31"},
    "a length as text": {"active": True, "remaining": 1, "minutes": "30"},
    "a consultant as a reference's map": {"active": True, "remaining": 1, "consultantId": {"uid": CONSULTANT}},
}


@pytest.mark.parametrize("fields", UNREADABLE.values(), ids=UNREADABLE)
def test_a_ticket_that_cannot_be_read_is_refused_as_any_other(
    deployment: Deployment, fields: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in the console is no oracle, and no reason to write a code that somebody may mend into the logs."""
    deployment.db.document(f"tickets/{CODE}").set(fields)

    assert refused(redeem, deployment, CODE) is Code.TICKET_INVALID

    assert document(deployment, f"tickets/{CODE}") == fields
    assert attempts(deployment) == 1
    log = capsys.readouterr().err
    assert CODE not in log
    assert "tickets" in log


@pytest.mark.parametrize(
    ("by", "consultant", "code"),
    [
        (STRANGER, CONSULTANT, Code.SESSION_NOT_YOURS),
        (PAYER, "another", Code.INVALID_ARGUMENT),
        (PAYER, CONSULTANT, Code.SESSION_IN_PROGRESS),
    ],
)
def test_a_session_that_no_code_opens_refuses_it_and_nothing_changes(
    deployment: Deployment, by: str, consultant: str, code: Code
) -> None:
    """A code takes no use where it opens nothing."""
    deployment.db.document("consultants/another").set({"displayName": "別", "active": True})
    redeem(deployment, issued(deployment, ANOTHER_CODE))
    issued(deployment)
    before = deployment.everything()

    assert refused(redeem, deployment, CODE, user_id=by, consultant_id=consultant) is code

    assert deployment.everything() == before
