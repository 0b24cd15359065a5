"""Ids that come from outside: safe as a Firestore document id, in Stripe's metadata and inside an idempotency key."""

from __future__ import annotations

import re
from typing import Final

_ID: Final = re.compile(r"(?!__.*__\Z)[A-Za-z0-9_-]{1,128}\Z")
_UID: Final = re.compile(r"(?!\.{1,2}\Z)(?!__.*__\Z)[!-.0-~]{1,128}\Z")


def is_id(text: str) -> bool:
    """Whether `text` is 1-128 of A-Z, a-z, 0-9, `_` and `-`, and not `__x__`, which Firestore keeps for itself."""
    return _ID.match(text) is not None


def is_uid(text: str) -> bool:
    """Whether `text` can be a Firebase Auth UID: a custom one may have any printable ASCII but `/`."""
    return _UID.match(text) is not None
