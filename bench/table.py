"""One line for each thing that was measured: the floor, ours, the ratio of the two and its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

HEADINGS = ("", "floor", "ours", "ratio", "lowest-highest", "pairs", "target", "")


@dataclass(frozen=True)
class Target:
    """What the ratio has to keep to."""

    bound: float
    is_ceiling: bool = True

    def __str__(self) -> str:
        return f"{'<=' if self.is_ceiling else '>='} {self.bound}"

    def verdict(self, ratio: float) -> str:
        """Whether it does."""
        is_met = ratio <= self.bound if self.is_ceiling else ratio >= self.bound
        return "met" if is_met else "MISSED"


@dataclass(frozen=True)
class Line:
    """Measurements of floor and ours, taken in pairs one after the other; their medians are shown.

    The ratio is the median of the pairs' ratios, for the two of a pair have met the same weather.
    """

    what: str
    floor: Sequence[float]
    ours: Sequence[float]
    unit: str
    target: Target | None = None
    note: str = ""
    ratios: list[float] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ratios", [b / a for a, b in zip(self.floor, self.ours, strict=True)])

    @property
    def ratio(self) -> float:
        """Ours to the floor."""
        return median(self.ratios)

    def cells(self) -> tuple[str, ...]:
        """The line as it is printed."""
        ratio, spread = f"{self.ratio:.2f}", f"{min(self.ratios):.2f}-{max(self.ratios):.2f}"
        target = f"{self.target} {self.target.verdict(self.ratio)}" if self.target else ""
        medians = self._shown(self.floor), self._shown(self.ours)
        return (self.what, *medians, ratio, spread, str(len(self.ratios)), target, self.note)

    def _shown(self, values: Sequence[float]) -> str:
        value = median(values)
        return f"{value:.{0 if value >= 100 else 2}f} {self.unit}"


def table(lines: Sequence[Line]) -> str:
    """All lines under their headings, in columns."""
    rows = [HEADINGS, *(line.cells() for line in lines)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(_padded(row, widths) for row in rows)


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
