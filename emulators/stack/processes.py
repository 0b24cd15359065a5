"""Starting, watching and stopping the programs of the local stack."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

GUARD = Path(__file__).with_name("guard.py")
TAIL_LINES = 40
POLL_SECONDS = 0.1


class StartFailedError(RuntimeError):
    """A program ended, or did not answer in time. The text carries the end of its log."""


def free_ports(count: int) -> list[int]:
    """Ports that are free now, all different: they are held together until the last one is known."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


def is_free(port: int) -> bool:
    """Whether nothing listens on this port of the loopback address."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def exit_on_sigterm() -> None:
    """Lets SIGTERM end this process as `sys.exit` does, so that what it has started is stopped on the way out."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def answers(url: str) -> bool:
    """Whether an HTTP server answers there, with whatever status."""
    try:
        requests.get(url, timeout=2)
    except requests.RequestException:
        return False
    return True


class Program:
    """One running program under its guard, with its output in a log file. A context manager that stops it.

    `env` is the whole environment of the program; nothing of this process's own is added.
    """

    def __init__(self, name: str, command: list[str], log: Path, *, cwd: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self._guard = subprocess.Popen(
                [sys.executable, str(GUARD), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=dict(env),
                start_new_session=True,
            )

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Returns when `ready()` is true.

        Raises:
            StartFailedError: the program ended, or `seconds` have passed.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if self._guard.poll() is not None:
                raise StartFailedError(f"{self.name} ended with code {self._guard.returncode}.\n{self.tail()}")
            if time.monotonic() > deadline:
                raise StartFailedError(f"{self.name} did not answer within {seconds:.0f} s.\n{self.tail()}")
            time.sleep(POLL_SECONDS)

    def wait(self) -> int:
        """Waits until the program ends by itself; answers with its exit code."""
        return self._guard.wait()

    def output(self) -> str:
        """All that the program has written so far."""
        return self.log.read_text(errors="replace")

    def tail(self) -> str:
        """The end of what the program has written."""
        return "\n".join([f"--- {self.name} wrote at last:", *self.output().splitlines()[-TAIL_LINES:], "---"])

    def stop(self) -> None:
        """Stops the program and everything it started, and waits for that."""
        if self._guard.stdin:
            self._guard.stdin.close()
        self._guard.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
