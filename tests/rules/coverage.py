"""Which expressions of the rules the engine has evaluated, and to what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Expression:
    """One expression of the rules and the values it took; an evaluation that ended in an error counts as none."""

    line: int
    column: int
    values: frozenset[str]

    @property
    def is_condition(self) -> bool:
        """Whether it is a yes or a no each time; what an app sends may be a truth value once, and a text else."""
        return bool(self.values) and self.values <= {"True", "False"}


def expressions(coverage: dict[str, Any]) -> list[Expression]:
    """Return every expression of an engine's coverage report, outer ones before their parts."""
    return [expression for node in coverage["report"] for expression in _walk(node)]


def _walk(node: dict[str, Any]) -> Iterator[Expression]:
    position = node["sourcePosition"]
    values = frozenset(_read(seen["value"]) for seen in node.get("values", ()) if seen["value"])
    yield Expression(position["line"], position["column"], values - {"undefined"})
    for child in node.get("children", ()):
        yield from _walk(child)


def _read(value: dict[str, Any]) -> str:
    (kind, content), *_ = value.items()
    return str(content) if kind == "boolValue" else kind
