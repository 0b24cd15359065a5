"""A function served as production serves it: functions-framework with gunicorn, as many threads as its concurrency."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection

from bench.machine import pinned_to
from emulators.stack.processes import free_ports

ROOT = Path(__file__).parents[1]
THREADS = 80
"""The concurrency that `functions/main.py` is deployed with."""
WEBHOOK_SECRET = "whsec_bench"  # noqa: S105 - it signs events that only this run sees
PROJECT = "demo-bench"
START_SECONDS = 60
POLL_SECONDS = 0.001


@dataclass(frozen=True)
class Function:
    """A deployed function: the source folder's `main.py`, and its name there."""

    source: Path
    name: str


PRODUCT = Function(ROOT / "functions", "stripeWebhook")
FLOOR = Function(ROOT / "bench" / "floor", "floor_webhook")
AT_ONCE = Function(ROOT / "bench" / "floor", "answer_at_once")


@dataclass(frozen=True)
class Server:
    """A server process that has been started; it may not answer yet. `started` is in `time.perf_counter`'s seconds."""

    process: subprocess.Popen[bytes]
    port: int
    started: float

    def wait_until_it_listens(self) -> None:
        """Return when a connection is taken.

        Raises:
            RuntimeError: the server has ended, or does not listen within a minute.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError):
                create_connection(("127.0.0.1", self.port)).close()
                return
            time.sleep(POLL_SECONDS)
        raise RuntimeError(f"The server did not start; it ended with {self.process.poll()}.")


@contextmanager
def serving(function: Function, firestore_host: str, core: int) -> Iterator[Server]:
    """Start a server of this function on one core; kill it at the end."""
    [port] = free_ports(1)
    environment = {**os.environ, **_settings(function, firestore_host), "PORT": str(port)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with pinned_to({core}):
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "functions_framework"], env=environment, cwd=function.source, start_new_session=True
        )
    try:
        yield Server(process, port, started)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _settings(function: Function, firestore_host: str) -> Mapping[str, str]:
    return {
        "FIRESTORE_EMULATOR_HOST": firestore_host,
        "FUNCTION_SIGNATURE_TYPE": "http",
        "FUNCTION_SOURCE": str(function.source / "main.py"),
        "FUNCTION_TARGET": function.name,
        "GCLOUD_PROJECT": PROJECT,
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "HOST": "127.0.0.1",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_bench",
        "STRIPE_SECRET_KEY": "sk_test_bench",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "THREADS": str(THREADS),
    }
