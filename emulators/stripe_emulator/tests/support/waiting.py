"""Waiting for what another thread brings about. No test waits for a time of its own choice."""

from __future__ import annotations

import time
from collections.abc import Callable

HANG_SECONDS = 30
"""A guard against a hang, far above what anything needs."""


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look again and again. Raises TimeoutError after `HANG_SECONDS`."""
    until = time.monotonic() + HANG_SECONDS
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("it has not come to that")
        time.sleep(0.01)
