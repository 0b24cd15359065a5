"""What the demo prints: chapters, steps, and Stripe and Firestore side by side. Colour on a terminal only."""

from __future__ import annotations

import os
import sys
import time
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emulators.demo.compare import Row

NAME_WIDTH, SIDE_WIDTH = 12, 25
BOLD, DIM, RED, GREEN = "1", "2", "31", "32"


def width(text: str) -> int:
    """Return how many columns the text takes; a Japanese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def shortened(text: str) -> str:
    """Return the text, or its beginning where it is longer than a column."""
    return text if width(text) < SIDE_WIDTH else text[: SIDE_WIDTH - 2] + "…"


def padded(text: str, columns: int) -> str:
    """Return the text filled up with spaces to so many columns."""
    return text + " " * (columns - width(text))


@dataclass
class Screen:
    """A terminal, or a file that takes the same lines without colour."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    started: float = field(default_factory=time.monotonic)
    steps: int = 0

    def progress(self, line: str) -> None:
        """Say how the set-up goes, with the seconds since the start."""
        self._line(self._paint(f"[{time.monotonic() - self.started:5.1f} s] {line}", DIM))

    def chapter(self, title: str) -> None:
        self._line("")
        self._line(self._paint(title, BOLD))

    def step(self, text: str) -> None:
        """Say what somebody does; steps are numbered through the whole story."""
        self.steps += 1
        self._line("")
        self._line(f"{self.steps:3}. {text}")

    def note(self, text: str) -> None:
        self._line(self._paint(f"     {text}", DIM))

    def sides(self, rows: Iterable[Row], chat: str | None = None) -> None:
        """Show what Stripe and Firestore hold, and a chat's status, which only Firestore knows.

        Long ids that are equal are shortened; what differs is shown whole.
        """
        self._line(self._paint(self._columns("", "Stripe", " ", "Firestore"), DIM))
        for row in rows:
            if row.is_equal:
                self._line(
                    self._columns(row.name, shortened(row.stripe), self._paint("=", GREEN), shortened(row.firestore))
                )
            else:
                self._line(self._columns(row.name, row.stripe, self._paint("≠", RED), row.firestore))
        if chat is not None:
            self._line(self._columns("chat", "", " ", chat))

    def success(self, text: str) -> None:
        self._line("")
        self._line(self._paint(text, GREEN))

    def failure(self, text: str) -> None:
        self._line("")
        self._line(self._paint(text, RED))

    def _columns(self, name: str, left: str, sign: str, right: str) -> str:
        return f"       {padded(name, NAME_WIDTH)}{padded(left, SIDE_WIDTH)} {sign} {right}".rstrip()

    def _paint(self, text: str, style: str) -> str:
        wanted = self.out.isatty() and "NO_COLOR" not in os.environ
        return f"\033[{style}m{text}\033[0m" if wanted else text

    def _line(self, text: str) -> None:
        print(text, file=self.out, flush=True)
