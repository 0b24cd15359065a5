"""The two READMEs as the tests of the documentation read them."""

from __future__ import annotations

import re

from emulators.docs.blocks import READMES

ROOT = READMES["en"].parent
LANGUAGES = tuple(READMES)
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def text(language: str) -> str:
    return READMES[language].read_text()


def prose(language: str) -> str:
    """The README without its code."""
    return FENCE.sub("", text(language))


def code(language: str, kind: str) -> list[str]:
    """The code blocks of one kind (`sh`, `dart`, …)."""
    return [body for found, body in FENCE.findall(text(language)) if found == kind]


def headings(language: str) -> list[tuple[int, str]]:
    """Every heading with its level."""
    return [(len(marks), title) for marks, title in re.findall(r"^(#+) (.+)$", prose(language), re.MULTILINE)]


def anchor(title: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def links(language: str) -> list[str]:
    """The targets of all links."""
    return re.findall(r"\]\(([^)]+)\)", prose(language))
