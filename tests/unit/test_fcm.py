"""What FCM is sent, and what its answers mean. The wire itself is in the contract and e2e tests."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
import requests

from payments.adapters.fcm import FcmGateway, _error, _message
from payments.push.port import Push
from tests.unit.constants import MINUTE, NOW, SECOND
from tests.unit.memory_stripe import Clock

FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


def a_push(expires_at: datetime | None = None) -> Push:
    return Push("まもなく終了", "残り時間は約5分です。", {"kind": "ending_soon", "sessionId": "s1"}, expires_at)


def an_answer(status: int, body: Any) -> requests.Response:
    """FCM's answer; `body` is JSON, or bytes as they came."""
    answer = requests.Response()
    answer.status_code = status
    answer._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answer


def a_refusal(code: int, status: str, *details: dict[str, Any]) -> requests.Response:
    return an_answer(code, {"error": {"code": code, "message": "…", "status": status, "details": list(details)}})


def fcm(code: str) -> dict[str, Any]:
    return {"@type": FCM_ERROR, "errorCode": code}


def violations(*fields: str) -> dict[str, Any]:
    return {"@type": BAD_REQUEST, "fieldViolations": [{"field": field, "description": "…"} for field in fields]}


def test_a_message_is_what_both_platforms_show_at_once() -> None:
    """Android holds back what is not of high priority; an iPhone is silent unless it is told not to be."""
    message = _message(a_push(), NOW)

    assert message == {
        "notification": {"title": "まもなく終了", "body": "残り時間は約5分です。"},
        "data": {"kind": "ending_soon", "sessionId": "s1"},
        "android": {"priority": "HIGH"},
        "apns": {"payload": {"aps": {"sound": "default"}}},
    }


@pytest.mark.parametrize(
    ("now", "ttl"),
    [
        (NOW, "300s"),
        (NOW + SECOND / 2, "299s"),
        (NOW + 5 * MINUTE - SECOND, "1s"),
        (NOW + 5 * MINUTE, "0s"),
        (NOW + 60 * MINUTE, "0s"),
    ],
)
def test_what_is_soon_untrue_is_dropped_on_both_platforms_when_it_is(now: datetime, ttl: str) -> None:
    """Android is told how long, an iPhone until when; a negative time would be refused as a bad request."""
    message = _message(a_push(NOW + 5 * MINUTE), now)

    assert message["android"] == {"priority": "HIGH", "ttl": ttl}
    assert message["apns"]["headers"] == {"apns-expiration": str(int((NOW + 5 * MINUTE).timestamp()))}


#: An answer, FCM's own code in it, and whether the token itself is what is wrong.
ANSWERS = [
    ("unregistered", a_refusal(404, "NOT_FOUND", fcm("UNREGISTERED")), "UNREGISTERED", False),
    ("of another sender", a_refusal(403, "PERMISSION_DENIED", fcm("SENDER_ID_MISMATCH")), "SENDER_ID_MISMATCH", False),
    ("over quota", a_refusal(429, "RESOURCE_EXHAUSTED", fcm("QUOTA_EXCEEDED")), "QUOTA_EXCEEDED", False),
    ("out of order", a_refusal(503, "UNAVAILABLE", fcm("UNAVAILABLE")), "UNAVAILABLE", False),
    (
        "a malformed token",
        a_refusal(400, "INVALID_ARGUMENT", fcm("INVALID_ARGUMENT"), violations("message.token")),
        "INVALID_ARGUMENT",
        True,
    ),
    (
        "a message of ours that is wrong",
        a_refusal(400, "INVALID_ARGUMENT", fcm("INVALID_ARGUMENT"), violations("message.android.ttl")),
        "INVALID_ARGUMENT",
        False,
    ),
    (
        "both",
        a_refusal(400, "INVALID_ARGUMENT", violations("message.token", "message.data")),
        "INVALID_ARGUMENT",
        False,
    ),
    ("no details", a_refusal(401, "UNAUTHENTICATED"), "UNAUTHENTICATED", False),
    ("details of others", a_refusal(400, "INVALID_ARGUMENT", {"@type": "x"}), "INVALID_ARGUMENT", False),
    ("a project that is not there", a_refusal(404, "NOT_FOUND"), "NOT_FOUND", False),
    ("a page of a proxy", an_answer(502, b"<html>Bad Gateway</html>"), "HTTP 502", False),
    ("nothing", an_answer(500, b""), "HTTP 500", False),
    ("no error in it", an_answer(404, {}), "HTTP 404", False),
    ("a list", an_answer(404, []), "HTTP 404", False),
    ("null", an_answer(404, None), "HTTP 404", False),
    ("an error that is text", an_answer(404, {"error": "UNREGISTERED"}), "HTTP 404", False),
    ("details that are text", an_answer(404, {"error": {"details": "UNREGISTERED"}}), "HTTP 404", False),
    ("details that are null", an_answer(404, {"error": {"details": None, "status": "NOT_FOUND"}}), "HTTP 404", False),
    ("bytes that are no text", an_answer(404, b"\xff\xfe\x00"), "HTTP 404", False),
]


@pytest.mark.parametrize(
    ("answer", "code", "is_bad_token"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
def test_an_answer_is_read_by_fcms_own_code(
    answer: requests.Response,
    code: str,
    is_bad_token: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Whatever comes is read, and only what is said of the token itself is held against it: a 404 alone is not."""
    assert _error(answer) == (code, is_bad_token)


def test_an_emulator_is_asked_in_place_of_google_and_without_credentials() -> None:
    gateway = FcmGateway("demo-project", base="http://127.0.0.1:1", now=Clock())

    assert gateway._url == "http://127.0.0.1:1/v1/projects/demo-project/messages:send"
    assert gateway._session.headers["Authorization"] == "Bearer owner"


def test_google_is_asked_unless_there_is_an_emulator() -> None:
    gateway = FcmGateway("the-project", base=None, now=Clock())

    assert gateway._url == "https://fcm.googleapis.com/v1/projects/the-project/messages:send"
