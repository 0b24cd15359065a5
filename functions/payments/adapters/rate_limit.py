"""A rate for requests: what runs in bulk leaves room for people who are paying now."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class RateLimit:
    """Has requests, from all threads together, start at least `1 / rate` seconds apart."""

    def __init__(self, rate: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._gap = 1 / rate
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = time.monotonic()

    def wait(self) -> None:
        """Wait for the next request's turn."""
        with self._lock:
            now = time.monotonic()
            wait = self._next - now
            self._next = max(self._next, now) + self._gap
        if wait > 0:
            self._sleep(wait)
