"""What a process asks of Firestore, as somebody sees it who watches the wire."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.cloud.firestore import Client

from payments.adapters.firestore import FirestoreStore
from payments.jobs.port import JobDeps
from tests.integration.call_recorder import FIRESTORE
from tests.integration.deployment import changed_deps

Shape = tuple[Any, ...]


@dataclass
class Asked:
    """The shapes of requests, in order: which documents are read; which fields of which are written, on what terms."""

    requests: list[Shape] = field(default_factory=list)

    def deps(self, deps: JobDeps, db: Client) -> JobDeps:
        """These dependencies, with every request to Firestore noted."""
        client = Client(project=db.project)
        client._firestore_api_internal = _Noted(db._firestore_api, self.requests)
        return changed_deps(deps, store=FirestoreStore(client))

    def with_names(self, names: Mapping[str, str]) -> list[Shape]:
        """The requests, with what documents are called (patterns) replaced by what it stands for."""
        return [_renamed(request, names) for request in self.requests]


class _Noted:
    def __init__(self, api: Any, requests: list[Shape]) -> None:
        self._api, self._requests = api, requests

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Any] = getattr(self._api, name)
        if name not in FIRESTORE:
            return method

        def call(*given: Any, **named: Any) -> Any:
            self._requests.append(_shape(name, named["request"]))
            return method(*given, **named)

        return call


def _shape(name: str, request: dict[str, Any]) -> Shape:
    if name == "batch_get_documents":
        return (name, tuple(sorted(_path(document) for document in request["documents"])))
    if name == "commit":
        return (name, tuple(sorted(_write(write) for write in request["writes"])))
    return (name, repr(request))


def _write(write: Any) -> Shape:
    on_terms = write.current_document._pb.WhichOneof("condition_type") or "none"
    return (_path(write.update.name), tuple(sorted(write.update.fields)), on_terms)


def _path(name: str) -> str:
    return name.split("/documents/")[1]


def _renamed(part: Any, names: Mapping[str, str]) -> Any:
    if isinstance(part, tuple):
        return tuple(_renamed(each, names) for each in part)
    for pattern, name in names.items():
        part = re.sub(pattern, name, part)
    return part
