"""Firebase Cloud Messaging, HTTP v1: the only file that speaks to it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

import google.auth
import requests
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession

from payments.core import logs
from payments.push.port import Delivery, Push

FCM: Final = "https://fcm.googleapis.com"
_SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
#: (connect, read) seconds for one device.
TIMEOUTS: Final = (2.0, 5.0)


class FcmGateway:
    """`ports.Messenger` on FCM. `base` is set only to reach an emulator, which asks for no credentials."""

    def __init__(self, project: str, *, base: str | None, now: Callable[[], datetime]) -> None:
        self._url = f"{base or FCM}/v1/projects/{project}/messages:send"
        self._open = _emulator_session if base else _authorized_session
        self._now = now

    @functools.cached_property
    def _session(self) -> requests.Session:
        return self._open()

    def send(self, token: str, push: Push) -> Delivery:
        """Send one push to one device."""
        message = {"message": {"token": token, **_message(push, self._now())}}
        try:
            answer = self._session.post(self._url, json=message, timeout=TIMEOUTS)
        except (requests.RequestException, GoogleAuthError) as error:
            logs.write("WARNING", "push failed", reason=type(error).__name__)
            return Delivery.FAILED
        if answer.status_code == HTTPStatus.OK:
            return Delivery.SENT
        code, is_bad_token = _error(answer)
        logs.write("WARNING", "push failed", reason=code)
        return Delivery.GONE if code == "UNREGISTERED" or is_bad_token else Delivery.FAILED


def _authorized_session() -> requests.Session:
    credentials, _ = google.auth.default(scopes=[_SCOPE])
    return AuthorizedSession(credentials)  # type: ignore[no-untyped-call]  # google-auth leaves it untyped


def _emulator_session() -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = "Bearer owner"
    return session


def _message(push: Push, now: datetime) -> dict[str, Any]:
    """High priority, because a chat does not wait; a late push is dropped instead of shown."""
    android: dict[str, Any] = {"priority": "HIGH"}
    apns: dict[str, Any] = {"payload": {"aps": {"sound": "default"}}}
    if push.expires_at is not None:
        android["ttl"] = f"{max(0, int((push.expires_at - now).total_seconds()))}s"
        apns["headers"] = {"apns-expiration": str(int(push.expires_at.timestamp()))}
    notification = {"title": push.title, "body": push.text}
    return {"notification": notification, "data": dict(push.data), "android": android, "apns": apns}


def _error(answer: requests.Response) -> tuple[str, bool]:
    """FCM's own code, or the status if the body has none; and whether it is the token that it finds malformed."""
    try:
        error = answer.json()["error"]
        details = error.get("details", [])
        codes = [detail["errorCode"] for detail in details if "errorCode" in detail]
        wrong = [violation.get("field") for detail in details for violation in detail.get("fieldViolations", [])]
        return str(codes[0] if codes else error.get("status")), wrong == ["message.token"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"HTTP {answer.status_code}", False
