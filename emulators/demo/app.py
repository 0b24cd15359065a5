"""The app of the demo, from Python: starts `app.mjs` under Node and lets people act through it."""

import json
import select
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

SCRIPT = Path(__file__).with_name("app.mjs")
ANSWER_SECONDS = 90
"""Longer than the 70 s after which the SDK itself gives a call up."""


class RefusedError(Exception):
    """The SDK's answer to a call that was not done."""

    def __init__(self, code: str, message: str, details: object) -> None:
        super().__init__(f"{code}: {message}")
        self.message = message
        """The text in the person's language, as the app shows it."""
        self.code: str = details["code"] if isinstance(details, dict) and "code" in details else code


@dataclass(frozen=True)
class Backend:
    """Where the app finds its project; hosts are `host:port`."""

    project: str
    region: str
    auth_url: str
    firestore_host: str
    functions_host: str

    def as_json(self) -> str:
        """Return it as `app.mjs` takes it."""
        return json.dumps(
            {
                "project": self.project,
                "region": self.region,
                "authUrl": self.auth_url,
                "firestoreHost": self.firestore_host,
                "functionsHost": self.functions_host,
            }
        )


@dataclass
class App:
    """A running Node process with the Firebase SDK; a context manager that ends it."""

    backend: Backend
    _process: subprocess.Popen[bytes] = field(init=False)
    _to_app: IO[bytes] = field(init=False)
    _from_app: IO[bytes] = field(init=False)

    def __enter__(self) -> Self:
        command = ["node", str(SCRIPT), self.backend.as_json()]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._to_app = cast("IO[bytes]", self._process.stdin)
        self._from_app = cast("IO[bytes]", self._process.stdout)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def person(self, name: str) -> "Person":
        """Sign somebody up with the Auth emulator."""
        credentials = {"email": f"{name}@example.com", "password": f"password of {name}"}
        return Person(self, name, self.ask(name, "signUp", **credentials)["uid"])

    def ask(self, person: str, action: str, **arguments: object) -> dict[str, Any]:
        """Return what came of a person's action. Raises `RefusedError`; `RuntimeError` where Node ended or hangs."""
        request = json.dumps({"person": person, "action": action, **arguments})
        answer = json.loads(self._exchange(request.encode() + b"\n"))
        if "error" in answer:
            raise RefusedError(**answer["error"])
        ok: dict[str, Any] = answer["ok"]
        return ok

    def _exchange(self, line: bytes) -> bytes:
        with suppress(BrokenPipeError):  # nothing comes back then, which is told below
            self._to_app.write(line)
            self._to_app.flush()
        ready, _, _ = select.select([self._from_app], [], [], ANSWER_SECONDS)
        answer = self._from_app.readline() if ready else b""
        if not answer:
            raise RuntimeError(f"the app gave no answer to {line.decode().strip()}")
        return answer


@dataclass(frozen=True)
class Person:
    """Somebody signed in to the app."""

    app: App
    name: str
    uid: str

    def call(self, function: str, **data: object) -> dict[str, Any]:
        """Call a function. Raises `RefusedError`."""
        return self.app.ask(self.name, "call", name=function, data=data)

    def watch(self, path: str, field_name: str = "status") -> None:
        """Listen to a field of a document from now on. Raises `RefusedError` where the rules do not allow it."""
        self.app.ask(self.name, "watch", path=path, field=field_name)

    def until(self, path: str, value: str, seconds: int = 20) -> list[str]:
        """Return what the listener has seen up to this value. Raises `RefusedError` where it does not come."""
        values: list[str] = self.app.ask(self.name, "until", path=path, value=value, seconds=seconds)["values"]
        return values
