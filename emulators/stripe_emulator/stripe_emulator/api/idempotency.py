"""Idempotency keys as v1 of the API keeps them: status and body of the first answer, replayed for at least 24 hours.

Source: https://docs.stripe.com/api/idempotent_requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stripe_emulator.errors import NotExecuted

KEPT_FOR = 86_400
LONGEST_KEY = 255


@dataclass(frozen=True)
class Answer:
    """A response of the API."""

    status: int
    body: str
    headers: dict[str, str]


@dataclass
class Saved:
    """What is known under a key; no answer yet means that the first request still runs."""

    fingerprint: tuple[str, dict[str, Any]]
    owner: str
    begun: int
    answer: Answer | None = None


class Keys:
    """The account's idempotency keys. Call it only under the account's lock."""

    def __init__(self) -> None:
        self._saved: dict[str, Saved] = {}

    def begin(self, key: str, owner: str, path: str, params: dict[str, Any], now: int) -> Answer | None:
        """The stored answer, or None: then the request `owner` is the first and has the key. Raises a 400 or a 409."""
        if len(key) > LONGEST_KEY:
            raise NotExecuted(400, f"Idempotency keys can be at most {LONGEST_KEY} characters.")
        saved = self._saved.get(key)
        if saved is None or now - saved.begun >= KEPT_FOR:
            self._saved[key] = Saved((path, params), owner, now)
            return None
        if saved.fingerprint != (path, params):
            raise _other_request(key)
        if saved.answer is None:
            raise _in_use(key)
        return saved.answer

    def finish(self, key: str | None, owner: str, answer: Answer) -> None:
        """The request is done; its answer is kept if it was the first with its key and began to execute."""
        saved = self._saved.get(key) if key is not None else None
        if saved and saved.owner == owner and saved.answer is None:
            saved.answer = answer

    def release(self, key: str) -> None:
        """The request that has the key never began to execute: the key is free again."""
        self._saved.pop(key, None)

    def clear(self) -> None:
        """Forget all keys."""
        self._saved.clear()


def _other_request(key: str) -> NotExecuted:
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return NotExecuted(400, message, kind="idempotency_error")


def _in_use(key: str) -> NotExecuted:
    message = (
        f"There is currently another in-progress request using this Idempotent Key ({key}). Please try again later."
    )
    return NotExecuted(409, message, code="idempotency_key_in_use", kind="idempotency_error")
