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


def test_main_knows_neither_stripe_nor_firestore() -> None:
    assert top_levels(FUNCTIONS / "main.py").isdisjoint({"stripe", "google"})


def test_main_uses_the_edge_and_the_wiring_and_of_the_rest_only_what_it_hands_them() -> None:
    tree = ast.parse((FUNCTIONS / "main.py").read_text())
    ours = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "payments"]

    names = {alias.name for node in ours for alias in node.names}

    assert names.isdisjoint({"domain", "store", "stripe_gateway", "operations", "pairs"})
