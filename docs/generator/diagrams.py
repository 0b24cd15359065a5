"""The state tables of `payments.domain.chat.states` as Mermaid diagrams and as Markdown tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from payments.domain.chat.states import (
    EXTENSION,
    HOLD,
    SESSION,
    Effect,
    HoldStatus,
    NextEvent,
    NextStatus,
    Refuse,
    SessionStatus,
    To,
)

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
            if isinstance(step, To) and (step.target is not state or _said(step, effects)):
                labels[step.target].append(f"{event}{_said(step, effects)}")
        yield from (f"{state} --> {target}: {' · '.join(events)}" for target, events in labels.items())


def _said(step: To[Any], effects: Mapping[str, str]) -> str:
    """The effect of a transition; empty if the new state says it all."""
    words = "" if step.effect is Effect.NONE else effects[step.effect.name]
    return f" / {words}" if words else ""


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
    words = _said(step, effects).removeprefix(" / ")
    return f"{target} ({words})" if words else target


def extension_diagram(effects: Mapping[str, str], over: str) -> str:
    """The same for the hold that is to extend a chat; `over` says that its chat has ended meanwhile."""
    first = EXTENSION[SessionStatus.ENDED]
    names = [f'    state "{state} ({over})" as {_node(SessionStatus.ENDED, state)}' for state in first]
    arrows = [f"    {line}" for session in EXTENSION for line in _extension_arrows(session, effects)]
    return "\n".join(["```mermaid", "stateDiagram-v2", *names, f"    [*] --> {NextStatus.NONE}", *arrows, "```"])


def _node(session: SessionStatus, state: NextStatus) -> str:
    """A state's name in the diagram; where the chat is over, an extension that is gone is the same as none."""
    return f"{session}_{state}" if session is SessionStatus.ENDED and state in EXTENSION[session] else state


def _extension_arrows(session: SessionStatus, effects: Mapping[str, str]) -> Iterable[str]:
    labels: dict[tuple[str, str], list[str]] = defaultdict(list)
    for state, row in EXTENSION[session].items():
        for event, step in row.items():
            if isinstance(step, To):
                after = SessionStatus.ENDED if event is NextEvent.END else session
                ends = (_node(session, state), _node(after, step.target))
                effect = _said(step, effects)
                labels[ends] += [f"{event}{effect}"] if ends[0] != ends[1] or effect else []
    return [f"{source} --> {target}: {' · '.join(events)}" for (source, target), events in labels.items() if events]


def extension_transitions(effects: Mapping[str, str]) -> list[list[str]]:
    """The whole table: a row for each state of the chat and of its extension; a cell is empty where nothing can be."""
    rows = [
        [
            f"`{session}`",
            f"`{state}`",
            *(_cell(state, row[event], effects) if event in row else "" for event in NextEvent),
        ]
        for session, states in EXTENSION.items()
        for state, row in states.items()
    ]
    return [["", "", *(f"`{event}`" for event in NextEvent)], *rows]
