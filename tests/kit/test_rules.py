"""Every query of the kit is answered under the rules to the person it is for, and refused to anybody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from emulators.stack.firestore_engine import RULES, FirestoreEngine
from tests.rules.app import OWNER, App, Query, unsigned_token

from . import queries

PAYER, CONSULTANT, STRANGER = "payer", "consultant", "stranger"
AT = datetime(2026, 1, 1, tzinfo=UTC)
SESSION = {
    "userId": PAYER,
    "consultantId": CONSULTANT,
    "participants": [PAYER, CONSULTANT],
    "status": "ended",
    "createdAt": AT,
}
SEED = {
    "sessions/s1": SESSION,
    "sessions/s1/messages/m1": {"senderId": PAYER, "text": "こんにちは", "createdAt": AT},
    "notifications/n1": {"userId": PAYER, "kind": "session_ended", "sessionId": "s1", "createdAt": AT, "readAt": None},
    "consultants/consultant": {"displayName": "C", "active": True},
}
#: What a page puts in for each field that is compared.
VALUES = {"userId": PAYER, "participants": PAYER, "consultantId": CONSULTANT, "active": True, "readAt": None}
OPERATORS = {"==": "EQUAL", "array-contains": "ARRAY_CONTAINS"}
EVERYBODYS = "consultants"


def as_asked(query: queries.Query) -> Query:
    collection, steps = query
    return Query(
        collection,
        where=tuple((field, OPERATORS[step], VALUES[field]) for field, step in steps if step in OPERATORS),
        newest_first=next((field for field, step in steps if step == "desc"), ""),
        parent="sessions/s1" if collection == "messages" else "",
    )


@pytest.fixture
def engine_with_rules(firestore_engine: FirestoreEngine, project: str) -> tuple[str, str]:
    firestore_engine.load_rules(project, RULES.read_text())
    App(firestore_engine.host, project, OWNER).seed(SEED)
    return firestore_engine.host, project


def app_of(engine: tuple[str, str], person: str) -> App:
    host, project = engine
    return App(host, project, unsigned_token(project, person))


@pytest.mark.parametrize("query", queries.kit_queries(), ids=str)
def test_a_query_of_the_kit_finds_what_is_the_persons_own(
    engine_with_rules: tuple[str, str], query: queries.Query
) -> None:
    found = app_of(engine_with_rules, PAYER).ids(as_asked(query))

    assert len(found) == 1


@pytest.mark.parametrize("query", [each for each in queries.kit_queries() if each[0] != EVERYBODYS], ids=str)
def test_the_same_query_is_refused_to_somebody_else(engine_with_rules: tuple[str, str], query: queries.Query) -> None:
    assert app_of(engine_with_rules, STRANGER).list(as_asked(query)) == 403


def test_a_chat_that_does_not_exist_is_refused_by_id_and_empty_by_query(engine_with_rules: tuple[str, str]) -> None:
    """Why a page asks for the person's chat by a query: a stream that has been refused is over."""
    newcomer = app_of(engine_with_rules, STRANGER)
    mine = (("userId", "EQUAL", STRANGER), ("consultantId", "EQUAL", CONSULTANT))

    assert newcomer.get("sessions/s2") == 403
    assert newcomer.ids(Query("sessions", where=mine)) == set()
