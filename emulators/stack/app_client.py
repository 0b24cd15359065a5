"""App users for tests and the demo, behind the official Firebase SDK in one long-lived Node process (app_client.mjs).

    with App(stack) as app:
        payer = app.sign_up("payer")
        answer = payer.call("createPaymentIntent", {"sessionId": "s1", "consultantId": "c1"})
        assert answer.data["amount"] == 5000

Users act at the same time if asked to: `start_call` answers with a future.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import IO, Any, Self, cast

from emulators.stack.stack import REGION, Stack

SCRIPT = Path(__file__).with_suffix(".mjs")
ANSWER_SECONDS = 90
"""A guard against a hang: longer than the 70 s after which the SDK gives a call up."""

NODE_ENDED = {"code": "node-ended", "message": "the app's Node process has ended"}

Handler = Callable[[dict[str, Any]], None]


class RefusedError(Exception):
    """The answer to an action that was not done; its text is the code and the message."""


@dataclass(frozen=True)
class Answer:
    """What came of an action: `data`, or the error that an app's code would catch."""

    data: Any = None
    code: str | None = None
    """The SDK's code, as in `functions/failed-precondition`; None if the action was done."""
    message: str = ""
    details: Any = None

    @property
    def refusal(self) -> str | None:
        """The product's own code (`details.code`), None if there is none."""
        return self.details.get("code") if isinstance(self.details, dict) else None

    def done(self) -> Any:
        """The `data` of an action that was done. Raises `RefusedError` if it was not."""
        if self.code is not None:
            raise RefusedError(f"{self.refusal or self.code}: {self.message}")
        return self.data


class App:
    """The Node process; a context manager that ends it."""

    def __init__(self, stack: Stack) -> None:
        backend = {
            "project": stack.project,
            "region": REGION,
            "authUrl": stack.auth_url,
            "firestoreHost": stack.firestore_host,
            "functionsUrl": stack.functions_url,
        }
        self._node = subprocess.Popen(
            ["node", str(SCRIPT), json.dumps(backend)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._ids = itertools.count()
        self._handlers: dict[int, Handler] = {}
        self._writing = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def sign_up(self, name: str) -> User:
        """Signs a new person up with the Auth emulator. The same name can be used again: it is not the person's id.

        Raises:
            RefusedError: the Auth emulator does not take the person.
        """
        user = self.stranger(name)
        email = f"{user.key}@example.com"
        answer = user.act("signUp", email=email, password=f"password of {user.key}").result(ANSWER_SECONDS)
        return User(self, user.key, answer.done()["uid"])

    def guest(self, name: str = "guest") -> User:
        """Somebody who uses the app without an account, signed in anonymously.

        Raises:
            RefusedError: the Auth emulator does not take the person.
        """
        user = self.stranger(name)
        return User(self, user.key, user.act("signInAnonymously").result(ANSWER_SECONDS).done()["uid"])

    def stranger(self, name: str = "stranger") -> User:
        """Somebody with the app who has not signed in."""
        return User(self, f"{name}-{uuid.uuid4().hex[:8]}", "")

    def send(self, request: dict[str, Any], handler: Handler) -> None:
        """Sends a request; the handler gets every answer to it on the reading thread, and `NODE_ENDED` after the last.

        Raises:
            BrokenPipeError: Node has ended.
        """
        with self._writing:
            number = next(self._ids)
            self._handlers[number] = handler
            to_node = cast("IO[str]", self._node.stdin)
            to_node.write(json.dumps({"id": number, **request}) + "\n")
            to_node.flush()

    def _read(self) -> None:
        for line in cast("IO[str]", self._node.stdout):
            answer = json.loads(line)
            self._handlers[answer.pop("id")](answer)
        # Nobody shall wait for what no longer comes; `send` itself raises from here on.
        with self._writing:
            for handler in self._handlers.values():
                handler(NODE_ENDED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._node.kill()
        self._node.wait()


@dataclass(frozen=True)
class User:
    """A person with the app in hand."""

    app: App
    key: str
    uid: str
    """The Firebase Auth UID; empty for somebody who has not signed in."""

    def act(self, action: str, **arguments: Any) -> Future[Answer]:
        """Starts one of the actions of app_client.mjs."""
        future: Future[Answer] = Future()
        request = {"user": self.key, "action": action, **arguments}

        def answered(answer: dict[str, Any]) -> None:
            if not future.done():
                future.set_result(Answer(**answer))

        self.app.send(request, answered)
        return future

    def start_call(self, function: str, data: Any = None) -> Future[Answer]:
        """Calls a callable function without waiting for its answer."""
        return self.act("call", name=function, data=data)

    def call(self, function: str, data: Any = None) -> Answer:
        """Calls a callable function."""
        return self.start_call(function, data).result(ANSWER_SECONDS)

    def get(self, path: str) -> Answer:
        """Reads a document; `data` is None if there is none."""
        return self.act("get", path=path).result(ANSWER_SECONDS)

    def list(self, path: str, field_name: str, operator: str, value: Any) -> Answer:
        """Reads the documents of a collection that match, each with its `id`."""
        return self.act("list", path=path, field=field_name, operator=operator, value=value).result(ANSWER_SECONDS)

    def notifications(self) -> Answer:
        """Reads all that the person was told, newest first, each with its `id`."""
        return self.act("notifications").result(ANSWER_SECONDS)

    def messages(self, session_path: str) -> Answer:
        """Reads what was said in a chat, newest first, each with its `id`."""
        return self.act("messages", session=session_path).result(ANSWER_SECONDS)

    def say(self, session_path: str, text: str) -> Answer:
        """Tries to write a message into a chat, as the app does."""
        return self.add(f"{session_path}/messages", {"senderId": self.uid, "text": text}, times=("createdAt",))

    def add(self, path: str, data: dict[str, Any], times: Sequence[str] = ()) -> Answer:
        """Tries to write a new document of a collection; `data` of the answer is its `id`.

        The server's own time goes into the fields that `times` names.
        """
        return self.act("add", path=path, data=data, serverTimes=times).result(ANSWER_SECONDS)

    def set(self, path: str, data: dict[str, Any], times: Sequence[str] = ()) -> Answer:
        """Tries to write a document; `times` as in `add`."""
        return self.act("set", path=path, data=data, serverTimes=times).result(ANSWER_SECONDS)

    def update(self, path: str, data: dict[str, Any], times: Sequence[str] = ()) -> Answer:
        """Tries to change fields of a document; `times` as in `add`."""
        return self.act("update", path=path, data=data, serverTimes=times).result(ANSWER_SECONDS)

    def delete(self, path: str) -> Answer:
        """Tries to delete a document."""
        return self.act("delete", path=path).result(ANSWER_SECONDS)

    def listen(self, path: str) -> Listener:
        """Listens to a document until the process ends."""
        listener = Listener(path)
        self.app.send({"user": self.key, "action": "listen", "path": path}, listener.hear)
        return listener


@dataclass
class Listener:
    """What a listener has heard of one document."""

    path: str
    _heard: SimpleQueue[Answer] = field(default_factory=SimpleQueue)

    def hear(self, answer: dict[str, Any]) -> None:
        """Takes a snapshot, or the error that ended the listening."""
        self._heard.put(Answer(**answer))

    def until(self, wanted: Callable[[Answer], bool]) -> Answer:
        """Waits for a snapshot that is wanted; what comes before it is dropped.

        Raises:
            TimeoutError: it does not come. The text has the last one that came.
        """
        last = Answer()
        try:
            while not wanted(last := self._heard.get(timeout=ANSWER_SECONDS)):
                pass
        except Empty:
            raise TimeoutError(f"{self.path} has not become what was wanted; last: {last}") from None
        return last
