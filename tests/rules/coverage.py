"""Which expressions of the rules the engine has evaluated, and to what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from emulators.stack.firestore_engine import RULES


@dataclass(frozen=True)
class Expression:
    """One expression of the rules and the values it took; an evaluation that ended in an error counts as none."""

    line: int
    column: int
    values: frozenset[str]
    text: str
    """What stands in the rules from there to the end of its line."""

    @property
    def is_condition(self) -> bool:
        """Whether it is a yes or a no each time; what an app sends may be a truth value once, and a text else.

        A rule that is plainly `true` asks nothing.
        """
        return bool(self.values) and self.values <= {"True", "False"} and not self.text.startswith("true;")


def expressions(coverage: dict[str, Any]) -> list[Expression]:
    """Return every expression of an engine's coverage report, outer ones before their parts."""
    lines = RULES.read_text().splitlines()
    return [expression for node in coverage["report"] for expression in _walk(node, lines)]


def _walk(node: dict[str, Any], lines: Sequence[str]) -> Iterator[Expression]:
    position = node["sourcePosition"]
    values = frozenset(_read(seen["value"]) for seen in node.get("values", ()) if seen["value"])
    line, column = position["line"], position["column"]
    yield Expression(line, column, values - {"undefined"}, lines[line - 1][column - 1 :])
    for child in node.get("children", ()):
        yield from _walk(child, lines)


def _read(value: dict[str, Any]) -> str:
    (kind, content), *_ = value.items()
    return str(content) if kind == "boolValue" else kind
