"""The database as the use cases see it: documents, and the one write primitive: read, decide, commit if unchanged."""

from __future__ import annotations

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, NamedTuple, TypeVar, cast

from payments.core.refusals import Code, Refusal

T = TypeVar("T")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

#: Enough for two dozen writers that meet on one document; then the caller is told `busy`.
TRIES: Final = 12
#: Seconds between two tries: at most this at first, then twice as long each time.
FIRST_WAIT: Final = 0.01
LONGEST_WAIT: Final = 0.5


class CorruptDocument(Exception):
    """A stored document is not what this code writes; the message names the document and the fields, never values."""


class Ref(NamedTuple, Generic[T]):
    """A document: the kind of record it holds, and its id."""

    kind: type[T]
    id: str


@dataclass(frozen=True, slots=True)
class Found:
    """A document as read: the record, or None if there is none, and its version, which a write must still find.

    `version` is the adapter's own, None if there is no document. `rev` counts its writes; only the store moves it.
    """

    record: Any
    version: Any = None
    rev: int = 0


class Docs:
    """Documents read together. A decision rests on these and on nothing else."""

    def __init__(self, found: Mapping[Ref[Any], Found]) -> None:
        self.found = dict(found)

    def get(self, ref: Ref[T]) -> T | None:
        """The record as read, None if the document does not exist. KeyError if it was not read."""
        return cast("T | None", self.found[ref].record)

    def __getitem__(self, ref: Ref[T]) -> T:
        """The record of a document that must exist. KeyError if it does not."""
        record = self.get(ref)
        if record is None:
            raise KeyError(ref)
        return record

    def plus(self, other: Docs) -> Docs:
        """These documents and the other's, which win."""
        return Docs({**self.found, **other.found})


Refs = Iterable[Ref[Any]]


@dataclass(frozen=True, slots=True)
class Decision(Generic[R_co]):
    """What to write (records, each to its own document) and what to answer."""

    result: R_co
    writes: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed(Generic[R]):
    """A decision that stands, with the documents as it left them."""

    result: R
    docs: Docs


class Store(ABC):
    """The database: one way to read, one way to write, two questions. An adapter brings the abstract methods.

    No transactions: two round trips instead of three, no locks to time out, and writers that meet lose only a moment.
    """

    def read(self, refs: Refs, then: Callable[[Docs], Refs] | None = None) -> Docs:
        """Read in one batch; `then` may name more documents once some are known, until it names no new one."""
        return self._completed(self._get(refs), then)

    def change(
        self,
        refs: Refs,
        decide: Callable[[Docs], Decision[R]],
        *,
        then: Callable[[Docs], Refs] | None = None,
        known: Docs | None = None,
    ) -> Changed[R]:
        """Read, decide, commit if unchanged; again while others are faster. Raises `Refusal(busy)` in the end.

        `known` stands for the first read. `decide` may run several times and must be pure.
        """
        refs = tuple(refs)
        for number in range(TRIES):
            docs = self.read(refs, then) if known is None else self._completed(known, then)
            is_torn = known is not None or then is not None
            changed = self._try_once(docs, decide, is_torn=is_torn)
            if changed is not None:
                return changed
            known = None
            self._wait(number)
        raise Refusal(Code.BUSY)

    def commit_if_unchanged(self, docs: Docs, writes: tuple[Any, ...]) -> bool:
        """Commit once. False if a document has changed since `docs` was read."""
        return self._commit(docs, writes) is not None

    @abstractmethod
    def due(self, kind: type[T], now: datetime, page: int) -> Iterator[list[tuple[T, Docs]]]:
        """What has `dueAt <= now`, oldest first, in pages of at most `page`, each item with its document as read."""

    @abstractmethod
    def oldest(self, kind: type[T], attribute: str, now: datetime) -> datetime | None:
        """The earliest time that any record of this kind has in this field, if that is not after `now`."""

    @abstractmethod
    def newest(self, kind: type[T], attribute: str, after: datetime, until: datetime) -> T | None:
        """The record whose time `attribute` is the latest in `after < time <= until`; None if there is none."""

    @abstractmethod
    def _get(self, refs: Refs) -> Docs:
        """The documents as they are now."""

    @abstractmethod
    def _commit(self, docs: Docs, writes: tuple[Any, ...]) -> Docs | None:
        """Write all records, or none and answer None if one of their documents is not as in `docs`.

        Answers `docs` with the documents as written.
        """

    def _wait(self, number: int) -> None:
        """Wait before the next try, with jitter; `number` counts the tries so far from 0."""
        time.sleep(random.uniform(0, min(LONGEST_WAIT, FIRST_WAIT * 2**number)))  # noqa: S311 - jitter, not a secret

    def _completed(self, docs: Docs, then: Callable[[Docs], Refs] | None) -> Docs:
        while more := [ref for ref in then(docs) if ref not in docs.found] if then else []:
            docs = docs.plus(self._get(more))
        return docs

    def _try_once(self, docs: Docs, decide: Callable[[Docs], Decision[R]], *, is_torn: bool) -> Changed[R] | None:
        """Decide and commit once; None if others were faster.

        A refusal commits nothing, so no precondition vouches for what it rests on: if the documents were not read at
        one time, it stands only if they are all still as read.
        """
        try:
            decision = decide(docs)
        except Exception:
            if is_torn and not self._is_as_read(docs):
                return None
            raise
        after = self._commit(docs, decision.writes)
        return None if after is None else Changed(decision.result, after)

    def _is_as_read(self, docs: Docs) -> bool:
        again = self._get(docs.found)
        return all(again.found[ref].version == found.version for ref, found in docs.found.items())
