"""The two languages that people are spoken to in."""

from __future__ import annotations

from typing import Literal

Language = Literal["ja", "en"]


def language_of(accept_language: str | None) -> Language:
    """English if the caller's first choice is English, Japanese otherwise."""
    return "en" if (accept_language or "").strip().lower().startswith("en") else "ja"
