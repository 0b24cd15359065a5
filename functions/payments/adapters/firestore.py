"""Firestore under `core.store`: batch gets, commits with preconditions, the query of what is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, TypeVar

from google.api_core.exceptions import (
    Aborted,
    AlreadyExists,
    FailedPrecondition,
    NotFound,
    ResourceExhausted,
    ServiceUnavailable,
)
from google.api_core.retry import Retry, if_exception_type
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from payments.adapters.firestore_mapping import (
    COLLECTIONS,
    HAND_MADE,
    changed_fields,
    field_name,
    from_doc,
    id_of,
    to_doc,
)
from payments.core import logs
from payments.core.store import CorruptDocument, Docs, Found, Ref, Store

T = TypeVar("T")

#: Seconds for one round trip, the client library's own retries included.
TIMEOUT: Final = 10.0
#: The client library's own policies go on for up to five minutes, longer than any function lives.
RETRY: Final = Retry(
    if_exception_type(ResourceExhausted, ServiceUnavailable), initial=0.1, maximum=1.0, timeout=TIMEOUT
)

_LOST: Final = (Aborted, AlreadyExists, FailedPrecondition, NotFound)


class FirestoreStore(Store):
    """`core.store.Store` on a Firestore client."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client

    def due(self, kind: type[T], now: datetime, page: int) -> Iterator[list[tuple[T, Docs]]]:
        """What has `dueAt <= now`, oldest first: one query a page, on one single-field index.

        A document that can't be read is logged and passed over; the cursor goes on behind it.
        """
        name = field_name(kind, "due_at")
        due = FieldFilter(name, "<=", now)
        question = self._client.collection(COLLECTIONS[kind]).where(filter=due).order_by(name).limit(page)
        snapshots = list(question.stream(retry=RETRY, timeout=TIMEOUT))
        while snapshots:
            yield [item for s in snapshots if (item := _item(kind, s))]
            if len(snapshots) < page:
                return
            snapshots = list(question.start_after(snapshots[-1]).stream(retry=RETRY, timeout=TIMEOUT))

    def oldest(self, kind: type[T], attribute: str, now: datetime) -> datetime | None:
        """By one query for one document, on a single-field index."""
        name = field_name(kind, attribute)
        until = FieldFilter(name, "<=", now)
        question = self._client.collection(COLLECTIONS[kind]).where(filter=until).order_by(name).limit(1)
        found = [(s.to_dict() or {}).get(name) for s in question.stream(retry=RETRY, timeout=TIMEOUT)]
        return found[0] if found else None

    def newest(self, kind: type[T], attribute: str, after: datetime, until: datetime) -> T | None:
        """One query for one document, on one single-field index. One that can't be read is logged: there is none."""
        name = field_name(kind, attribute)
        since = FieldFilter(name, ">", after)
        before = FieldFilter(name, "<=", until)
        question = (
            self._client.collection(COLLECTIONS[kind])
            .where(filter=since)
            .where(filter=before)
            .order_by(name, direction=firestore.Query.DESCENDING)
            .limit(1)
        )
        found = question.stream(retry=RETRY, timeout=TIMEOUT)
        items = [item for snapshot in found if (item := _item(kind, snapshot))]
        return items[0][0] if items else None

    def _document(self, ref: Ref[Any]) -> Any:
        return self._client.document(COLLECTIONS[ref.kind], ref.id)

    def _get(self, refs: Iterable[Ref[Any]]) -> Docs:
        documents = [(ref, self._document(ref)) for ref in refs]
        by_path = {document.path: ref for ref, document in documents}
        snapshots = self._client.get_all([document for _, document in documents], retry=RETRY, timeout=TIMEOUT)
        return Docs({(ref := by_path[s.reference.path]): _found(ref, s) for s in snapshots})

    def _commit(self, docs: Docs, writes: tuple[Any, ...]) -> Docs | None:
        """The documents as written, or None if one of them is not as read."""
        if not writes:
            return docs
        batch = self._client.batch()
        written = [(Ref(type(record), id_of(record)), record) for record in writes]
        revs = [self._add(batch, ref, record, docs.found.get(ref)) for ref, record in written]
        try:
            results = batch.commit(retry=RETRY, timeout=TIMEOUT)
        except _LOST:
            return None
        after = zip(written, results, revs, strict=True)
        return docs.plus(Docs({ref: Found(record, result.update_time, rev) for (ref, record), result, rev in after}))

    def _add(self, batch: Any, ref: Ref[Any], record: Any, found: Found | None) -> int:
        """One write, and its `rev`. What was not read (an alert) is said as it is; all else must still be as read.

        A write that changes nothing keeps the update time, and so protects nothing: `rev` always changes.
        """
        document, rev = self._document(ref), found.rev + 1 if found else 1
        if found is None:
            batch.set(document, to_doc(record, rev))
        elif found.record is None:
            batch.create(document, to_doc(record, rev))
        else:
            unchanged = self._client.write_option(last_update_time=found.version)
            batch.update(document, {**changed_fields(found.record, record), "rev": rev}, option=unchanged)
        return rev


def open_client() -> firestore.Client:
    """The client of the project that this process runs in, or of the emulator that `FIRESTORE_EMULATOR_HOST` names."""
    return firestore.Client()


def open_store() -> FirestoreStore:
    """The store of that project or emulator."""
    return FirestoreStore(open_client())


def _found(ref: Ref[Any], snapshot: Any) -> Found:
    """The snapshot as a record; what people write by hand and can't be read counts as no document."""
    if not snapshot.exists:
        return Found(None)
    doc = snapshot.to_dict()
    try:
        return Found(from_doc(ref.kind, ref.id, doc), snapshot.update_time, doc.get("rev", 0))
    except CorruptDocument as error:
        if ref.kind not in HAND_MADE:
            raise
        logs.write("ERROR", "corrupt document", document=str(error))
        return Found(None)


def _item(kind: type[T], snapshot: Any) -> tuple[T, Docs] | None:
    ref = Ref(kind, snapshot.id)
    try:
        found = _found(ref, snapshot)
    except CorruptDocument as error:
        logs.write("ERROR", "corrupt document", document=str(error))
        return None
    return found.record, Docs({ref: found})
