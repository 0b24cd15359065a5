"""Firestore queries as text: in JavaScript or Dart, in the pages, and in the comments of `firestore.rules`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.indexes.needs import Clause, Query
from tests.indexes.python_source import UnreadableError

CALL = re.compile(r"\b(collection|collectionGroup|where|orderBy)\(((?:[^()]|\([^()]*\))*)\)")
TEXT = re.compile(r"""^(['"])(.*)\1$""")
CODE = re.compile(r"```.*?\n(.*?)```|`([^`\n]+)`", re.DOTALL)
ROW = re.compile(r"^\| `([\w/{}]+)` \| `([^`\n]*(?:where|orderBy)\([^`\n]*)` \|", re.MULTILINE)
LISTED = re.compile(r"//   (\S.*)")
MATCH = re.compile(r"match /(\w+)/\{\w+\} \{")

DART_OPERATORS = {
    "isEqualTo": "==",
    "isNull": "==",
    "isNotEqualTo": "!=",
    "isLessThan": "<",
    "isLessThanOrEqualTo": "<=",
    "isGreaterThan": ">",
    "isGreaterThanOrEqualTo": ">=",
    "arrayContains": "array-contains",
    "arrayContainsAny": "array-contains-any",
    "whereIn": "in",
    "whereNotIn": "not-in",
}


def queries_of(text: str, found_in: str, collection: str = "") -> Iterator[Query]:
    """Yield each query of a piece of code: a `collection(…)`, or the one that is meant, and what narrows it.

    Raises:
        UnreadableError: a clause without a collection, or one that is not made of literals.
    """
    clauses: list[Clause] = []
    for call in CALL.finditer(text):
        name, arguments = call[1], [each.strip() for each in call[2].split(",")]
        if name == "collectionGroup":
            raise UnreadableError(f"{found_in}: {call[0]}")
        if name == "collection":
            if clauses:
                yield Query(collection, tuple(clauses), found_in)
            collection, clauses = _last_text(arguments), []
            continue
        if not collection:
            raise UnreadableError(f"{found_in}: of which collection? {call[0]}")
        clauses.append(
            _where(call[0], arguments, found_in) if name == "where" else _order(call[0], arguments, found_in)
        )
    if clauses:
        yield Query(collection, tuple(clauses), found_in)


def documented(markdown: str, found_in: str) -> Iterator[Query]:
    """Yield each query in a Markdown text: those of its code, and of tables, where the collection stands first."""
    for row in ROW.finditer(markdown):
        yield from queries_of(row[2], found_in, row[1].rsplit("/", 1)[-1])
    for code in CODE.finditer(ROW.sub("", markdown)):
        yield from queries_of(code[1] or code[2], found_in)


def listed(rules: str) -> Iterator[Query]:
    """Yield each list that stands as a comment above the match that allows it. Raises `UnreadableError`."""
    lists: list[tuple[int, str]] = []
    for number, line in enumerate(rules.splitlines(), 1):
        if opened := MATCH.search(line):
            for found_at, text in lists:
                yield from queries_of(text, f"firestore.rules:{found_at}", opened[1])
            lists = []
        elif found := LISTED.search(line):
            lists.append((number, found[1]))
        elif CALL.search(line):
            raise UnreadableError(f"firestore.rules:{number}: {line.strip()}")


def _last_text(arguments: list[str]) -> str:
    """Return the collection that is named by a literal, else nothing: a path alone is no query that needs an index."""
    literal = TEXT.match(arguments[-1])
    return literal[2].rsplit("/", 1)[-1] if literal else ""


def _where(call: str, arguments: list[str], found_in: str) -> Clause:
    named = TEXT.match(arguments[0])
    operator = TEXT.match(arguments[1]) if len(arguments) > 1 else None
    if named and operator:
        return named[2], operator[2]
    said = arguments[1].split(":")[0].strip() if len(arguments) > 1 else ""
    if named and said in DART_OPERATORS:
        return named[2], DART_OPERATORS[said]
    raise UnreadableError(f"{found_in}: {call}")


def _order(call: str, arguments: list[str], found_in: str) -> Clause:
    named = TEXT.match(arguments[0])
    directions = {"": "asc", "'asc'": "asc", "'desc'": "desc", "descending: true": "desc", "descending: false": "asc"}
    said = arguments[1].replace('"', "'") if len(arguments) > 1 else ""
    if named and said in directions:
        return named[2], directions[said]
    raise UnreadableError(f"{found_in}: {call}")
