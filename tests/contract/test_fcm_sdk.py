"""The official Admin SDK talks to the receiver as to FCM: its messages are taken, and its errors are raised."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import firebase_admin  # type: ignore[import-untyped]  # it ships no types
import pytest
import requests
from firebase_admin import exceptions, messaging
from google.auth.credentials import Credentials

from tests.contract.pushes import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulators.fcm import FcmReceiver

# The SDK would rather have the app's installation id; FlutterFlow keeps the token.
pytestmark = pytest.mark.filterwarnings("ignore:Message.token is deprecated")


class Owner(Credentials):
    """The emulators' administrator."""

    def refresh(self, request: Any) -> None:  # noqa: ARG002  (google-auth passes it)
        """Sets the token, which never ends."""
        self.token = "owner"


@pytest.fixture(scope="module")
def sdk(fcm_server: FcmReceiver) -> Iterator[Any]:
    """The official Admin SDK, unchanged but for FCM's address and for not waiting to send again. It starts slowly."""
    url = f"{fcm_server.url}/v1/projects/{{0}}/messages:send"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(messaging._MessagingService, "FCM_URL", url)
        app = firebase_admin.initialize_app(Owner(), {"projectId": PROJECT}, "push")
        messaging._get_messaging_service(app)._client.session.mount("http://", requests.adapters.HTTPAdapter())
        yield app
        # It runs an event loop, which a thread in which Playwright is running has already.
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(firebase_admin.delete_app, app).result()


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


def test_a_dry_run_is_not_modelled(sdk: Any, fcm: FcmReceiver) -> None:
    with pytest.raises(exceptions.FirebaseError, match="validate_only"):
        messaging.send(messaging.Message(token="token-1"), dry_run=True, app=sdk)

    assert fcm.received == []
