"""The receiver answers as FCM does, breaks where it is told to, and keeps what has come."""

from __future__ import annotations

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from emulators.fcm import FcmReceiver
from tests.contract.pushes import OWNER, PROJECT, SECONDS, Json, a_message, error_of, fcm_codes, send


@pytest.mark.parametrize(
    ("kind", "status", "code", "message"),
    [
        ("unregistered", "NOT_FOUND", "UNREGISTERED", "Requested entity was not found."),
        (
            "malformed",
            "INVALID_ARGUMENT",
            "INVALID_ARGUMENT",
            "The registration token is not a valid FCM registration token",
        ),
        ("mismatch", "PERMISSION_DENIED", "SENDER_ID_MISMATCH", "SenderId mismatch"),
        ("internal", "INTERNAL", "INTERNAL", "Internal error encountered."),
        ("unavailable", "UNAVAILABLE", "UNAVAILABLE", "The service is currently unavailable."),
    ],
)
def test_an_error_has_googles_form(fcm: FcmReceiver, kind: str, status: str, code: str, message: str) -> None:
    error = error_of(send(fcm, a_message(f"{kind}-1")))

    assert (error["status"], fcm_codes(error), error["message"]) == (status, [code], message)


@pytest.mark.parametrize(("kind", "codes"), [("quota", ["QUOTA_EXCEEDED"]), ("throttled", []), ("unavailable", None)])
def test_who_is_to_wait_is_told_how_long(fcm: FcmReceiver, kind: str, codes: list[str] | None) -> None:
    """A project over its quota gets no code of FCM's own."""
    answer = send(fcm, a_message(f"{kind}-1"))

    assert int(answer.headers["Retry-After"]) > 0
    assert codes is None or fcm_codes(error_of(answer)) == codes


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "CREDENTIALS_MISSING"),
        ({"Authorization": "Bearer ya29.somebodys"}, "ACCESS_TOKEN_TYPE_UNSUPPORTED"),
        ({"Authorization": "key=AAAA"}, "ACCESS_TOKEN_TYPE_UNSUPPORTED"),
    ],
)
def test_only_the_emulators_own_token_is_let_in(fcm: FcmReceiver, headers: Json, reason: str) -> None:
    """Credentials of a real project have no business here: a run that sends them fails."""
    error = error_of(send(fcm, a_message(), headers))

    assert (error["code"], error["status"]) == (401, "UNAUTHENTICATED")
    assert [detail["reason"] for detail in error["details"]] == [reason]
    assert fcm.received == []


def test_another_path_is_not_there(fcm: FcmReceiver) -> None:
    answer = requests.post(f"{fcm.url}/fcm/send", json={"to": "token-1"}, headers=OWNER, timeout=SECONDS)

    assert answer.status_code == 404


def test_a_lost_answer_breaks_the_connection_after_the_message_has_come(fcm: FcmReceiver) -> None:
    with pytest.raises(requests.ConnectionError):
        send(fcm, a_message("lost-1"))

    assert [(got.token, got.status) for got in fcm.received] == [("lost-1", 0)]


def test_a_silent_token_keeps_nobody_else_waiting_and_its_caller_until_the_end() -> None:
    outcome: list[type[Exception]] = []

    def wait(receiver: FcmReceiver) -> None:
        try:
            send(receiver, a_message("silent-1"))
        except requests.RequestException as error:
            outcome.append(type(error))

    with FcmReceiver() as fcm:
        waiting = threading.Thread(target=wait, args=(fcm,))
        waiting.start()
        fcm.wait_for(lambda got: len(got) == 1)

        answer = send(fcm, a_message())

        assert answer.status_code == 200
        assert outcome == []
    waiting.join(SECONDS)
    assert outcome == [requests.ConnectionError]


def test_what_has_come_can_be_read_and_forgotten_over_http(fcm: FcmReceiver) -> None:
    send(fcm, a_message())
    send(fcm, a_message("unregistered-1"))

    before = requests.get(f"{fcm.url}/received", timeout=SECONDS).json()
    requests.delete(f"{fcm.url}/received", timeout=SECONDS).raise_for_status()
    after = requests.get(f"{fcm.url}/received", timeout=SECONDS).json()

    assert [(each["project"], each["message"], each["status"]) for each in before] == [
        (PROJECT, a_message(), 200),
        (PROJECT, a_message("unregistered-1"), 404),
    ]
    assert after == []


def test_what_has_come_can_be_waited_for_and_told_apart_by_token(fcm: FcmReceiver) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: send(fcm, a_message(f"token-{number}")), range(32)))

    assert len(fcm.wait_for(lambda got: len(got) == 32)) == 32
    assert [got.token for got in fcm.to("token-7")] == ["token-7"]
    with pytest.raises(TimeoutError, match="token-7"):
        fcm.wait_for(lambda got: len(got) == 33, seconds=0)


def test_one_connection_serves_many_messages(fcm: FcmReceiver) -> None:
    connection = http.client.HTTPConnection(fcm.url.removeprefix("http://"))
    path, body = f"/v1/projects/{PROJECT}/messages:send", json.dumps({"message": a_message()})
    sockets = set()
    for _ in range(3):
        connection.request("POST", path, body, OWNER)
        connection.getresponse().read()
        sockets.add(connection.sock)

    connection.close()
    assert len(sockets) == 1
    assert None not in sockets
