"""Messages to FCM's HTTP API, sent without its SDK, and what its errors say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from emulators.fcm import FcmReceiver

PROJECT = "demo-push"
OWNER = {"Authorization": "Bearer owner"}
UNKNOWN = "Invalid JSON payload received. Unknown name"
SECONDS = 30
"""A guard against a hang."""
Json = dict[str, Any]


def a_message(to: str = "token-1", **changes: Any) -> Json:
    """What FlutterFlow's app understands."""
    return {
        "token": to,
        "notification": {"title": "相談の準備ができました", "body": "メッセージを開始できます"},
        "data": {"initialPageName": "DMRoom", "parameterData": '{"sessionId": "s1"}'},
        "android": {"priority": "HIGH", "ttl": "300s", "notification": {"sound": "default"}},
        "apns": {"headers": {"apns-priority": "10"}, "payload": {"aps": {"sound": "default"}}},
        **changes,
    }


def send(fcm: FcmReceiver, message: Any, headers: Json = OWNER, **fields: Any) -> requests.Response:
    """One request; `message` stands under its name, and `fields` beside it."""
    url = f"{fcm.url}/v1/projects/{PROJECT}/messages:send"
    return requests.post(url, json={"message": message, **fields}, headers=headers, timeout=SECONDS)


def error_of(answer: requests.Response) -> Json:
    """The error; a test fails here where the message was taken."""
    error: Json = answer.json()["error"]
    assert error["code"] == answer.status_code
    return error


def fcm_codes(error: Json) -> list[str]:
    """FCM's own codes among the details."""
    named = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    return [detail["errorCode"] for detail in error.get("details", ()) if detail["@type"] == named]


def violations(error: Json) -> list[tuple[str | None, str]]:
    """Which fields are wrong, and how."""
    named = "type.googleapis.com/google.rpc.BadRequest"
    bad = [detail for detail in error["details"] if detail["@type"] == named]
    return [(each.get("field"), each["description"]) for detail in bad for each in detail["fieldViolations"]]
