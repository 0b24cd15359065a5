"""How the emulator's answers are compared with stripe-mock's, and recorded requests sent to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from stripe_emulator import StripeEmulator

Json = Any
# A field of stripe-mock's that ours may lack or have otherwise, with the reason. `*` stands for any one name in a path.
EXCEPTIONS = {
    "charge.refunds": "only expanded lists carry refunds since API 2022-11-15; stripe-mock's fixture is older",
    "payment_intent.latest_charge": "an id, or the object where it was expanded",
}


def refused_by_stripes_description(stripe_mock: str, recorded: list[dict[str, Json]], without: set[str]) -> list[str]:
    """What stripe-mock (at this URL) says against recorded requests, as `StripeControl.requests()` tells of them.

    `without` names the parameters that stripe-mock's version of the API does not have.
    """
    refused = []
    for sent in recorded:
        params = {name: value for name, value in sent["params"].items() if name not in without}
        answer = send(stripe_mock, sent["method"], sent["path"], params)
        if not answer.ok:
            refused.append(f"{sent['method']} {sent['path']} {params}: {answer.text}")
    return refused


def missing_or_different(theirs: Json, ours: Json, path: str) -> Iterator[str]:
    """Each field that stripe-mock's answer has and ours lacks, or has as another JSON type. Nulls fit every type."""
    if path in EXCEPTIONS or theirs is None or ours is None:
        return
    if kind(theirs) != kind(ours):
        yield f"{path}: {kind(ours)} instead of {kind(theirs)}"
    elif isinstance(theirs, dict):
        for name in theirs:
            if f"{path}.{name}" in EXCEPTIONS:
                continue
            if name not in ours:
                yield f"{path}.{name}: missing"
            else:
                yield from missing_or_different(theirs[name], ours[name], f"{path}.{name}")
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


class Comparison:
    """The same path asked of both servers."""

    def __init__(self, stripe_mock: str, emulator: StripeEmulator) -> None:
        self._mock = stripe_mock
        self._emulator = emulator

    def differences(self, path: str, name: str) -> list[str]:
        """What stripe-mock's answer has and the emulator's lacks."""
        return list(missing_or_different(self.theirs(path), self.ours(path), name))

    def theirs(self, path: str) -> Any:
        """stripe-mock's answer."""
        return send(self._mock, "GET", path, {}).json()

    def ours(self, path: str, **params: Any) -> Any:
        """The emulator's answer."""
        return send(self._emulator.url, "GET", path, params, self._emulator.secret_key).json()
