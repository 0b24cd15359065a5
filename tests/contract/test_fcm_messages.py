"""The receiver takes the messages that FCM takes, and refuses the others in FCM's words.

What the SDK does not look at is in the words of FCM's own pages on errors, and of answers that users got.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.contract.pushes import (
    OWNER,
    PROJECT,
    SECONDS,
    UNKNOWN,
    Json,
    a_message,
    error_of,
    fcm_codes,
    send,
    violations,
)

if TYPE_CHECKING:
    from emulators.fcm import FcmReceiver


def test_what_flutterflow_sends_is_taken(fcm: FcmReceiver) -> None:
    answer = send(fcm, a_message())

    assert answer.status_code == 200
    assert answer.json().keys() == {"name"}


@pytest.mark.parametrize(
    ("changes", "field", "description"),
    [
        (
            {"tokens": ["a"]},
            "message",
            f"{UNKNOWN} \"tokens\" at 'message': Cannot find field.",
        ),
        (
            {"notification": {"data": {}}},
            "message.notification",
            f"{UNKNOWN} \"data\" at 'message.notification': Cannot find field.",
        ),
        (
            {"notification": [{"title": "t"}]},
            "message",
            f"{UNKNOWN} \"notification\" at 'message': Proto field is not repeating, cannot start list.",
        ),
        ({"data": {"n": 12}}, "message.data[0].value", "Invalid value at 'message.data[0].value' (TYPE_STRING), 12"),
    ],
)
def test_a_field_of_the_wrong_shape_is_refused_in_googles_words(
    fcm: FcmReceiver, changes: Json, field: str, description: str
) -> None:
    error = error_of(send(fcm, a_message(**changes)))

    assert (error["status"], error["message"]) == ("INVALID_ARGUMENT", description)
    assert violations(error) == [(field, description)]
    assert fcm_codes(error) == []
    assert fcm.received == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"notification": {"title": 1}}, "message.notification.title"),
        ({"notification": "text"}, "message.notification"),
        ({"data": {"kind": None}}, "message.data[0].value"),
        ({"data": "text"}, "message.data"),
        ({"data": {"nested": {"a": "b"}}}, "message.data[0].value"),
        ({"android": {"priority": "URGENT"}}, "message.android.priority"),
        ({"android": {"ttl": 300}}, "message.android.ttl"),
        ({"android": {"ttl": "5m"}}, "message.android.ttl"),
        ({"android": {"ttl": "2419201s"}}, "message.android.ttl"),
        ({"android": {"ttl": "-1s"}}, "message.android.ttl"),
        ({"android": {"direct_boot_ok": "yes"}}, "message.android.direct_boot_ok"),
        (
            {"android": {"notification": {"notification_count": True}}},
            "message.android.notification.notification_count",
        ),
        ({"android": {"notification": {"body_loc_args": [1]}}}, "message.android.notification.body_loc_args[0]"),
        ({"apns": {"headers": {"apns-priority": 10}}}, "message.apns.headers[0].value"),
        ({"apns": {"payload": "text"}}, "message.apns.payload"),
        ({"apns": {"sound": "default"}}, "message.apns"),
        ({"data": {"from": "me"}}, "message.data"),
        ({"data": {"google.x": "y"}}, "message.data"),
        ({"data": {"gcm_x": "y"}}, "message.data"),
        ({"data": {"text": "あ" * 1366}}, "message"),
        ({"token": ""}, "message"),
        ({"token": None}, "message"),
        ({"token": 7}, "message.token"),
    ],
    ids=str,
)
def test_a_message_that_fcm_does_not_take_is_refused_and_not_kept(fcm: FcmReceiver, changes: Json, field: str) -> None:
    error = error_of(send(fcm, a_message(**changes)))

    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert [where for where, _ in violations(error)] == [field]
    assert fcm.received == []


def test_several_faults_are_all_named(fcm: FcmReceiver) -> None:
    error = error_of(send(fcm, a_message(), to="token-1", priority="high"))

    assert error["message"].splitlines() == [
        f'{UNKNOWN} "to": Cannot find field.',
        f'{UNKNOWN} "priority": Cannot find field.',
    ]
    assert [where for where, _ in violations(error)] == [None, None]


def test_fields_go_by_either_form_of_their_name_and_null_is_none(fcm: FcmReceiver) -> None:
    android = {"collapseKey": "a", "restricted_package_name": "b", "notification": {"channelId": None}}

    answer = send(fcm, a_message(android=android, webpush=None))

    assert answer.status_code == 200


def test_data_of_exactly_the_largest_size_is_taken(fcm: FcmReceiver) -> None:
    answer = send(fcm, {"token": "token-1", "data": {"text": "x" * 4092}})

    assert answer.status_code == 200


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"', "null", "{}", '{"message": null}', '{"message": {}}'])
def test_a_body_that_is_no_message_is_refused(fcm: FcmReceiver, body: str) -> None:
    url = f"{fcm.url}/v1/projects/{PROJECT}/messages:send"

    answer = requests.post(url, data=body, headers={**OWNER, "Content-Type": "application/json"}, timeout=SECONDS)

    assert error_of(answer)["status"] == "INVALID_ARGUMENT"
    assert fcm.received == []


@pytest.mark.parametrize("change", [{"topic": "news"}, {"condition": "'a' in topics"}, {"fid": "f"}], ids=str)
def test_what_is_real_but_not_modelled_is_refused_as_such(fcm: FcmReceiver, change: Json) -> None:
    error = error_of(send(fcm, {**a_message(), "token": None, **change}))

    assert (error["status"], fcm.received) == ("UNIMPLEMENTED", [])
