"""A database in memory with the preconditions of the real one (that one is in tests/integration)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from payments.adapters.firestore_mapping import id_of
from payments.core.refusals import Code, Refusal
from payments.core.store import Changed, Decision, Docs, Found, Ref, Refs
from payments.domain.chat.notifications import Notice
from payments.domain.chat.records import Consultant
from tests.unit.scene import CONSULTANT


class Died(Exception):
    """The process was killed here."""


@dataclass
class MemoryStore:
    """`ports.Store` with the preconditions of the real one. `deaths` says where the next commits die, if they do."""

    found: dict[Ref[Any], Found] = field(default_factory=dict)
    deaths: list[str] = field(default_factory=list)
    #: Notifications that have been written over: their people were told the same thing twice.
    retold: list[str] = field(default_factory=list)
    versions: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.found[Ref(Consultant, CONSULTANT)] = Found(Consultant(id=CONSULTANT, active=True), 0)

    def all(self, kind: type[Any]) -> list[Any]:
        return [found.record for ref, found in self.found.items() if ref.kind is kind]

    def read(self, refs: Refs, then: Callable[[Docs], Refs] | None = None) -> Docs:
        return self._completed(self._get(refs), then)

    def _completed(self, docs: Docs, then: Callable[[Docs], Refs] | None) -> Docs:
        while more := [ref for ref in then(docs) if ref not in docs.found] if then else []:
            docs = docs.plus(self._get(more))
        return docs

    def _get(self, refs: Refs) -> Docs:
        return Docs({ref: self.found.get(ref, Found(None)) for ref in refs})

    def change(
        self,
        refs: Refs,
        decide: Callable[[Docs], Decision[Any]],
        *,
        then: Callable[[Docs], Refs] | None = None,
        seen: Docs | None = None,
    ) -> Changed[Any]:
        refs = tuple(refs)
        for _ in range(12):
            docs = self.read(refs, then) if seen is None else self._completed(seen, then)
            decision = decide(docs)
            if self.commit_if_unchanged(docs, decision.writes):
                news = {Ref(type(r), id_of(r)): self.found[Ref(type(r), id_of(r))] for r in decision.writes}
                return Changed(decision.result, docs.plus(Docs(news)))
            seen = None
        raise Refusal(Code.BUSY)

    def commit_if_unchanged(self, docs: Docs, writes: tuple[Any, ...]) -> bool:
        death = self.deaths.pop() if writes and self.deaths else ""
        if death == "before the commit":
            raise Died(death)
        refs = {Ref(type(record), id_of(record)): record for record in writes}
        if any(ref in docs.found and docs.found[ref] != self.found.get(ref, Found(None)) for ref in refs):
            return False
        self.retold += [ref.id for ref in refs if ref.kind is Notice and ref not in docs.found and ref in self.found]
        for ref, record in refs.items():
            self.found[ref] = Found(record, next(self.versions))
        if death == "after the commit":
            raise Died(death)
        return True

    def due(self, kind: type[Any], now: datetime, page: int) -> Iterator[list[tuple[Any, Docs]]]:
        due = [(ref, f) for ref, f in self.found.items() if ref.kind is kind and f.record.due_at is not None]
        due = sorted((item for item in due if item[1].record.due_at <= now), key=lambda item: item[1].record.due_at)
        if due:
            yield [(f.record, Docs({ref: f})) for ref, f in due[:page]]
