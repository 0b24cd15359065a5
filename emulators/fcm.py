"""Stands in for Firebase Cloud Messaging's HTTP v1 API: it checks a message, keeps it and answers.

A token says by its beginning how it is answered: `unregistered-1`, `invalid-1`, `unavailable-1`; `lost-1` has its
connection broken, `silent-1` gets no answer. Any other token takes the message. `GET /received` tells what has come.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from flask import Flask, Response, jsonify, request

from stripe_emulator.server import DROP, Server

Json = dict[str, Any]
SILENT_SECONDS, WAIT_SECONDS = 120, 60
ANSWERS: Final = {
    "unregistered": (404, "NOT_FOUND", "UNREGISTERED", ""),
    "invalid": (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.token"),
    "unavailable": (503, "UNAVAILABLE", "UNAVAILABLE", ""),
}
"""Status, Google's name of it, FCM's code (firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode), wrong field."""
FIELDS: Final = {"token", "notification", "data", "android", "apns"}
RESERVED: Final = re.compile(r"from|message_type|google.*|gcm.*")
LARGEST_PAYLOAD, LONGEST_TTL = 4096, 28 * 86_400


@dataclass(frozen=True)
class Received:
    """One message that FCM would read, and the HTTP status that it was answered with; 0 if no answer was given."""

    project: str
    message: Json
    status: int

    @property
    def token(self) -> str:
        return str(self.message["token"])


class FcmReceiver:
    """A context manager that listens on the loopback. Port 0 takes a free one. Raises OSError if the port is taken."""

    def __init__(self, port: int = 0) -> None:
        self._all: list[Received] = []
        self._stopping = threading.Event()
        app = Flask("fcm", static_folder=None)
        app.add_url_rule("/v1/projects/<project>/messages:send", view_func=self._take, methods=["POST"])
        app.add_url_rule("/received", view_func=lambda: [asdict(each) for each in self._all])
        self._server = Server(port, app)
        self._thread = threading.Thread(target=self._server.serve, name="fcm-receiver", daemon=True)
        self.url: Final = f"http://127.0.0.1:{self._server.port}"

    @property
    def received(self) -> list[Received]:
        """All messages that were not refused as wrong, oldest first, however they were answered."""
        return list(self._all)

    def to(self, *tokens: str) -> list[Received]:
        return [each for each in self._all if each.token in tokens]

    def wait_for(self, wanted: Callable[[list[Received]], bool]) -> list[Received]:
        """All messages, once they are as wanted. Raises TimeoutError after a time that only a hang needs."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not wanted(received := self.received):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not among what FCM has got: {[each.token for each in received]}")
            time.sleep(0.02)
        return received

    def clear(self) -> None:
        self._all.clear()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._server.stop()
        self._thread.join()
        self._server.close()

    def _take(self, project: str) -> Response:
        if request.headers.get("Authorization") != "Bearer owner":  # credentials of a real project end here
            return _error(401, "UNAUTHENTICATED", "UNAUTHENTICATED", "")
        message = request.get_json()["message"]
        if wrong := wrong_field(message):
            return _error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", wrong)
        kind = message["token"].partition("-")[0]
        is_dropped = kind in ("lost", "silent")
        answer = _error(*ANSWERS[kind]) if kind in ANSWERS else jsonify(name=f"projects/{project}/messages/1")
        self._all.append(Received(project, message, 0 if is_dropped else answer.status_code))
        if kind == "silent":
            self._stopping.wait(SILENT_SECONDS)
        if is_dropped:
            request.environ[DROP].set()
        return answer


def wrong_field(message: Json) -> str | None:
    """What FCM would refuse a message of ours for: the first field that is wrong, None if it is good."""
    data, android, headers = message.get("data", {}), message.get("android", {}), message.get("apns", {}).get("headers")
    ttl = re.fullmatch(r"(\d+)s", android.get("ttl", "0s"))
    texts = [str(text) for text in (*data, *data.values(), *message.get("notification", {}).values())]
    checks = {
        "message": message.keys() <= FIELDS,
        "message.token": bool(message.get("token")),
        "message.data": all(isinstance(text, str) and not RESERVED.fullmatch(key) for key, text in data.items()),
        "message.android.ttl": ttl is not None and int(ttl[1]) <= LONGEST_TTL,
        "message.apns.headers": all(isinstance(text, str) for text in (headers or {}).values()),
        "message, too big": sum(len(text.encode()) for text in texts) <= LARGEST_PAYLOAD,
    }
    return next((field for field, is_right in checks.items() if not is_right), None)


def _error(status: int, name: str, code: str, field: str) -> Response:
    """An error in the form of all Google APIs."""
    violations = [{"field": field}] if field else []
    details = [{"errorCode": code}, {"fieldViolations": violations}]
    answer = jsonify(error={"code": status, "message": f"{name} {field}", "status": name, "details": details})
    answer.status_code = status
    return answer
