"""The result API as a script: what it answers, one after the other."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

ORDER = "5b0c7a3e-9a51-4f6e-8f0d-2f6f5c1d7e11"
SELLER = "seller_1"


@dataclass(frozen=True)
class Answer:
    """An answer over HTTP."""

    status: int
    kind: str
    body: bytes

    @classmethod
    def of(cls, body: bytes, *, status: int = 200, kind: str = "text/html") -> Self:
        """A body of that kind, in UTF-8 where it is text."""
        return cls(status, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, body)


def as_json(body: Any, status: int = 200) -> Answer:
    """The body as JSON."""
    return Answer.of(json.dumps(body).encode(), status=status, kind="application/json")


def known(status: str, **changes: Any) -> Answer:
    """What the function answers for an order that is `paid`, `pending` or `failed`."""
    answer = {
        "isPaid": status == "paid",
        "webhookReceived": status != "pending",
        "status": status,
        "amount": 5000,
        "currency": "jpy",
        "sellerId": SELLER,
    }
    return as_json(answer | changes)


def refused(status: int, code: str) -> Answer:
    """What the function answers in place of a result."""
    return as_json({"error": {"code": code, "message": "…"}}, status)


PAID, PENDING, FAILED = known("paid"), known("pending"), known("failed")
NOT_FOUND = refused(404, "order_not_found")
INVALID = refused(400, "invalid_argument")
BUSY = refused(429, "too_many_attempts")
BROKEN = refused(500, "internal")
STRIPE_DOWN = refused(503, "payment_unavailable")
GARBAGE = Answer.of(b"<h1>502 Bad Gateway</h1>")
NO_SUCH_PAGE = Answer.of(b"<h1>Not Found</h1>", status=404)
DROPPED = None
"""The connection ends without an answer."""


def never(api: ResultApi) -> None:
    """No answer comes, and the connection stays."""
    api.hold()


Scripted = Answer | None | Callable[["ResultApi"], None]


@dataclass
class ResultApi:
    """Answers what it is told to, one after the other; the last one again and again."""

    script: list[Scripted] = field(default_factory=lambda: [PENDING])
    confirmed: list[Scripted] = field(default_factory=lambda: [PENDING])
    queries: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._lock = threading.Lock()

    def says(self, *script: Scripted) -> None:
        """To plain questions."""
        self.script = list(script)

    def confirms(self, *script: Scripted) -> None:
        """To questions with `confirm`, for which the function asks Stripe."""
        self.confirmed = list(script)

    def answer(self, query: dict[str, str]) -> Answer | None:
        """The next one; None is a connection that ends without an answer."""
        with self._lock:
            self.queries.append(query)
            script = self.confirmed if "confirm" in query else self.script
            said = script.pop(0) if len(script) > 1 else script[0]
        return said(self) if callable(said) else said

    def hold(self) -> None:
        """Wait as long as the site runs."""
        self._over.wait()

    def let_go(self) -> None:
        """End what was held."""
        self._over.set()
