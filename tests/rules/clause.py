"""One line of the table: what is tried, and who is let through. Everybody else is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.rules.app import App, Fields, Query

PAYER, CONSULTANT, STRANGER, SIGNED_OUT = "payer", "consultant", "stranger", "signed_out"
PEOPLE = (PAYER, CONSULTANT, STRANGER, SIGNED_OUT)
SIGNED_IN = frozenset({PAYER, CONSULTANT, STRANGER})
BOTH = frozenset({PAYER, CONSULTANT})
ONLY_PAYER = frozenset({PAYER})
ONLY_CONSULTANT = frozenset({CONSULTANT})
ANYBODY = frozenset(PEOPLE)
NOBODY: frozenset[str] = frozenset()

PAST = datetime.now(UTC) - timedelta(seconds=1)
FUTURE = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Clause:
    """One thing tried, in words and as a call, and the people for whom it works."""

    says: str
    attempt: Callable[[App], int]
    allowed: frozenset[str]


def get(path: str, allowed: frozenset[str]) -> Clause:
    return Clause(f"get {path}", lambda app: app.get(path), allowed)


def find(says: str, query: Query, allowed: frozenset[str]) -> Clause:
    return Clause(f"list {says}", lambda app: app.list(query), allowed)


def create(path: str, fields: Fields, allowed: frozenset[str] = NOBODY, says: str = "") -> Clause:
    return Clause(says or f"create {path}", lambda app: app.create(path, fields), allowed)


def replace(path: str, fields: Fields, allowed: frozenset[str] = NOBODY, says: str = "") -> Clause:
    return Clause(says or f"replace {path}", lambda app: app.set(path, fields), allowed)


def update(path: str, fields: Fields, allowed: frozenset[str] = NOBODY, says: str = "") -> Clause:
    return Clause(says or f"update {path} {'+'.join(fields)}", lambda app: app.update(path, fields), allowed)


def delete(path: str, allowed: frozenset[str] = NOBODY) -> Clause:
    return Clause(f"delete {path}", lambda app: app.delete(path), allowed)
