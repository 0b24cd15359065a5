"""Which refusals a function can raise, read from its source and from that of everything of ours that it uses."""

from __future__ import annotations

import ast
import inspect
import textwrap
from types import FunctionType, ModuleType
from typing import Any

from payments.domain.refusals import Code
from payments.domain.states import SESSION, Refuse, SessionEvent


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
    if name == "Refusal" and isinstance(code := call.args[0], ast.Attribute) and code.attr in Code.__members__:
        return {Code[code.attr]}
    if name == "session_step" and isinstance(event := call.args[1], ast.Attribute):
        return {step.code for row in SESSION.values() if isinstance(step := row[SessionEvent[event.attr]], Refuse)}
    return {Code.BUSY} if name == "change" else set()


def _used(tree: ast.AST, names: dict[str, Any]) -> set[FunctionType]:
    """Our own functions that the source names, called or handed on; those of a module as `module.function`."""
    things = [names.get(node.id) for node in ast.walk(tree) if isinstance(node, ast.Name)]
    things += [
        getattr(module, node.attr, None)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and isinstance(module := names.get(node.value.id), ModuleType)
    ]
    return {thing for thing in things if isinstance(thing, FunctionType) and thing.__module__.startswith("payments.")}
