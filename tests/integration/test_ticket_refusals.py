"""Codes that open nothing, and sessions that no code opens (H-02). Whatever is wrong with a code looks the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import pytest

from payments.core.limits import MOST_TRIES, WINDOW
from payments.core.refusals import Code, Refusal
from payments.domain.chat.states import SessionStatus
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
    remaining,
)

NOW: Final = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SOON: Final = timedelta(microseconds=1)

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
every_wrong = pytest.mark.parametrize("fields", WRONG.values(), ids=WRONG)

#: What is no code at all, however it is looked at.
NO_CODES: Final = ["123", "x" * 100, "ハローハローハロー", "0O1IL0O1IL", "../sessions/s1", "🎫🎫🎫🎫🎫🎫🎫🎫", "-"]


@pytest.fixture(autouse=True)
def _at_noon(deployment: Deployment) -> None:
    """Time stands still: `expiresAt` is met to the microsecond."""
    deployment.with_deps(now=lambda: NOW + deployment.clock.ahead)


def put(deployment: Deployment, fields: dict[str, Any] | None) -> str:
    return UNKNOWN_CODE if fields is None else issued(deployment, **fields)


@every_wrong
def test_a_code_that_is_no_good_is_refused_and_only_the_counter_grows(
    deployment: Deployment, fields: dict[str, Any] | None
) -> None:
    code = put(deployment, fields)
    before = deployment.everything()

    assert refused(redeem, deployment, code) is Code.TICKET_INVALID

    after = deployment.everything()
    counter = after.pop(f"limits/ticket:{PAYER}")
    assert after == before
    assert counter["attempts"] == 1
    assert deployment.control.requests() == []


@pytest.mark.parametrize("typed", NO_CODES)
def test_what_is_no_code_at_all_is_refused_in_the_same_way(deployment: Deployment, typed: str) -> None:
    before = deployment.everything()

    assert refused(redeem, deployment, typed) is Code.TICKET_INVALID

    after = deployment.everything()
    assert after.pop(f"limits/ticket:{PAYER}")["attempts"] == 1
    assert after == before


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


def test_a_code_is_good_until_the_moment_it_expires(deployment: Deployment) -> None:
    issued(deployment, expiresAt=NOW + SOON)

    assert redeem(deployment, CODE).status is SessionStatus.READY


def test_a_code_for_one_consultant_is_good_with_that_one(deployment: Deployment) -> None:
    issued(deployment, consultantId=CONSULTANT)

    assert redeem(deployment, CODE).status is SessionStatus.READY


def test_a_code_that_expires_while_its_chat_waits_has_been_used_in_time(deployment: Deployment) -> None:
    issued(deployment, expiresAt=NOW + timedelta(minutes=1))
    ready = redeem(deployment, CODE)

    deployment.clock.ahead += timedelta(hours=1)

    assert deployment.start(ready).status is SessionStatus.ACTIVE
    assert redeem(deployment, CODE).status is SessionStatus.ACTIVE


# --- guessing


def test_after_twenty_tries_even_a_good_code_is_refused_until_the_hour_is_over(deployment: Deployment) -> None:
    """Tries count that fail; nothing is written by those that are refused for their number."""
    issued(deployment)
    for _ in range(MOST_TRIES):
        assert refused(redeem, deployment, UNKNOWN_CODE) is Code.TICKET_INVALID
    before = deployment.everything()

    with pytest.raises(Refusal) as refusal:
        redeem(deployment, CODE)
    after = deployment.everything()
    deployment.clock.ahead += WINDOW - SOON
    still = refused(redeem, deployment, CODE)
    deployment.clock.ahead += SOON
    opened = redeem(deployment, CODE)

    assert refusal.value.code is still is Code.TOO_MANY_ATTEMPTS
    assert refusal.value.details == {"retryAfterSeconds": 3601}
    assert after == before
    assert opened.status is SessionStatus.READY
    assert attempts(deployment) == 1


def test_good_codes_count_as_tries_too(deployment: Deployment) -> None:
    issued(deployment, remaining=100)
    for n in range(MOST_TRIES):
        redeem(deployment, CODE, f"s{n}")

    assert refused(redeem, deployment, CODE, "one too many") is Code.TOO_MANY_ATTEMPTS
    assert remaining(deployment) == 100 - MOST_TRIES


def test_what_is_no_code_counts_as_a_try(deployment: Deployment) -> None:
    for _ in range(MOST_TRIES):
        refused(redeem, deployment, "?")

    assert refused(redeem, deployment, "?") is Code.TOO_MANY_ATTEMPTS


def test_a_repeat_is_answered_though_no_tries_are_left(deployment: Deployment) -> None:
    """The app that lost its answer must get it."""
    issued(deployment)
    ready = redeem(deployment, CODE)
    for _ in range(MOST_TRIES - 1):
        refused(redeem, deployment, UNKNOWN_CODE, "elsewhere")
    assert refused(redeem, deployment, UNKNOWN_CODE, "elsewhere") is Code.TOO_MANY_ATTEMPTS

    assert redeem(deployment, CODE) == ready


def test_one_persons_guesses_are_not_anothers_and_not_payments(deployment: Deployment) -> None:
    issued(deployment)
    for _ in range(MOST_TRIES + 1):
        refused(redeem, deployment, UNKNOWN_CODE, user_id=STRANGER)

    assert redeem(deployment, CODE).status is SessionStatus.READY
    assert deployment.create("paid by card", user_id=STRANGER).hold.attempt == 1


def test_a_guesser_cannot_use_other_sessions_to_try_uncounted(deployment: Deployment) -> None:
    """A session that refuses any code refuses it before the code is looked at: it tells nothing of it."""
    issued(deployment)
    deployment.create("waiting")
    asked = {code: _seen(deployment, code, PAYER, "waiting") for code in (CODE, UNKNOWN_CODE)}

    assert asked[CODE] == asked[UNKNOWN_CODE]
    assert asked[CODE][0][0] is Code.PAYMENT_OPEN


# --- tickets that somebody has made by hand in the console

READABLE: Final[dict[str, dict[str, Any]]] = {
    "only what it needs": {"active": True, "remaining": 1},
    "with a note": {"active": True, "remaining": 1, "note": "イベント用", "createdBy": "staff"},
    "nulls": {"active": True, "remaining": 1, "consultantId": None, "expiresAt": None, "minutes": None},
}
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


@pytest.mark.parametrize("fields", READABLE.values(), ids=READABLE)
def test_a_ticket_made_by_hand_needs_two_fields(deployment: Deployment, fields: dict[str, Any]) -> None:
    deployment.db.document(f"tickets/{CODE}").set(fields)

    assert redeem(deployment, CODE).minutes == 30
    assert document(deployment, f"tickets/{CODE}") == {**fields, "remaining": 0, "rev": 1}


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
