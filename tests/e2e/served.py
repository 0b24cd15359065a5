"""The deployed functions as Cloud Run serves them: functions-framework, one process for each, no Firebase emulator.

Faster than the Firebase emulators, which start a process for each request, and each deployment has an environment of
its own: a secret can be missing, App Check can be enforced.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from emulators.stack.processes import Program, answers, free_ports
from tests.rules.app import unsigned_token

FUNCTIONS = Path(__file__).parents[2] / "functions"
START_SECONDS = 60
ANSWER_SECONDS = 90
"""Guards against a hang."""
THREADS = "16"
"""Requests that one process works on at the same time."""
TRIGGERED = ("sendPush",)
"""The functions that get CloudEvents, and no calls."""


class ServedFunctions:
    """The functions of `main.py` in one environment, each started when it is first wanted. Stops them at its end."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment = dict(environment)
        self._folder = folder
        self._running = ExitStack()
        self._urls: dict[str, str] = {}
        self._starting = threading.Lock()
        self._http = requests.Session()
        self._http.trust_env = False
        # The functions' server closes a quiet connection unsaid; what is sent in that very moment would be lost.
        self._http.headers["Connection"] = "close"

    @property
    def project(self) -> str:
        """The Firebase project that the functions believe to be in."""
        return self.environment["GCLOUD_PROJECT"]

    def url(self, function: str) -> str:
        """Where the function answers."""
        with self._starting:
            if function not in self._urls:
                self._urls[function] = self._start(function)
            return self._urls[function]

    def _start(self, function: str) -> str:
        (port,) = free_ports(1)
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "functions_framework", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--source", str(FUNCTIONS / "main.py"), "--target", function]
        command += ["--signature-type", "cloudevent"] if function in TRIGGERED else []
        program = Program(
            function,
            command,
            self._folder / f"{function}.log",
            cwd=FUNCTIONS,
            env={**self.environment, "THREADS": THREADS, "PYTHONUNBUFFERED": "1"},
        )
        self._running.enter_context(program)
        # The framework answers this path itself, so that waiting runs no function.
        program.wait_until(lambda: answers(f"{url}/robots.txt"), START_SECONDS)
        return url

    def send(self, function: str, method: str = "POST", **request: Any) -> requests.Response:
        """Send any HTTP request to the function, as `requests.request` takes it."""
        return self._http.request(method, self.url(function), **{"timeout": ANSWER_SECONDS, **request})

    def call(
        self, function: str, data: Any = None, *, by: str | None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Call a callable as the SDK does, signed in as `by`; None is nobody."""
        sent = {**(headers or {}), **({"Authorization": f"Bearer {self.token(by)}"} if by else {})}
        return self.send(function, json={"data": data}, headers=sent)

    def token(self, uid: str) -> str:
        """The ID token of a person, as the Auth emulator issues them: unsigned."""
        return unsigned_token(self.project, uid)

    def log(self, function: str | None = None) -> str:
        """All that the function has written so far, or all of them."""
        return "\n".join(path.read_text() for path in sorted(self._folder.glob(f"{function or '*'}.log")))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
        self._running.close()
