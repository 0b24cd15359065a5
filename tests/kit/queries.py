"""The Firestore queries of the kit: those that its Dart files make, and those that its READMEs tell a page to make."""

from __future__ import annotations

import re
from pathlib import Path

from .tree import Chain, DartFile, Node, arguments, chains, name_of, named, named_argument, read, text

KIT = Path(__file__).parents[2] / "flutterflow"
READMES = {"en": KIT / "README.md", "ja": KIT / "README.ja.md"}

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
#: A row of a README: `collection` | `where('field', '==', …).orderBy('field', 'desc')`
_ROW = re.compile(r"^\| `([\w/{}]+)` \| `((?:where|orderBy)\(.*?\))` \|", re.MULTILINE)
_STEP = re.compile(r"where\('(\w+)', '([^']+)', [^)]*\)|orderBy\('(\w+)'(?:, '(asc|desc)')?\)")


def dart_files() -> list[DartFile]:
    return [read(path) for path in sorted(KIT.glob("*/*.dart"))]


def kit_queries() -> list[Query]:
    """Every query of the kit, each once, as `(collection, ((field, operator or direction), …))`."""
    found = [query for file in dart_files() for query in queries_of(file)]
    found += [query for path in READMES.values() for query in documented(path.read_text())]
    return list(dict.fromkeys(found))


def queries_of(file: DartFile) -> list[Query]:
    """The queries of one file. Raises `KeyError` for a filter that is not known here."""
    return [
        (_last(file, chain), fields)
        for chain in _with_collections(file)
        if (fields := tuple(step for link in chain.links for step in _step(file, link.name, link.arguments)))
    ]


def _with_collections(file: DartFile) -> list[Chain]:
    """Every chain, with the collection of the variable that it may begin with put before it."""
    variables: dict[str, Chain] = {}
    found = []
    for chain in chains(file.root):
        known = variables.get(text(chain.root))
        whole = Chain(known.root, known.links + chain.links) if known else chain
        if whole.arguments_of("collection"):
            found.append(whole)
            declaration = chain.root.parent
            if declaration.type == "initialized_variable_definition":
                variables[name_of_declared(declaration)] = whole
    return found


def name_of_declared(declaration: Node) -> str:
    return text(named(declaration, "identifier")[0])


def _last(file: DartFile, chain: Chain) -> str:
    return file.string_of(arguments(chain.arguments_of("collection"))[0]) or ""


def _step(file: DartFile, method: str, given: Node) -> Fields:
    if method == "where":
        field = file.string_of(arguments(given)[0]) or ""
        return tuple(
            (field, _OPERATORS[name_of(label)])
            for each in named(given, "named_argument")
            for label in named(each, "label")
        )
    if method == "orderBy":
        descending = named_argument(given, "descending")
        is_down = descending is not None and text(descending).endswith("true")
        return ((file.string_of(arguments(given)[0]) or "", "desc" if is_down else "asc"),)
    return ()


def documented(readme: str) -> list[Query]:
    """The queries in the tables of a README."""
    return [(collection.rsplit("/", 1)[-1], _documented(steps)) for collection, steps in _ROW.findall(readme)]


def _documented(steps: str) -> Fields:
    return tuple(
        (field or ordered, operator or direction or "asc")
        for field, operator, ordered, direction in _STEP.findall(steps)
    )
