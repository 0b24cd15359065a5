"""The wires between a process and the world: every call that leaves it is counted, and any of them can be its last."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from google.cloud.firestore import Client

from payments.adapters.firestore import FirestoreStore
from payments.jobs.port import JobDeps
from tests.integration.deployment import changed_deps

FIRESTORE = ("batch_get_documents", "commit", "run_query")
STRIPE = (
    "create",
    "capture",
    "cancel",
    "retrieve",
    "reversals",
    "list_events",
    "list_intents",
    "create_checkout_session",
    "expire_checkout_session",
    "retrieve_checkout_session",
)


class Killed(BaseException):
    """The process died: nothing that it would have done after this is done."""


@dataclass
class Wire:
    """What one process has called, in order. It dies when it is about to make its call number `lives_for` + 1.

    Between two calls a process changes nothing that outlives it, so that dying before each call is dying after each
    one, too. Commit number `sends_again` is sent twice, as the client library does where the answer to one was lost.
    `watcher` is told of each call before it is made.
    """

    lives_for: int | None = None
    sends_again: int | None = None
    watcher: Callable[[str], None] | None = None
    calls: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self, name: str) -> None:
        with self._lock:
            if self.lives_for is not None and len(self.calls) >= self.lives_for:
                raise Killed(name)
            self.calls.append(name)
        if self.watcher:
            self.watcher(name)

    def live_for(self, calls: int | None) -> None:
        """The next process on this wire."""
        with self._lock:
            self.lives_for = calls
            self.calls.clear()

    def count(self, *names: str) -> int:
        return sum(name in names for name in self.calls)

    def deps(self, deps: JobDeps, db: Client) -> JobDeps:
        """These dependencies, with every call on this wire; the channel to Firestore is that of `db`."""
        client = Client(project=db.project)
        client._firestore_api_internal = _Watched(db._firestore_api, self, FIRESTORE)
        return changed_deps(deps, store=FirestoreStore(client), stripe=_Watched(deps.chat.stripe, self, STRIPE))


class _Watched:
    """An object of which some calls are counted before they are made."""

    def __init__(self, real: Any, wire: Wire, names: tuple[str, ...]) -> None:
        self._real, self._wire, self._names = real, wire, names

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._real, name)
        if name not in self._names:
            return method

        def call(*given: Any, **named: Any) -> Any:
            self._wire.step(name)
            is_lost = name == "commit" and self._wire.count("commit") - 1 == self._wire.sends_again
            answer = method(*given, **named)
            return method(*given, **named) if is_lost else answer

        return call
