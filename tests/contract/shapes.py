"""How the emulator's answers are compared with stripe-mock's, and any request sent to either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests

Json = Any
#: Where stripe-mock's fixture is older, or shows an expanded object.
LEFT_OUT = {"charge.refunds", "list.data[].refunds", "payment_intent.latest_charge", "session.payment_intent"}


def missing_or_different(theirs: Json, ours: Json, path: str) -> Iterator[str]:
    """Each field that stripe-mock's answer has and ours lacks, or has as another JSON type. Nulls fit every type."""
    if path in LEFT_OUT or theirs is None or ours is None:
        return
    if kind(theirs) != kind(ours):
        yield f"{path}: {kind(ours)} instead of {kind(theirs)}"
    elif isinstance(theirs, dict):
        for name in theirs:
            if name in ours:
                yield from missing_or_different(theirs[name], ours[name], f"{path}.{name}")
            elif f"{path}.{name}" not in LEFT_OUT:
                yield f"{path}.{name}: missing"
    elif isinstance(theirs, list) and theirs and ours:
        yield from missing_or_different(theirs[0], ours[0], f"{path}[]")


def kind(value: Json) -> str:
    """The JSON type of a value."""
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def flat(params: dict[str, Json], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Parameters in Stripe's bracket notation, from the nested form that the emulator's log has them in."""
    for name, value in params.items():
        full = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, dict):
            yield from flat(value, full)
        else:
            yield full, value


def send(url: str, method: str, path: str, params: dict[str, Json], key: str = "sk_test_mock") -> requests.Response:
    """One request, in the form that the emulator's log has, to any server that speaks Stripe's protocol."""
    pairs = list(flat(params))
    headers = {"Authorization": f"Bearer {key}"}
    if method in ("GET", "DELETE"):
        return requests.request(method, url + path, params=pairs, headers=headers, timeout=30)
    # stripe-mock wants the content type also where there is no parameter.
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return requests.request(method, url + path, data=pairs, headers=headers, timeout=30)
