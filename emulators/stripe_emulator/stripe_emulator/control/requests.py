"""What the parts of the control API share: how a command is registered and how its JSON is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask import Blueprint, request

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

Body = dict[str, Any]
Choice = TypeVar("Choice", bound=str)


def body_of_request() -> Body:
    """The command's JSON object; none is an empty one. Raises TypeError for other JSON."""
    body = request.get_json(silent=True) or {}
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


def one_of(value: Any, allowed: Collection[Choice]) -> Choice:
    """A value that is one of those allowed. Raises ValueError for any other."""
    for each in allowed:
        if value == each:
            return each
    raise ValueError(f"{value!r} must be one of {', '.join(allowed) or 'none'}")


def on(blueprint: Blueprint, method: str, path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a command."""
    return blueprint.route(path, methods=[method], endpoint=f"{method} {path}".replace(".", "_"))
