"""Every clause of `firestore.rules` both ways: who is let through, and that everybody else is refused."""

import pytest

from tests.rules.app import Query, contains, equal
from tests.rules.clause import CONSULTANT, PAYER, PEOPLE, Clause
from tests.rules.clauses import CLAUSES, SEED, WRITES
from tests.rules.coverage import expressions
from tests.rules.world import World

ALLOWED, REFUSED = 200, 403


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.says)
def test_a_person_gets_what_the_clause_says_and_no_more(world: World, clause: Clause, person: str) -> None:
    app = world.app_of(person)

    status = clause.attempt(app)

    assert status == (ALLOWED if person in clause.allowed else REFUSED)


def test_a_list_of_one_s_own_holds_only_one_s_own(world: World) -> None:
    holds = world.app_of(PAYER).ids(Query("payment_intents", equal("userId", PAYER)))

    assert holds == {"pi_1"}


@pytest.mark.parametrize("person", [PAYER, CONSULTANT])
def test_both_people_of_a_chat_find_it_in_their_list(world: World, person: str) -> None:
    theirs = {path.removeprefix("sessions/") for path, it in SEED.items() if person in it.get("participants", ())}

    found = world.app_of(person).ids(Query("sessions", contains("participants", person)))

    assert "s_1" in found
    assert found <= theirs


def test_refused_writes_leave_every_document_as_it_was(world: World) -> None:
    before = {path: world.admin.read(path) for path in SEED}

    statuses = {
        clause.attempt(world.app_of(person)) for clause in WRITES for person in PEOPLE if person not in clause.allowed
    }

    assert statuses == {REFUSED}
    assert {path: world.admin.read(path) for path in SEED} == before


def test_every_condition_of_the_rules_was_seen_true_and_false(world: World) -> None:
    """Coverage is kept per project, so the whole table is tried once more in this test's own."""
    for clause in CLAUSES:
        for person in PEOPLE:
            clause.attempt(world.app_of(person))
            world.reset()

    seen = expressions(world.engine.rule_coverage(world.project))
    conditions = [each for each in seen if each.is_condition]
    assert conditions
    assert [each for each in seen if not each.values] == []
    assert [each for each in conditions if each.values != {"True", "False"}] == []
