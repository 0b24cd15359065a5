"""A database in memory with the preconditions of the real one (that one is in tests/integration)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from payments.adapters.firestore_mapping import id_of
from payments.core.store import Docs, Found, Ref, Refs, Store
from payments.domain.chat.notifications import Notification
from payments.domain.chat.records import Consultant
from tests.unit.constants import CONSULTANT


class Died(Exception):
    """The process was killed here."""


@dataclass
class MemoryStore(Store):
    """The store's own loop on a dictionary, with the preconditions of the real database.

    `deaths` says where the next commits die, if they do.
    """

    found: dict[Ref[Any], Found] = field(default_factory=dict)
    deaths: list[str] = field(default_factory=list)
    #: Notifications that have been written over: their people were told the same thing twice.
    retold: list[str] = field(default_factory=list)
    versions: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.found[Ref(Consultant, CONSULTANT)] = Found(Consultant(id=CONSULTANT, active=True), 0)

    def all(self, kind: type[Any]) -> list[Any]:
        return [found.record for ref, found in self.found.items() if ref.kind is kind]

    def _get(self, refs: Refs) -> Docs:
        return Docs({ref: self.found.get(ref, Found(None)) for ref in refs})

    def _wait(self, number: int) -> None:
        """Nobody sleeps."""

    def _commit(self, docs: Docs, writes: tuple[Any, ...]) -> Docs | None:
        death = self.deaths.pop() if writes and self.deaths else ""
        if death == "before the commit":
            raise Died(death)
        refs = {Ref(type(record), id_of(record)): record for record in writes}
        if any(ref in docs.found and docs.found[ref] != self.found.get(ref, Found(None)) for ref in refs):
            return None
        self.retold += [
            ref.id for ref in refs if ref.kind is Notification and ref not in docs.found and ref in self.found
        ]
        written = {ref: Found(record, next(self.versions)) for ref, record in refs.items()}
        self.found |= written
        if death == "after the commit":
            raise Died(death)
        return docs.plus(Docs(written))

    def oldest(self, kind: type[Any], attribute: str, now: datetime) -> datetime | None:
        times = [getattr(record, attribute) for record in self.all(kind)]
        return min((at for at in times if at is not None and at <= now), default=None)

    def newest(self, kind: type[Any], attribute: str, after: datetime, until: datetime) -> Any:
        times = {getattr(record, attribute): record for record in self.all(kind)}
        found = [at for at in times if at is not None and after < at <= until]
        return times[max(found)] if found else None

    def due(self, kind: type[Any], now: datetime, page: int) -> Iterator[list[tuple[Any, Docs]]]:
        due = [(ref, f) for ref, f in self.found.items() if ref.kind is kind and f.record.due_at is not None]
        due = sorted((item for item in due if item[1].record.due_at <= now), key=lambda item: item[1].record.due_at)
        if due:
            yield [(f.record, Docs({ref: f})) for ref, f in due[:page]]
