"""Every requirement of the chat and of the shop has a test that names it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from docs.generator import product

TESTS = Path(__file__).parents[1]
REQUIREMENTS = (
    *(f"H-{number:02}" for number in range(1, 20)),
    *(f"C-{number:02}" for number in range(1, 8)),
    *(f"TC-{number:03}" for number in range(1, 16)),
)
#: Two digits after H and C, three after TC.
SINGLE = r"(?<![A-Za-z])([HhCc](?=[-_]?\d\d(?!\d))|(?:TC|tc)(?=[-_]?\d{3}(?!\d)))[-_]?(\d+)"


def said_by_tests() -> Iterator[str]:
    """Names and docstrings of the tests, and the docstrings of the modules that hold them."""
    for file in TESTS.rglob("test_*.py"):
        if file != Path(__file__):
            tree = ast.parse(file.read_text())
            yield ast.get_docstring(tree) or ""
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    yield f"{node.name} {ast.get_docstring(node) or ''}"


def ids_in(text: str) -> set[str]:
    """`H-11`, and `h11` or `h_11` as a part of a name; `H-07 … H-09` is each of the three, and so for `TC-001`."""
    single = {f"{kind.upper()}-{number}" for kind, number in re.findall(SINGLE, text)}
    spans = re.findall(r"\b([HC]|TC)-(\d+) ?(?:…|\.\.\.) ?\1-(\d+)\b", text)
    return single | {f"{kind}-{n:0{len(low)}}" for kind, low, high in spans for n in range(int(low), int(high) + 1)}


def test_some_test_names_each_requirement() -> None:
    named = {found for text in said_by_tests() for found in ids_in(text)}

    assert [requirement for requirement in REQUIREMENTS if requirement not in named] == []


def test_each_case_of_checkout_is_proved_in_a_browser_by_a_test_that_is_named_after_it() -> None:
    """TC-001 … TC-015: the table of the pages is made from these names."""
    assert list(product.cases()) == [f"TC-{number:03}" for number in range(1, 16)]
