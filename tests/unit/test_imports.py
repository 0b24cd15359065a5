"""Lines between the modules that import-linter can't see (the others are in pyproject.toml)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FUNCTIONS = Path(__file__).parents[2] / "functions"


def imported_modules(file: Path) -> Iterator[str]:
    """The absolute imports of a file; relative ones stay inside the package."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def top_levels(file: Path) -> set[str]:
    return {name.split(".")[0] for name in imported_modules(file)}


def test_the_domain_imports_the_standard_library_only() -> None:
    files = list((FUNCTIONS / "payments" / "domain").glob("*.py"))

    outside = {file.name: top_levels(file) - sys.stdlib_module_names for file in files}

    assert files
    assert not {name: modules for name, modules in outside.items() if modules}


#: What a pure function may use: no clock, no chance, no file, no network, no environment, no thread among them.
PURE = {"__future__", "collections", "dataclasses", "datetime", "enum", "re", "typing", "unicodedata"}
#: What would ask the clock or the outside in spite of that.
IMPURE = {"now", "today", "utcnow", "open", "print", "input", "eval", "exec", "__import__"}


def called(file: Path) -> set[str]:
    """The last names of everything that a file calls."""
    calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    return {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in calls}


def test_the_domain_asks_neither_a_clock_nor_chance_nor_the_outside() -> None:
    """The time and every id come in as values."""
    files = list((FUNCTIONS / "payments" / "domain").glob("*.py"))

    imported = set().union(*map(top_levels, files))

    assert files
    assert imported - PURE == set()
    assert {file.name: called(file) & IMPURE for file in files if called(file) & IMPURE} == {}


def test_main_knows_neither_stripe_nor_firestore() -> None:
    assert top_levels(FUNCTIONS / "main.py").isdisjoint({"stripe", "google"})


def test_main_uses_the_edge_and_the_wiring_and_of_the_rest_only_what_it_hands_them() -> None:
    tree = ast.parse((FUNCTIONS / "main.py").read_text())
    ours = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "payments"]

    names = {alias.name for node in ours for alias in node.names}

    assert names.isdisjoint({"domain", "store", "stripe_gateway", "operations", "pairs"})
