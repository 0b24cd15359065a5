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


#: The rooms without a clock, chance or the outside: rules, and Stripe's objects in our words.
PURE_ROOMS = ("domain", "stripe_model")
PURE_FILES = [file for room in PURE_ROOMS for file in (FUNCTIONS / "payments" / room).rglob("*.py")]
#: What a pure room may import of the package, beside itself and its like.
GROUND = {"payments.core.alerts", "payments.core.ids", "payments.core.money", "payments.core.refusals"}


def test_a_pure_room_imports_the_standard_library_and_its_ground_only() -> None:
    ours = tuple(f"payments.{room}." for room in PURE_ROOMS)

    imported = {name for file in PURE_FILES for name in imported_modules(file) if not name.startswith(ours)}

    assert len(PURE_FILES) > 15
    assert {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names} == GROUND


#: What a pure function may use: no clock, no chance, no file, no network, no environment, no thread among them.
PURE = {"__future__", "collections", "dataclasses", "datetime", "enum", "re", "typing", "unicodedata"}
#: What would ask the clock or the outside in spite of that.
IMPURE = {"now", "today", "utcnow", "open", "print", "input", "eval", "exec", "__import__"}


def called(file: Path) -> set[str]:
    """The last names of everything that a file calls."""
    calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    return {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in calls}


def test_a_pure_room_asks_neither_a_clock_nor_chance_nor_the_outside() -> None:
    """The time and every id come in as values."""
    imported = set().union(*map(top_levels, PURE_FILES))

    assert imported - PURE == {"payments"}
    assert {file.name: called(file) & IMPURE for file in PURE_FILES if called(file) & IMPURE} == {}


def test_main_knows_neither_stripe_nor_firestore() -> None:
    assert top_levels(FUNCTIONS / "main.py").isdisjoint({"stripe", "google"})


def test_main_uses_the_rooms_that_it_deploys_and_the_wiring_only() -> None:
    ours = {name.removeprefix("payments.") for name in imported_modules(FUNCTIONS / "main.py") if "payments" in name}

    assert {name.split(".")[0] for name in ours} <= {"config", "endpoints", "jobs", "push", "wiring", "payments"}
