"""The receiver of pushes answers as FCM does, breaks where it is told to, and keeps what has come."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import requests

from emulators.fcm import FcmReceiver

OWNER = {"Authorization": "Bearer owner"}
SECONDS = 30
"""A guard against a hang."""


def a_message(to: str = "token-1", **changes: Any) -> dict[str, Any]:
    """What `payments.adapters.fcm` sends."""
    return {
        "token": to,
        "notification": {"title": "相談の準備ができました", "body": "メッセージを開始できます"},
        "data": {"initialPageName": "DMRoom", "parameterData": '{"sessionId": "s1"}'},
        "android": {"priority": "HIGH", "ttl": "300s"},
        "apns": {"headers": {"apns-expiration": "1767614400"}, "payload": {"aps": {"sound": "default"}}},
        **changes,
    }


def send(fcm: FcmReceiver, message: Any, headers: dict[str, str] = OWNER) -> requests.Response:
    url = f"{fcm.url}/v1/projects/demo-push/messages:send"
    return requests.post(url, json={"message": message}, headers=headers, timeout=SECONDS)


def test_a_message_is_kept_and_can_be_read_and_forgotten(fcm: FcmReceiver) -> None:
    assert send(fcm, a_message()).status_code == 200
    assert send(fcm, a_message("unregistered-1")).status_code == 404

    kept = requests.get(f"{fcm.url}/received", timeout=SECONDS).json()
    requests.delete(f"{fcm.url}/received", timeout=SECONDS)

    assert [(each["message"], each["status"]) for each in kept] == [
        (a_message(), 200),
        (a_message("unregistered-1"), 404),
    ]
    assert fcm.received == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"token": ""}, "message.token"),
        ({"data": {"number": 1}}, "message.data"),
        ({"android": {"ttl": "-1s"}}, "message.android.ttl"),
        ({"topic": "news"}, "message.topic"),
    ],
)
def test_what_fcm_would_refuse_is_refused(fcm: FcmReceiver, changes: dict[str, Any], field: str) -> None:
    answer = send(fcm, a_message(**changes))

    violations = answer.json()["error"]["details"][1]["fieldViolations"]
    assert (answer.status_code, [each["field"] for each in violations]) == (400, [field])
    assert fcm.received == []


def test_credentials_of_a_real_project_are_refused(fcm: FcmReceiver) -> None:
    assert send(fcm, a_message(), {"Authorization": "Bearer ya29.somebodys"}).status_code == 401
    assert fcm.received == []


def test_a_lost_answer_breaks_the_connection_after_the_message_has_come(fcm: FcmReceiver) -> None:
    with pytest.raises(requests.ConnectionError):
        send(fcm, a_message("lost-1"))

    assert [(got.token, got.status) for got in fcm.received] == [("lost-1", 0)]


def test_a_silent_token_keeps_nobody_else_waiting() -> None:
    def wait(receiver: FcmReceiver) -> None:
        with pytest.raises(requests.ConnectionError):
            send(receiver, a_message("silent-1"))

    with FcmReceiver() as fcm:
        waiting = threading.Thread(target=wait, args=(fcm,))
        waiting.start()
        fcm.wait_for(lambda got: len(got) == 1)

        assert send(fcm, a_message()).status_code == 200
    waiting.join(SECONDS)
    assert not waiting.is_alive()
