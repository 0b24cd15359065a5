"""The receiver takes what FCM takes and refuses as FCM refuses: the official Admin SDK talks to it as to FCM.

Words and forms that the SDK does not look at are those of FCM's own pages on errors, and of answers that users got.
"""

from __future__ import annotations

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import firebase_admin  # type: ignore[import-untyped]  # it ships no types
import pytest
import requests
from firebase_admin import exceptions, messaging
from google.auth.credentials import Credentials

from emulators.fcm import FcmReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = "demo-push"
OWNER = {"Authorization": "Bearer owner"}
UNKNOWN = "Invalid JSON payload received. Unknown name"
SECONDS = 30
"""A guard against a hang."""
Json = dict[str, Any]

# The SDK would rather have the app's installation id; FlutterFlow keeps the token.
pytestmark = pytest.mark.filterwarnings("ignore:Message.token is deprecated")


class Owner(Credentials):
    """The emulators' administrator."""

    def refresh(self, request: Any) -> None:  # noqa: ARG002  (google-auth passes it)
        """Sets the token, which never ends."""
        self.token = "owner"


@pytest.fixture(scope="module")
def server() -> Iterator[FcmReceiver]:
    with FcmReceiver() as running:
        yield running


@pytest.fixture
def fcm(server: FcmReceiver) -> FcmReceiver:
    """A receiver that has got nothing yet."""
    server.clear()
    return server


@pytest.fixture
def sdk(fcm: FcmReceiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The official Admin SDK, unchanged but for FCM's address and for not waiting to send again."""
    url = f"{fcm.url}/v1/projects/{{0}}/messages:send"
    monkeypatch.setattr(messaging._MessagingService, "FCM_URL", url)
    app = firebase_admin.initialize_app(Owner(), {"projectId": PROJECT}, "push")
    messaging._get_messaging_service(app)._client.session.mount("http://", requests.adapters.HTTPAdapter())
    yield app
    firebase_admin.delete_app(app)


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


def everything_that_the_sdk_knows() -> Any:
    android = messaging.AndroidConfig(
        collapse_key="k",
        priority="high",
        ttl=timedelta(seconds=1, microseconds=500_000),
        restricted_package_name="com.example",
        data={"a": "b"},
        notification=messaging.AndroidNotification(
            title="t",
            body="b",
            icon="i",
            color="#112233",
            sound="default",
            tag="g",
            click_action="c",
            body_loc_key="b",
            body_loc_args=["1"],
            title_loc_key="t",
            title_loc_args=["2"],
            channel_id="h",
            image="https://example.com/i.png",
            ticker="t",
            sticky=True,
            event_timestamp=datetime(2026, 1, 1, tzinfo=UTC),
            local_only=True,
            priority="high",
            vibrate_timings_millis=[100, 200],
            default_vibrate_timings=True,
            default_sound=True,
            default_light_settings=True,
            light_settings=messaging.LightSettings("#112233", 200, 300),
            visibility="public",
            notification_count=1,
            proxy="if_priority_lowered",
        ),
        fcm_options=messaging.AndroidFCMOptions("label"),
        direct_boot_ok=True,
        bandwidth_constrained_ok=True,
        restricted_satellite_ok=True,
    )
    apns = messaging.APNSConfig(
        headers={"apns-priority": "10"},
        payload=messaging.APNSPayload(messaging.Aps(alert="a", badge=1, sound="default"), custom="c"),
        fcm_options=messaging.APNSFCMOptions("label", "https://example.com/i.png"),
        live_activity_token="live",
    )
    webpush = messaging.WebpushConfig(
        headers={"TTL": "15"},
        data={"a": "b"},
        notification=messaging.WebpushNotification(title="t", custom_data={"x": [1]}),
        fcm_options=messaging.WebpushFCMOptions("https://example.com"),
    )
    return messaging.Message(
        data={"kind": "ready"},
        notification=messaging.Notification("t", "b", "https://example.com/i.png"),
        android=android,
        webpush=webpush,
        apns=apns,
        fcm_options=messaging.FCMOptions("label"),
        token="token-1",
    )


def test_the_admin_sdks_message_is_taken_and_named_as_fcm_names_it(sdk: Any, fcm: FcmReceiver) -> None:
    message = messaging.Message(
        token="token-1", notification=messaging.Notification("題", "文"), data={"kind": "ready"}
    )

    name = messaging.send(message, app=sdk)

    assert name.startswith(f"projects/{PROJECT}/messages/")
    (got,) = fcm.received
    assert (got.project, got.token, got.status) == (PROJECT, "token-1", 200)
    assert got.message == {
        "token": "token-1",
        "notification": {"title": "題", "body": "文"},
        "data": {"kind": "ready"},
    }


def test_every_field_that_the_admin_sdk_can_send_is_known(sdk: Any, fcm: FcmReceiver) -> None:
    messaging.send(everything_that_the_sdk_knows(), app=sdk)

    assert len(fcm.received) == 1


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("unregistered", 404, messaging.UnregisteredError),
        ("malformed", 400, exceptions.InvalidArgumentError),
        ("mismatch", 403, messaging.SenderIdMismatchError),
        ("quota", 429, messaging.QuotaExceededError),
        ("throttled", 429, exceptions.ResourceExhaustedError),
        ("internal", 500, exceptions.InternalError),
        ("gateway", 502, exceptions.UnknownError),
        ("unavailable", 503, exceptions.UnavailableError),
        ("lost", 0, exceptions.UnavailableError),
    ],
)
def test_a_token_says_by_its_beginning_which_error_the_sdk_raises(
    sdk: Any, fcm: FcmReceiver, kind: str, status: int, error: type[Exception]
) -> None:
    message = messaging.Message(token=f"{kind}-1", data={"kind": "ready"})

    with pytest.raises(exceptions.FirebaseError) as raised:
        messaging.send(message, app=sdk)

    assert type(raised.value) is error
    assert [got.status for got in fcm.received] == [status]


def test_a_401_about_apples_credentials_looks_like_one_about_ours_and_is_sent_again(sdk: Any, fcm: FcmReceiver) -> None:
    """google-auth renews the access token on every 401, though nothing is wrong with it."""
    with pytest.raises(messaging.ThirdPartyAuthError):
        messaging.send(messaging.Message(token="apns-1"), app=sdk)

    assert len(fcm.received) > 1
    assert {got.status for got in fcm.received} == {401}


def test_of_many_tokens_only_those_that_are_bad_are_refused(sdk: Any, fcm: FcmReceiver) -> None:
    tokens = ["token-1", "unregistered-1", "token-2", "malformed-1"]

    answer = messaging.send_each([messaging.Message(token=token) for token in tokens], app=sdk)

    assert [each.success for each in answer.responses] == [True, False, True, False]
    assert sorted(got.token for got in fcm.received) == sorted(tokens)


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


@pytest.mark.parametrize("change", [{"topic": "news"}, {"condition": "'a' in topics"}, {"fid": "f"}], ids=str)
def test_what_is_real_but_not_modelled_is_refused_as_such(fcm: FcmReceiver, change: Json) -> None:
    error = error_of(send(fcm, {**a_message(), "token": None, **change}))

    assert (error["status"], fcm.received) == ("UNIMPLEMENTED", [])


def test_a_dry_run_is_not_modelled(sdk: Any, fcm: FcmReceiver) -> None:
    with pytest.raises(exceptions.FirebaseError, match="validate_only"):
        messaging.send(messaging.Message(token="token-1"), dry_run=True, app=sdk)

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
