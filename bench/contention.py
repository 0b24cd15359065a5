"""The store's write primitive when many write one document at once, against as many documents of their own."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from google.cloud import firestore

from bench.table import Line
from payments.adapters.firestore import FirestoreStore
from payments.core.limits import Limits
from payments.core.refusals import Code, Refusal
from payments.core.store import Decision, Docs, Ref

WRITERS = (1, 2, 4, 8, 16, 24)
PATIENCE_SECONDS = 60


class LostUpdateError(AssertionError):
    """What was counted is not what was written."""


def measure(database: firestore.Client, rounds: int) -> list[Line]:
    """For each number of writers: all on one document, and each on its own, in turn."""
    store = FirestoreStore(database)
    _milliseconds(store, [uuid.uuid4().hex] * 2)
    return [_line(store, writers, rounds) for writers in WRITERS]


def _line(store: FirestoreStore, writers: int, rounds: int) -> Line:
    apart, together, busy = [], [], 0
    for _ in range(rounds):
        apart.append(_milliseconds(store, [uuid.uuid4().hex for _ in range(writers)])[0])
        took, refused = _milliseconds(store, [uuid.uuid4().hex] * writers)
        together.append(took)
        busy += refused
    note = f"counted {writers * rounds - busy} of {writers * rounds}" + (f"; {busy} were told busy" if busy else "")
    return Line(f"store.change, {writers} on one document", apart, together, "ms", note=note)


def _milliseconds(store: FirestoreStore, ids: Sequence[str]) -> tuple[float, int]:
    """How long it takes to count once in each of these documents, all at once; and how many were told `busy`.

    Raises:
        LostUpdateError: fewer or more were counted than were told that they are done.
    """
    refused: list[str] = []
    ready = threading.Barrier(len(ids) + 1)
    threads = [threading.Thread(target=_count, args=(store, each, ready, refused)) for each in ids]
    for thread in threads:
        thread.start()
    ready.wait(PATIENCE_SECONDS)
    began = time.perf_counter()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    took = time.perf_counter() - began
    if (counted := _counted(store, set(ids))) != len(ids) - len(refused):
        raise LostUpdateError(f"{len(ids)} writers, {len(refused)} told busy, {counted} counted")
    return took * 1000, len(refused)


def _count(store: FirestoreStore, user_id: str, ready: threading.Barrier, refused: list[str]) -> None:
    ref, now = Ref(Limits, user_id), datetime.now(UTC)

    def one_more(docs: Docs) -> Decision[None]:
        known = docs.get(ref) or Limits(id=user_id, used=0, since=now, expire_at=now)
        return Decision(None, (replace(known, used=known.used + 1),))

    ready.wait(PATIENCE_SECONDS)
    try:
        store.change([ref], one_more)
    except Refusal as refusal:
        if refusal.code is not Code.BUSY:
            raise
        refused.append(user_id)


def _counted(store: FirestoreStore, ids: set[str]) -> int:
    docs = store.read([Ref(Limits, each) for each in ids])
    return sum(limits.used for each in ids if (limits := docs.get(Ref(Limits, each))))
