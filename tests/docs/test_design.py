"""The design is there for all who cite it, and names what there is: files, tests, terms, lengths of time, costs."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from docs.generator import product
from docs.generator.product import ROOT
from tests.docs.pages import DESIGN

TEXT = DESIGN["en"].read_text()
#: Where its readers are told to look for a path.
PLACES = (ROOT, ROOT / "functions" / "payments", ROOT / "tests")
CITING = ("functions/payments", "emulators", "tests", "bench")
ROUND_TRIPS = tuple((ROOT / "tests" / "integration").glob("test_*round_trips.py"))

CITATION = re.compile(r"\bdesign (\d+(?:(?:, |-)\d+)*)", re.IGNORECASE)

Pairs = set[tuple[int, int]]


def numbers() -> list[int]:
    """The numbers of the sections, in their order."""
    return [int(number) for number in re.findall(r"^## (\d+)\. ", TEXT, re.MULTILINE)]


def section(number: int) -> str:
    """What stands under a numbered heading."""
    (found,) = re.findall(rf"^## {number}\. (.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    return str(found)


@cache
def sources() -> dict[Path, str]:
    """All of our Python."""
    files = [ROOT / "functions" / "main.py", *(file for top in CITING for file in (ROOT / top).rglob("*.py"))]
    return {file: file.read_text() for file in files}


def cited(source: str) -> set[int]:
    """The sections that a text cites; `4-7` is each of the four."""
    parts = [part.split("-") for found in CITATION.findall(source) for part in found.split(", ")]
    return {number for ends in parts for number in range(int(ends[0]), int(ends[-1]) + 1)}


def costs(function: ast.FunctionDef) -> Pairs:
    """The pairs of whole numbers that a test asserts; where they are reckoned, those that it is named after."""
    pairs = [node.elts for node in ast.walk(function) if isinstance(node, ast.Tuple) and len(node.elts) == 2]
    values = [[each.value for each in pair if isinstance(each, ast.Constant)] for pair in pairs]
    asserted = {(one, two) for one, two in (pair for pair in values if len(pair) == 2) if type(one) is type(two) is int}
    return asserted or {(int(one), int(two)) for one, two in re.findall(r"_(\d+)_and_(\d+)", function.name)}


def budgets() -> list[tuple[Pairs, list[str]]]:
    """The rows of the table of round trips: what is told, and the tests that hold it."""
    rows = re.findall(r"^\| .+? \| ([\d +;]+) \| (.+) \|$", section(11), re.MULTILINE)
    return [
        ({(int(one), int(two)) for one, two in re.findall(r"(\d+) \+ (\d+)", told)}, re.findall(r"`(test_\w+)`", tests))
        for told, tests in rows
    ]


def test_the_sections_are_numbered_one_after_another() -> None:
    assert numbers() == list(range(1, 12))


def test_every_section_that_is_cited_exists() -> None:
    citations = {file: cited(source) for file, source in sources().items()}

    lost = {str(file.relative_to(ROOT)): found - set(numbers()) for file, found in citations.items()}

    assert {file: found for file, found in lost.items() if found} == {}
    assert len([found for found in citations.values() if found]) > 10


def test_both_languages_name_the_same_code_section_by_section() -> None:
    named = {
        language: [_code(part) for part in re.split(r"^##+ .+$", page.read_text(), flags=re.MULTILINE)]
        for language, page in DESIGN.items()
    }

    assert named["ja"] == named["en"]


def _code(part: str) -> set[str]:
    """The files, fields and tests that a section names, between backticks."""
    return set(re.findall(r"`([^`\n]+)`", part))


def test_every_file_that_is_named_exists() -> None:
    named = set(re.findall(r"`([\w./-]+(?:\.(?:py|toml|rules|json)|/))`", TEXT))

    assert len(named) > 100
    assert [path for path in named if not any((place / path).exists() for place in PLACES)] == []


def test_what_is_due_is_due_when_the_code_says() -> None:
    """The lengths of time in the table of deadlines, each as one of the product's own."""
    (hold,) = (int(each.default) for each in product.settings() if each.name == "HOLD_HOURS")
    seconds = {"min": 60, "h": 3600, "d": 86400}

    told = {int(number) * seconds[unit] for number, unit in re.findall(r"\b(\d+) (min|h|d)\b", section(7))}

    assert told
    assert told <= {length.total_seconds() for length in product.spans().values()} | {hold * 3600.0}


def test_every_row_of_the_budgets_is_read() -> None:
    _heads, _rule, *rows = [line for line in section(11).splitlines() if line.startswith("| ")]

    assert len(budgets()) == len(rows)


@pytest.mark.parametrize(("told", "tests"), budgets(), ids=[tests[0] for _, tests in budgets()])
def test_a_budget_is_what_its_tests_hold(told: Pairs, tests: list[str]) -> None:
    functions = [node for file in ROUND_TRIPS for node in ast.parse(file.read_text()).body]
    held = {node.name: costs(node) for node in functions if isinstance(node, ast.FunctionDef)}

    assert told
    assert tests
    assert told <= set().union(*(held[name] for name in tests))
    assert [name for name in tests if not held[name] & told] == []
