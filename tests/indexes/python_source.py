"""Firestore queries in Python source, read off its syntax tree. What can't be read is an error, never passed over."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.indexes.needs import Clause, Query

NARROWING = frozenset({"where", "order_by"})
Namers = Mapping[str, Callable[[str, str], str]]
DIRECTIONS = {"ASCENDING": "asc", "DESCENDING": "desc"}


class UnreadableError(Exception):
    """A query in a form that the comparison can't read; the text names the place."""


@dataclass
class Source:
    """One file. `tables` are the names that stand for several collections, as `COLLECTIONS[kind]` does.

    `namers` are the functions that name a field of such a collection, as `field_name(kind, "due_at")` does: each
    answers by the collection and the text that it is called with.
    """

    name: str
    text: str
    tables: Mapping[str, Iterable[str]] = field(default_factory=dict)
    namers: Namers = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tree = ast.parse(self.text)
        self._parents = {child: node for node in ast.walk(self._tree) for child in ast.iter_child_nodes(node)}

    def queries(self) -> Iterator[Query]:
        """Yield each chain that starts with `collection(…)`. Raises `UnreadableError`."""
        calls = [node for node in ast.walk(self._tree) if isinstance(node, ast.Call)]
        read: set[ast.Call] = set()
        for call in calls:
            if _method(call) == "collection":
                chain = list(self._chain(call))
                read.update(chain)
                for collection in self._collections(call):
                    clauses = tuple(self._clause(each, collection) for each in chain)
                    yield Query(collection, clauses, f"{self.name}:{call.lineno}")
        for call in calls:
            if _method(call) == "collection_group" or (_method(call) in NARROWING and call not in read):
                raise self._unreadable(call)

    def app_lists(self) -> Iterator[Query]:
        """Yield each `user.list(path, field, operator, value)` of the app client. Raises `UnreadableError`."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and _method(node) == "list" and len(node.args) > 1:
                path, name, operator, *_ = (*map(self._string, node.args[:3]), "", "")
                yield Query(path.rsplit("/", 1)[-1], ((name, operator),), f"{self.name}:{node.lineno}")

    def _chain(self, call: ast.Call) -> Iterator[ast.Call]:
        """Yield the narrowing calls on what this call answers, up to where another collection begins."""
        outer = self._parents.get(self._parents.get(call, call), call)
        while isinstance(outer, ast.Call) and isinstance(outer.func, ast.Attribute) and outer.func.value is call:
            if outer.func.attr == "collection":
                return
            if outer.func.attr in NARROWING:
                yield outer
            call = outer
            outer = self._parents.get(self._parents.get(call, call), call)

    def _clause(self, call: ast.Call, collection: str) -> Clause:
        arguments = {each.arg: each.value for each in call.keywords}
        if _method(call) == "order_by":
            direction = arguments.get("direction", call.args[1] if len(call.args) > 1 else None)
            return self._field(call.args[0], collection), self._direction(call, direction)
        compared = self._filter(arguments["filter"]) if "filter" in arguments else call.args
        if len(compared) != 3:
            raise self._unreadable(call)
        return self._field(compared[0], collection), self._string(compared[1])

    def _field(self, node: ast.expr, collection: str) -> str:
        """Return the name of a field, also where a function names it by the collection."""
        if isinstance(node, ast.Name):
            node = self._value_of(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.namers:
            return self.namers[node.func.id](collection, self._string(node.args[-1]))
        return self._string(node)

    def _filter(self, node: ast.expr) -> list[ast.expr]:
        """Return the arguments of the `FieldFilter(…)` that is meant, also where a name in the same scope holds it."""
        if isinstance(node, ast.Name):
            node = self._value_of(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FieldFilter":
            return node.args
        raise self._unreadable(node)

    def _direction(self, call: ast.Call, node: ast.expr | None) -> str:
        if node is None:
            return "asc"
        said = node.attr if isinstance(node, ast.Attribute) else self._string(node)
        if said not in DIRECTIONS:
            raise self._unreadable(call)
        return DIRECTIONS[said]

    def _collections(self, call: ast.Call) -> Iterable[str]:
        (path,) = call.args
        if isinstance(path, ast.Subscript) and isinstance(path.value, ast.Name) and path.value.id in self.tables:
            return self.tables[path.value.id]
        return [self._string(path).rsplit("/", 1)[-1]]

    def _string(self, node: ast.expr) -> str:
        """Return a literal's text, its last part for a formatted one; a name stands for what it was assigned."""
        if isinstance(node, ast.Name):
            node = self._value_of(node)
        if isinstance(node, ast.JoinedStr):
            node = node.values[-1]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise self._unreadable(node)

    def _value_of(self, name: ast.Name) -> ast.expr:
        """Return the one value that the name is given in its function, or else in the module."""
        scope: ast.AST | None = name
        while scope := self._parents.get(scope) if scope else None:
            if isinstance(scope, ast.FunctionDef | ast.Module):
                values = [value for node in ast.walk(scope) if (value := _assigned(node, name.id)) is not None]
                if len(values) == 1:
                    return values[0]
        raise self._unreadable(name)

    def _unreadable(self, node: ast.AST) -> UnreadableError:
        line = getattr(node, "lineno", 0)
        return UnreadableError(f"{self.name}:{line}: {ast.unparse(node)}")


def sources(
    *folders: Path, tables: Mapping[str, Iterable[str]] | None = None, namers: Namers | None = None
) -> Iterator[Source]:
    """Yield every Python file below the folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            yield Source(f"{folder.name}/{path.relative_to(folder)}", path.read_text(), tables or {}, namers or {})


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _assigned(node: ast.AST, name: str) -> ast.expr | None:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    is_meant = any(isinstance(target, ast.Name) and target.id == name for target in targets)
    return node.value if is_meant and isinstance(node, ast.Assign | ast.AnnAssign) else None
