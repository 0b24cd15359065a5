"""Every clause of `firestore.rules` both ways: who is let through, and that everybody else is refused."""

import uuid

import pytest

from emulators.stack.firestore_engine import FirestoreEngine
from tests.indexes.queries import OF_APPS
from tests.rules.clause import CONSULTANT, PAYER, PEOPLE, Clause
from tests.rules.clauses import CLAUSES, WRITES
from tests.rules.coverage import expressions
from tests.rules.promised import as_asked
from tests.rules.world import World

ALLOWED, REFUSED = 200, 403

pytestmark = pytest.mark.xdist_group("clauses")


@pytest.fixture(scope="module")
def table_world(firestore_engine: FirestoreEngine) -> World:
    """One project for the whole table: the engine keeps the coverage of the rules per project."""
    return World(firestore_engine, f"demo-{uuid.uuid4().hex[:12]}")


@pytest.fixture(scope="module")
def answers(table_world: World) -> dict[str, dict[str, int]]:
    """What each person is answered to each clause of the table."""
    return {clause.says: {person: attempt(table_world, clause, person) for person in PEOPLE} for clause in CLAUSES}


def attempt(world: World, clause: Clause, person: str) -> int:
    """Try the clause, and put back what a write has changed."""
    status = clause.attempt(world.app_of(person))
    if clause in WRITES and status != REFUSED:
        world.reset()
    return status


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.says)
def test_each_person_gets_what_the_clause_says_and_no_more(answers: dict[str, dict[str, int]], clause: Clause) -> None:
    says = {person: ALLOWED if person in clause.allowed else REFUSED for person in PEOPLE}

    assert answers[clause.says] == says


@pytest.mark.usefixtures("answers")
def test_every_condition_of_the_rules_was_seen_true_and_false(table_world: World) -> None:
    seen = expressions(table_world.engine.rule_coverage(table_world.project))

    conditions = [each for each in seen if each.is_condition]
    assert conditions
    assert [each for each in seen if not each.values] == []
    assert [each for each in conditions if each.values != {"True", "False"}] == []


def test_every_promised_list_finds_something(world: World) -> None:
    found = {str(each): world.app_of(PAYER).ids(as_asked(each, PAYER)) for each in OF_APPS}

    assert [name for name, ids in found.items() if not ids] == []


def test_a_consultant_finds_the_chat_and_its_messages(world: World) -> None:
    app = world.app_of(CONSULTANT)
    mine = [each for each in OF_APPS if each.collection == "messages" or each.array]

    found = [app.ids(as_asked(each, CONSULTANT)) for each in mine]

    assert len(found) == 3
    assert all(found)
