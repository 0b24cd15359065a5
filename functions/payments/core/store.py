"""The database as the use cases see it: documents, and one way to read and to write them. No SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast


class CorruptDocument(Exception):
    """A stored document is not what this code writes; the message names the document and the fields, never values."""


T = TypeVar("T")
R = TypeVar("R")


class Ref(NamedTuple, Generic[T]):
    """A document: the kind of record it holds, and its id."""

    kind: type[T]
    id: str


@dataclass(frozen=True, slots=True)
class Found:
    """A document as read: the record, or None where there is none, with the version that a write must still find.

    `rev` counts the writes of a document; only the store moves it.
    """

    record: Any
    version: Any = None
    rev: int = 0


class Docs:
    """Documents read together. A decision rests on these and on nothing else."""

    def __init__(self, found: Mapping[Ref[Any], Found]) -> None:
        self.found = dict(found)

    def get(self, ref: Ref[T]) -> T | None:
        """The record as read, None where the document does not exist. KeyError where it was not read."""
        return cast("T | None", self.found[ref].record)

    def __getitem__(self, ref: Ref[T]) -> T:
        """The record of a document that must exist. KeyError where it does not."""
        record = self.get(ref)
        if record is None:
            raise KeyError(ref)
        return record

    def plus(self, other: Docs) -> Docs:
        """These documents and the other's, which win."""
        return Docs({**self.found, **other.found})


Refs = Iterable[Ref[Any]]


@dataclass(frozen=True, slots=True)
class Decision(Generic[R]):
    """What to write (records, each to its own document) and what to answer."""

    result: R
    writes: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed(Generic[R]):
    """A decision that stands, with the documents as it left them."""

    result: R
    docs: Docs


class Store(Protocol):
    """The database: one way to read, one way to write, one question."""

    def read(self, refs: Refs, then: Callable[[Docs], Refs] | None = None) -> Docs:
        """Read in one batch; `then` may name more documents once some are known, until it names none that is not."""
        ...

    def change(
        self,
        refs: Refs,
        decide: Callable[[Docs], Decision[R]],
        *,
        then: Callable[[Docs], Refs] | None = None,
        seen: Docs | None = None,
    ) -> Changed[R]:
        """Read, decide, commit if unchanged; again while others were faster. Raises `Refusal(busy)` in the end.

        `seen` stands for the first read. `decide` may run several times and must be pure.
        """
        ...

    def commit_if_unchanged(self, docs: Docs, writes: tuple[Any, ...]) -> bool:
        """Commit once. False where a document has changed since `docs` was read."""
        ...

    def due(self, kind: type[T], now: datetime, page: int) -> Iterator[list[tuple[T, Docs]]]:
        """What has `dueAt <= now`, oldest first, in pages of at most `page`, each item with its document as read."""
        ...
