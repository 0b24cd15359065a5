"""The pages for people as the tests of the documentation read them: the README and `docs`, in each language."""

from __future__ import annotations

import re
from pathlib import Path

from docs.generator.blocks import DOCS
from docs.generator.product import ROOT

LANGUAGES = tuple(DOCS)
README = {"en": ROOT / "README.md", "ja": ROOT / "README.ja.md"}
#: The rules and their proofs are for whoever changes the code; they have tests of their own.
DESIGN = {language: folder / "design.md" for language, folder in DOCS.items()}
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def pages(language: str) -> list[Path]:
    """The README and every page of the tree, the README first."""
    folder = DOCS[language]
    found = sorted([*folder.glob("*.md"), *folder.glob("reference/*.md")])
    return [README[language], *(page for page in found if page != DESIGN[language])]


def text(language: str) -> str:
    return "\n".join(page.read_text() for page in pages(language))


def without_code(markdown: str) -> str:
    return FENCE.sub("", markdown)


def prose(language: str) -> str:
    """The pages without their code."""
    return without_code(text(language))


def code(language: str, kind: str) -> list[str]:
    """The code blocks of one kind (`sh`, `dart`, …)."""
    return [body for found, body in FENCE.findall(text(language)) if found == kind]


def headings(page: Path) -> list[tuple[int, str]]:
    """Every heading of a page with its level."""
    found = re.findall(r"^(#+) (.+)$", without_code(page.read_text()), re.MULTILINE)
    return [(len(marks), title) for marks, title in found]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in headings(page)}


def links(page: Path) -> list[str]:
    """The targets of all links of a page, but for those that lead out of the checkout."""
    found: list[str] = re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text()))
    return [link for link in found if not link.startswith("https://")]
