"""The state tables of `payments.domain.states` as Mermaid diagrams and as Markdown tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from payments.domain.states import HOLD, SESSION, Effect, HoldStatus, Refuse, SessionStatus, To

Table = Mapping[StrEnum, Mapping[StrEnum, To[Any] | Refuse]]

TABLES: Final[dict[str, tuple[Any, StrEnum]]] = {
    "hold": (HOLD, HoldStatus.CREATED),
    "session": (SESSION, SessionStatus.AWAITING_PAYMENT),
}


def diagram(name: str, effects: Mapping[str, str]) -> str:
    """A Mermaid state diagram: every change of state, and every self-loop that has an effect."""
    table, first = TABLES[name]
    lines = ["```mermaid", "stateDiagram-v2", "    direction LR", f"    [*] --> {first}"]
    lines += [f"    {line}" for line in _arrows(table, effects)]
    lines += [f"    {state} --> [*]" for state in _never_left(table)]
    return "\n".join([*lines, "```"])


def _arrows(table: Table, effects: Mapping[str, str]) -> Iterable[str]:
    """One arrow between two states, for however many events: Mermaid draws loops of one state over each other."""
    for state, row in table.items():
        labels: dict[StrEnum, list[str]] = defaultdict(list)
        for event, step in row.items():
            if isinstance(step, To) and (step.target is not state or step.effect is not Effect.NONE):
                effect = f" / {effects[step.effect.name]}" if step.effect is not Effect.NONE else ""
                labels[step.target].append(f"{event}{effect}")
        yield from (f"{state} --> {target}: {' · '.join(events)}" for target, events in labels.items())


def _never_left(table: Table) -> list[StrEnum]:
    return [
        state
        for state, row in table.items()
        if all(not isinstance(step, To) or step.target is state for step in row.values())
    ]


def transitions(name: str, effects: Mapping[str, str]) -> list[list[str]]:
    """The whole table: a row for each state, a column for each event."""
    table, _ = TABLES[name]
    events = list(next(iter(table.values())))
    rows = [[f"`{state}`", *(_cell(state, row[event], effects) for event in events)] for state, row in table.items()]
    return [["", *(f"`{event}`" for event in events)], *rows]


def _cell(state: StrEnum, step: To[Any] | Refuse, effects: Mapping[str, str]) -> str:
    if isinstance(step, Refuse):
        return f"✗ `{step.code}`"
    target = "–" if step.target is state else f"`{step.target}`"
    return target if step.effect is Effect.NONE else f"{target} ({effects[step.effect.name]})"
