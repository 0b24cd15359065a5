"""What a callable answers when it refuses, as the SDKs read it from the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import requests

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

SECRETS = re.compile(
    r"(?:sk|rk)_(?:live|test)_\w+|whsec_\w+|pi_\w+_secret_\w+|[\w.+-]+@example\.com|eyJ[\w-]+\.eyJ[\w-]+\."
)
"""What no log and no answer may hold: keys, signing secrets, client secrets, addresses of people, ID tokens."""


@dataclass(frozen=True)
class Refused:
    """A refusal on the wire: `{"error": {"status", "message", "details"}}`."""

    http_status: int
    status: str
    """The platform's code, as in `INVALID_ARGUMENT`."""
    message: str
    details: dict[str, Any]

    @property
    def code(self) -> str | None:
        """The product's own code."""
        return self.details.get("code")

    @property
    def fields(self) -> dict[str, str]:
        """What is wrong with which field."""
        wrong: dict[str, str] = self.details.get("fields", {})
        return wrong

    @property
    def is_japanese(self) -> bool:
        """Whether the message is for a Japanese reader."""
        return JAPANESE.search(self.message) is not None


def refused(answer: requests.Response) -> Refused:
    """The refusal; a test fails here where the call was done, or where the answer has another shape."""
    body = answer.json()
    assert body.keys() == {"error"}, body
    error = body["error"]
    return Refused(answer.status_code, error["status"], error["message"], error.get("details") or {})


Outcome = tuple[int, str | None, str | None]
"""HTTP status, the platform's code and the product's own; None for one that is not there."""

INVALID: Outcome = (400, "INVALID_ARGUMENT", "invalid_argument")
TICKET_INVALID: Outcome = (400, "FAILED_PRECONDITION", "ticket_invalid")
UNAUTHENTICATED: Outcome = (401, "UNAUTHENTICATED", "unauthenticated")


def outcome(answer: requests.Response) -> Outcome:
    """How a call came out, whatever the shape of its answer: for comparing many at once."""
    try:
        error = answer.json().get("error", {})
    except ValueError:
        return (answer.status_code, None, None)
    return (answer.status_code, error.get("status"), (error.get("details") or {}).get("code"))


def secrets_in(text: str) -> list[str]:
    """The secrets that the text gives away."""
    return SECRETS.findall(text)
