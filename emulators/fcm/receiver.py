"""The receiver as a server in threads of this process. What it has got can be read there or over HTTP, at `/received`.

    with FcmReceiver() as fcm:
        requests.post(f"{fcm.url}/v1/projects/p/messages:send", json=…, headers={"Authorization": "Bearer owner"})
        assert fcm.received[0].message["notification"]["title"] == "…"

It takes messages to tokens. Topics, conditions and `validate_only` it does not model, and says so.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from flask import Flask, Response, request

from stripe_emulator.server import DROP, Server

from .answers import INVALID, LOST, SILENT, Answer, answer_to, bad_request, error, fcm_error, unauthenticated
from .kinds import Violation
from .schema import OTHER_TARGETS, REQUEST, broken_rules

if TYPE_CHECKING:
    from types import TracebackType

TOKEN: Final = "owner"  # noqa: S105  (what the Firebase emulators take for an administrator; it opens nothing)
POLL_SECONDS = 0.02
SILENT_SECONDS = 120
WAIT_SECONDS = 60
"""A guard against a hang."""


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
        if wrong := _not_allowed(authorization) or _not_valid(body):
            return wrong
        sent = json.loads(body)["message"]
        kind = sent["token"].partition("-")[0]
        answer = None if kind in (LOST, SILENT) else answer_to(sent["token"]) or _taken(project)
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


def _not_allowed(authorization: str | None) -> Answer | None:
    expected = "Expected OAuth 2 access token, login cookie or other valid authentication credential."
    if not authorization:
        return unauthenticated(
            f"Request is missing required authentication credential. {expected}", "CREDENTIALS_MISSING"
        )
    if authorization != f"Bearer {TOKEN}":
        return unauthenticated(
            f"Request had invalid authentication credentials. {expected}", "ACCESS_TOKEN_TYPE_UNSUPPORTED"
        )
    return None


def _not_valid(body: bytes) -> Answer | None:
    """Why the request is refused: its JSON, its shape, its target, its values; None where it is good."""
    try:
        decoded = json.loads(body)
    except ValueError:
        return bad_request([Violation("", "Invalid JSON payload received.")], "Invalid JSON payload received.")
    if violations := list(REQUEST.violations(decoded, "")):
        return bad_request(violations, "\n".join(each.description for each in violations))
    sent = decoded.get("message") or {}
    return _not_modelled(decoded, sent) or _without_target(sent) or _breaking_a_rule(sent)


def _not_modelled(decoded: dict[str, Any], sent: dict[str, Any]) -> Answer | None:
    names = {name for name in OTHER_TARGETS if sent.get(name)} | (decoded.keys() & {"validate_only", "validateOnly"})
    if not names:
        return None
    return error(501, "UNIMPLEMENTED", f"The local receiver does not model {', '.join(sorted(names))}.")


def _without_target(sent: dict[str, Any]) -> Answer | None:
    if sent.get("token"):
        return None
    violation = Violation("message", "Recipient of the message is not set.")
    return bad_request([violation], violation.description, fcm_error("INVALID_ARGUMENT"))


def _breaking_a_rule(sent: dict[str, Any]) -> Answer | None:
    violations = list(broken_rules(sent))
    return bad_request(violations, INVALID, fcm_error("INVALID_ARGUMENT")) if violations else None
