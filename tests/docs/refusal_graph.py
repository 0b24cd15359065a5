"""Which refusals a function can raise, read from its source and from that of everything of ours that it uses."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from enum import StrEnum
from types import FunctionType, ModuleType
from typing import Any

from emulators.docs.product import codes_of
from payments.core.refusals import Code
from payments.domain.chat.states import EXTENSION, SESSION, NextEvent, Refuse, SessionEvent

Rows = list[Mapping[Any, Any]]
SESSIONS: Rows = list(SESSION.values())
EXTENSIONS: Rows = [row for states in EXTENSION.values() for row in states.values()]
#: The lookups in the tables, and which of their arguments is the event; `move` hands its own on to `next_step`.
LOOKUPS: dict[str, tuple[int, type[StrEnum], Rows]] = {
    "session_step": (1, SessionEvent, SESSIONS),
    "next_step": (2, NextEvent, EXTENSIONS),
    "move": (0, NextEvent, EXTENSIONS),
}


def reachable(function: FunctionType) -> set[Code]:
    """Every code that may be raised by `function` or by what it names, near or far. May be more, is never less."""
    found: set[Code] = set()
    waiting, seen = [function], {function}
    while waiting:
        current = waiting.pop()
        tree = ast.parse(textwrap.dedent(inspect.getsource(current)))
        found |= _raised(tree)
        used = _used(tree, current.__globals__) - seen
        seen |= used
        waiting += used
    return found


def _raised(tree: ast.AST) -> set[Code]:
    return {code for node in ast.walk(tree) if isinstance(node, ast.Call) for code in _raised_by(node)}


def _raised_by(call: ast.Call) -> set[Code]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name == "Refusal":
        return codes_of(call)
    if name in LOOKUPS:
        position, events, rows = LOOKUPS[name]
        event = call.args[position]
        steps = [row.get(events[event.attr]) for row in rows] if isinstance(event, ast.Attribute) else []
        return {step.code for step in steps if isinstance(step, Refuse)}
    return {Code.BUSY} if name == "change" else set()


def _used(tree: ast.AST, names: dict[str, Any]) -> set[FunctionType]:
    """Our own functions that the source names, `module.function` too, and those in a table that it names."""
    things = [names.get(node.id) for node in ast.walk(tree) if isinstance(node, ast.Name)]
    things += [
        getattr(module, node.attr, None)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and isinstance(module := names.get(node.value.id), ModuleType)
    ]
    things += [each for thing in things if isinstance(thing, Mapping) for each in thing.values()]
    return {thing for thing in things if isinstance(thing, FunctionType) and thing.__module__.startswith("payments.")}
