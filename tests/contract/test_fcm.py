"""What the product sends to FCM, whole; the receiver refuses what FCM would, so that a wrong push is seen (H-06)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from emulators.fcm import FcmReceiver, wrong_field
from payments.adapters.fcm import FcmGateway
from payments.push.port import Delivery, Push

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PUSH = Push("まもなく終了", "残り時間は約5分です。", {"kind": "ending_soon"}, NOW + timedelta(minutes=5))
GOLDEN = {
    "token": "phone",
    "notification": {"title": "まもなく終了", "body": "残り時間は約5分です。"},
    "data": {"kind": "ending_soon"},
    "android": {"priority": "HIGH", "ttl": "300s"},
    "apns": {"payload": {"aps": {"sound": "default"}}, "headers": {"apns-expiration": "1767225900"}},
}


def deliver(fcm: FcmReceiver, token: str) -> Delivery:
    return FcmGateway("demo", base=fcm.url, now=lambda: NOW).send(token, PUSH)


def test_a_push_is_sent_as_fcm_takes_it_and_can_be_read_over_http(fcm: FcmReceiver) -> None:
    delivery = deliver(fcm, "phone")

    read = requests.get(f"{fcm.url}/received", timeout=30).json()
    assert delivery is Delivery.SENT
    assert read == [{"project": "demo", "message": GOLDEN, "status": 200}]


@pytest.mark.parametrize(
    ("token", "delivery", "status"),
    [
        ("unregistered-1", Delivery.GONE, 404),
        ("invalid-1", Delivery.GONE, 400),
        ("unavailable-1", Delivery.FAILED, 503),
        ("lost-1", Delivery.FAILED, 0),
    ],
)
def test_a_token_says_by_its_beginning_how_it_is_answered(
    fcm: FcmReceiver, token: str, delivery: Delivery, status: int
) -> None:
    assert deliver(fcm, token) is delivery
    assert [(each.token, each.status) for each in fcm.received] == [(token, status)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tokens": ["phone"]}, "message"),
        ({"token": ""}, "message.token"),
        ({"data": {"number": 1}}, "message.data"),
        ({"data": {"from": "me"}}, "message.data"),
        ({"data": {"google.x": "y"}}, "message.data"),
        ({"data": {"text": "あ" * 1366}}, "message, too big"),
        ({"android": {"ttl": "-1s"}}, "message.android.ttl"),
        ({"android": {"ttl": "2419201s"}}, "message.android.ttl"),
        ({"apns": {"headers": {"apns-expiration": 1}}}, "message.apns.headers"),
    ],
    ids=str,
)
def test_a_field_that_fcm_does_not_take_is_named(change: dict[str, Any], field: str) -> None:
    assert wrong_field(GOLDEN) is None
    assert wrong_field({**GOLDEN, **change}) == field


@pytest.mark.parametrize(("authorization", "status"), [("Bearer owner", 400), ("Bearer ya29.somebodys", 401)])
def test_what_fcm_refuses_is_not_kept(fcm: FcmReceiver, authorization: str, status: int) -> None:
    """Credentials of a real project have no business here."""
    url = f"{fcm.url}/v1/projects/demo/messages:send"

    answer = requests.post(url, json={"message": {}}, headers={"Authorization": authorization}, timeout=30)

    assert (answer.status_code, fcm.received) == (status, [])
