"""Every query that is made or promised, by where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from payments.adapters.firestore_mapping import COLLECTIONS, field_name
from payments.jobs.silence import CHANGES
from tests.indexes.needs import Query
from tests.indexes.notation import documented, listed, queries_of
from tests.indexes.python_source import sources
from tests.kit.queries import kit_queries

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / "functions" / "payments"
LOCAL_STACK = ROOT / "emulators"
APP_CLIENT = LOCAL_STACK / "stack" / "app_client.mjs"
E2E = ROOT / "tests" / "e2e"
RULES = ROOT / "firestore.rules"
DOCUMENTS = ("*.md", "docs/**/*.md", "flutterflow/**/*.md")

ASKED_IN_PYTHON = "query(collection(db, path), where(field, operator, value))"
"""The one query of the app client that its Python side fills in: `Source.app_lists` reads what with."""


ASKED_BY_TIME = "field_name(kind, attribute)"
"""The one field that its caller names: `newest` asks by each of these times."""
TIMES = ("at", *(attribute for _, attribute in CHANGES))


def product_queries() -> Iterator[Query]:
    """What the functions ask; a collection that depends on the kind of document stands for every one of them."""
    tables, namers = {"COLLECTIONS": tuple(COLLECTIONS.values())}, {"field_name": _field_of}
    for source in sources(PRODUCT, tables=tables, namers=namers):
        for time in TIMES if ASKED_BY_TIME in source.text else [""]:
            text = source.text.replace(ASKED_BY_TIME, f'field_name(kind, "{time}")')
            yield from replace(source, text=text).queries()


def _field_of(collection: str, attribute: str) -> str:
    return field_name(next(kind for kind, name in COLLECTIONS.items() if name == collection), attribute)


def app_queries() -> Iterator[Query]:
    """What the demo and the tests over the emulators ask, through the app client or by themselves."""
    yield from queries_of(APP_CLIENT.read_text().replace(ASKED_IN_PYTHON, ""), APP_CLIENT.name)
    for source in sources(LOCAL_STACK, E2E):
        yield from source.queries()
        yield from source.app_lists()


def flutterflow_queries() -> Iterator[Query]:
    """What the kit's Dart files ask."""
    for collection, clauses in kit_queries():
        yield Query(collection, tuple(clauses), "flutterflow")


def documented_queries() -> Iterator[Query]:
    """What the pages show, and the lists that the rules promise."""
    yield from listed(RULES.read_text())
    for pattern in DOCUMENTS:
        for path in sorted(ROOT.glob(pattern)):
            yield from documented(path.read_text(), path.name)
