"""What the parts of the control API share: how a command is registered and how its JSON is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request

if TYPE_CHECKING:
    from collections.abc import Callable

Body = dict[str, Any]


def body_of_request() -> Body:
    """The command's JSON object; none is an empty one. Raises TypeError for other JSON."""
    body = request.get_json(silent=True) or {}
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


def on(blueprint: Blueprint, method: str, path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a command."""
    return blueprint.route(path, methods=[method], endpoint=f"{method} {path}".replace(".", "_"))
