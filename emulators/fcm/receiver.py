"""The receiver as a server in threads of this process. What it has got can be read there or over HTTP, at `/received`.

    with FcmReceiver() as fcm:
        requests.post(f"{fcm.url}/v1/projects/p/messages:send", json=…, headers={"Authorization": "Bearer owner"})
        assert fcm.received[0].message["notification"]["title"] == "…"

It takes messages to tokens, checks what our own messages could get wrong, and answers as a token's beginning says:
`unregistered-1` as a token whose app has been uninstalled, and so on. The forms of the errors are those of
https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode; a project over its quota is told without any FcmError
(firebase/firebase-admin-go#719), a front end in trouble answers in HTML (bloomberg.github.io/pushiko/fcm_responses).
"""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from flask import Flask, Response, request

from stripe_emulator.server import DROP, Server

if TYPE_CHECKING:
    from types import TracebackType

TOKEN: Final = "owner"  # noqa: S105  (what the Firebase emulators take for an administrator; it opens nothing)
POLL_SECONDS = 0.02
SILENT_SECONDS = 120
WAIT_SECONDS = 60
"""A guard against a hang."""
JSON: Final = "application/json; charset=UTF-8"
TYPES: Final = "type.googleapis.com/"
FIELDS: Final = {"token", "notification", "data", "android", "apns"}
"""What a message of ours may have. FCM refuses names that it does not know."""
LOST: Final = "lost"
"""The message of a token of this beginning arrives, but the connection breaks before the answer."""
SILENT: Final = "silent"
"""As `LOST`, but the connection stays open and nothing comes."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON


def refusal(status: int, name: str, code: str | None, *details: dict[str, Any], wait: int = 0) -> Answer:
    """An error in the form of all Google APIs; `code` is FCM's own."""
    fcm = [{"@type": f"{TYPES}google.firebase.fcm.v1.FcmError", "errorCode": code}] if code else []
    said = {"code": status, "message": name.lower(), "status": name, "details": [*fcm, *details]}
    return Answer(status, json.dumps({"error": said}), {"Retry-After": str(wait)} if wait else {})


BY_TOKEN: Final = {
    "unregistered": refusal(404, "NOT_FOUND", "UNREGISTERED"),
    "malformed": refusal(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
    "mismatch": refusal(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"),
    "apns": refusal(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"),
    "quota": refusal(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", wait=60),
    "throttled": refusal(429, "RESOURCE_EXHAUSTED", None, wait=60),
    "internal": refusal(500, "INTERNAL", "INTERNAL"),
    "unavailable": refusal(503, "UNAVAILABLE", "UNAVAILABLE", wait=30),
    "gateway": Answer(502, "<!DOCTYPE html><title>Error 502</title>", content_type="text/html; charset=UTF-8"),
}
UNAUTHENTICATED: Final = refusal(401, "UNAUTHENTICATED", None)


@dataclass(frozen=True)
class Received:
    """One message of the right form, and the HTTP status that it was answered with; 0 where no answer was given."""

    project: str
    message: dict[str, Any]
    status: int

    @property
    def token(self) -> str:
        """Whom it was for."""
        return str(self.message["token"])


class FcmReceiver:
    """Stands in for `https://fcm.googleapis.com`. A context manager; it listens on the loopback only.

    `port` 0 takes a free one. Raises OSError where the port is taken.
    """

    def __init__(self, port: int = 0) -> None:
        self._all: list[Received] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server = Server(port, _app(self))
        self._thread = threading.Thread(target=self._server.serve, name="fcm-receiver", daemon=True)

    @property
    def url(self) -> str:
        """What `FCM_API_BASE` has to be."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def received(self) -> list[Received]:
        """All messages of the right form so far, oldest first, however they were answered."""
        with self._lock:
            return list(self._all)

    def to(self, *tokens: str) -> list[Received]:
        """Those to one of the tokens."""
        return [each for each in self.received if each.token in tokens]

    def wait_for(self, wanted: Callable[[list[Received]], bool], seconds: float = WAIT_SECONDS) -> list[Received]:
        """All messages, once they are as wanted. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while not wanted(received := self.received):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not among what FCM has got: {[each.token for each in received]}")
            time.sleep(POLL_SECONDS)
        return received

    def clear(self) -> None:
        """Forget all messages."""
        with self._lock:
            self._all.clear()

    def take(self, project: str, authorization: str | None, body: bytes) -> Answer | None:
        """The answer to one request; None where the connection is to break without any."""
        if authorization != f"Bearer {TOKEN}":
            return UNAUTHENTICATED
        if wrong := list(_wrong_fields(body)):
            violations = [{"field": name, "description": "invalid"} for name in wrong]
            bad_request = {"@type": f"{TYPES}google.rpc.BadRequest", "fieldViolations": violations}
            return refusal(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", bad_request)
        sent = json.loads(body)["message"]
        kind = sent["token"].partition("-")[0]
        answer = None if kind in (LOST, SILENT) else BY_TOKEN.get(kind) or _taken(project)
        with self._lock:
            self._all.append(Received(project, sent, answer.status if answer else 0))
        if kind == SILENT:
            self._stopping.wait(SILENT_SECONDS)
        return answer

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.stop()
        self._thread.join()
        self._server.close()


def _app(receiver: FcmReceiver) -> Flask:
    app = Flask("fcm", static_folder=None)

    @app.post("/v1/projects/<project>/messages:send")
    def send(project: str) -> Response:
        answer = receiver.take(project, request.headers.get("Authorization"), request.get_data())
        if answer is None:
            request.environ[DROP].set()
            return Response(status=503)
        return Response(answer.body, answer.status, answer.headers, content_type=answer.content_type)

    @app.get("/received")
    def read() -> list[dict[str, Any]]:
        return [asdict(each) for each in receiver.received]

    @app.delete("/received")
    def clear() -> dict[str, Any]:
        receiver.clear()
        return {}

    return app


def _taken(project: str) -> Answer:
    return Answer(200, json.dumps({"name": f"projects/{project}/messages/{uuid.uuid4().hex}"}))


def _wrong_fields(body: bytes) -> Iterator[str]:
    """The fields for which FCM would refuse a message such as ours."""
    try:
        sent = json.loads(body)["message"]
        yield from (f"message.{name}" for name in sent.keys() - FIELDS)
        if not isinstance(sent.get("token"), str) or not sent["token"]:
            yield "message.token"
        if not all(isinstance(value, str) for value in sent.get("data", {}).values()):
            yield "message.data"
        if not re.fullmatch(r"\d+s", sent.get("android", {}).get("ttl", "0s")):
            yield "message.android.ttl"
    except (ValueError, KeyError, AttributeError, TypeError):
        yield "message"
