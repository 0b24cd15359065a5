"""The Firestore queries of the kit: those that its Dart files make, and those that its READMEs tell a page to make."""

from __future__ import annotations

import re

from .source import READMES, DartFile, dart_files

Fields = tuple[tuple[str, str], ...]
Query = tuple[str, Fields]
"""The collection, and (field, operator or direction) in the order of the query."""

_OPERATORS = {
    "isEqualTo": "==",
    "isNull": "==",
    "arrayContains": "array-contains",
    "isLessThan": "<",
    "isGreaterThan": ">",
}
_DART_STEP = re.compile(
    r"\.where\(\s*'(\w+)',\s*(\w+):|\.orderBy\(\s*'(\w+)'(?:,\s*descending: (true|false))?",
)
#: A row of a README: `collection` | `where('field', '==', …).orderBy('field', 'desc')`
_ROW = re.compile(r"^\| `([\w/{}]+)` \| `((?:where|orderBy)\(.*?\))` \|", re.MULTILINE)
_STEP = re.compile(r"where\('(\w+)', '([^']+)', [^)]*\)|orderBy\('(\w+)'(?:, '(asc|desc)')?\)")


def kit_queries() -> list[Query]:
    """Every query of the kit, each once, as `(collection, ((field, operator or direction), …))`."""
    found = [query for file in dart_files() for query in queries_of(file)]
    found += [query for path in READMES.values() for query in documented(path.read_text())]
    return list(dict.fromkeys(found))


def queries_of(file: DartFile) -> list[Query]:
    """The queries of one file. Raises `KeyError` for a filter that is not known here."""
    collections: dict[str, str] = {}
    found = []
    for statement in re.split(r"[;{}]", file.source):
        named = re.findall(r"\.collection\('(\w+)'", statement)
        known = [collections[word] for word in re.findall(r"\w+", statement) if word in collections]
        if not (named or known):
            continue
        collection = (named or known)[-1]
        collections |= dict.fromkeys(re.findall(r"final (\w+) =", statement), collection)
        if fields := tuple(_step(*step) for step in _DART_STEP.findall(statement)):
            found.append((collection, fields))
    return found


def _step(field: str, operator: str, ordered: str, descending: str) -> tuple[str, str]:
    if field:
        return field, _OPERATORS[operator]
    return ordered, "desc" if descending == "true" else "asc"


def documented(readme: str) -> list[Query]:
    """The queries in the tables of a README."""
    return [(collection.rsplit("/", 1)[-1], _documented(steps)) for collection, steps in _ROW.findall(readme)]


def _documented(steps: str) -> Fields:
    return tuple(
        (field or ordered, operator or direction or "asc")
        for field, operator, ordered, direction in _STEP.findall(steps)
    )
