"""Firestore: the only file that imports it, and the one write primitive: read, decide, commit if unchanged.

No transactions: two round trips instead of three, no locks to time out, and writers that meet lose only a moment.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
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
from payments.core.refusals import Code, Refusal
from payments.core.store import Changed, CorruptDocument, Decision, Docs, Found, Ref, Refs
from payments.push.port import Device, Person

T = TypeVar("T")
R = TypeVar("R")
#: Enough for two dozen writers that meet on one document; then the caller is told `busy`.
TRIES: Final = 12
FIRST_WAIT: Final = 0.01
LONGEST_WAIT: Final = 0.5
#: Seconds for one round trip, the client library's own retries included.
TIMEOUT: Final = 10.0
#: The client library's own policies go on for up to five minutes, longer than any function lives.
RETRY: Final = Retry(
    if_exception_type(ResourceExhausted, ServiceUnavailable), initial=0.1, maximum=1.0, timeout=TIMEOUT
)
#: More than anybody carries: FlutterFlow adds a document with every new token and deletes none.
MOST_DEVICES: Final = 20
_LOST: Final = (Aborted, AlreadyExists, FailedPrecondition, NotFound)


class FirestoreStore:
    """`ports.Store` and `ports.People` on a Firestore client."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client

    def read(self, refs: Refs, then: Callable[[Docs], Refs] | None = None) -> Docs:
        """Read in one batch get; another one for what `then` names, as long as it names more."""
        return self._completed(self._get(refs), then)

    def _completed(self, docs: Docs, then: Callable[[Docs], Refs] | None) -> Docs:
        while more := [ref for ref in then(docs) if ref not in docs.found] if then else []:
            docs = docs.plus(self._get(more))
        return docs

    def change(
        self,
        refs: Refs,
        decide: Callable[[Docs], Decision[R]],
        *,
        then: Callable[[Docs], Refs] | None = None,
        seen: Docs | None = None,
    ) -> Changed[R]:
        """Read, decide, commit if unchanged; again, with jitter, while others were faster. Raises `Refusal(busy)`."""
        refs = tuple(refs)
        for attempt in range(TRIES):
            docs = self.read(refs, then) if seen is None else self._completed(seen, then)
            is_torn = seen is not None or then is not None
            after = self._attempt(docs, decide, is_torn=is_torn)
            if after is not None:
                return after
            seen = None
            time.sleep(random.uniform(0, min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)))  # noqa: S311 - jitter, not a secret
        raise Refusal(Code.BUSY)

    def _attempt(self, docs: Docs, decide: Callable[[Docs], Decision[R]], *, is_torn: bool) -> Changed[R] | None:
        """Decide and commit once; None where others were faster.

        A refusal commits nothing, so no precondition vouches for what it rests on: where the documents were not read at
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
        return all(_version(again.found[ref]) == _version(found) for ref, found in docs.found.items())

    def commit_if_unchanged(self, docs: Docs, writes: tuple[Any, ...]) -> bool:
        """Commit once. False where a document has changed since `docs` was read."""
        return self._commit(docs, writes) is not None

    def due(self, kind: type[T], now: datetime, page: int) -> Iterator[list[tuple[T, Docs]]]:
        """What has `dueAt <= now`, oldest first: one query a page, on one single-field index.

        A document that can't be read is logged and passed over; the cursor goes on behind it.
        """
        name = field_name(kind, "due_at")
        due = FieldFilter(name, "<=", now)
        question = self._client.collection(COLLECTIONS[kind]).where(filter=due).order_by(name).limit(page)
        snapshots = list(question.stream(retry=RETRY, timeout=TIMEOUT))
        while snapshots:
            yield [item for s in snapshots if (item := _due_item(kind, s))]
            if len(snapshots) < page:
                return
            snapshots = list(question.start_after(snapshots[-1]).stream(retry=RETRY, timeout=TIMEOUT))

    def person(self, user_id: str) -> Person:
        """The person's language and newest devices, from the app's own documents; what is no device is passed over."""
        user = self._client.document("users", user_id)
        profile = user.get(["language"], retry=RETRY, timeout=TIMEOUT).to_dict() or {}
        language = profile.get("language")
        newest = user.collection("fcm_tokens").order_by("created_at", direction=firestore.Query.DESCENDING)
        snapshots = newest.limit(MOST_DEVICES).stream(retry=RETRY, timeout=TIMEOUT)
        devices = [(snapshot.id, (snapshot.to_dict() or {}).get("fcm_token")) for snapshot in snapshots]
        return Person(
            language if isinstance(language, str) else None,
            tuple(Device(name, token) for name, token in devices if isinstance(token, str) and token),
        )

    def forget(self, user_id: str, device_ids: Iterable[str]) -> None:
        """Delete devices that are gone."""
        batch = self._client.batch()
        for device_id in device_ids:
            batch.delete(self._client.document("users", user_id, "fcm_tokens", device_id))
        batch.commit(retry=RETRY, timeout=TIMEOUT)

    def _document(self, ref: Ref[Any]) -> Any:
        return self._client.document(COLLECTIONS[ref.kind], ref.id)

    def _get(self, refs: Iterable[Ref[Any]]) -> Docs:
        documents = [(ref, self._document(ref)) for ref in refs]
        by_path = {document.path: ref for ref, document in documents}
        snapshots = self._client.get_all([document for _, document in documents], retry=RETRY, timeout=TIMEOUT)
        return Docs({(ref := by_path[s.reference.path]): _found(ref, s) for s in snapshots})

    def _commit(self, docs: Docs, writes: tuple[Any, ...]) -> Docs | None:
        """The documents as written, or None where one of them was not as read."""
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
        return docs.plus(Docs({ref: Found(record, result, rev) for (ref, record), result, rev in after}))

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
            unchanged = self._client.write_option(last_update_time=found.version.update_time)
            batch.update(document, {**changed_fields(found.record, record), "rev": rev}, option=unchanged)
        return rev


def open_store() -> FirestoreStore:
    """The store of the project that this process runs in, or of the emulator that `FIRESTORE_EMULATOR_HOST` names."""
    return FirestoreStore(firestore.Client())


def _found(ref: Ref[Any], snapshot: Any) -> Found:
    """The snapshot itself is the version, as a commit's write result is: both have an `update_time`."""
    if not snapshot.exists:
        return Found(None)
    doc = snapshot.to_dict()
    try:
        return Found(from_doc(ref.kind, ref.id, doc), snapshot, doc.get("rev", 0))
    except CorruptDocument as error:
        if ref.kind not in HAND_MADE:
            raise
        logs.write("ERROR", "corrupt document", document=str(error))
        return Found(None)


def _version(found: Found) -> Any:
    return found.version.update_time if found.record is not None else None


def _due_item(kind: type[T], snapshot: Any) -> tuple[T, Docs] | None:
    ref = Ref(kind, snapshot.id)
    try:
        found = _found(ref, snapshot)
    except CorruptDocument as error:
        logs.write("ERROR", "corrupt document", document=str(error))
        return None
    return found.record, Docs({ref: found})
