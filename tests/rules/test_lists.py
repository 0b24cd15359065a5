"""The lists that the comments of `firestore.rules` promise: each is allowed as written, and to its own person alone."""

import pytest

from tests.indexes.queries import OF_APPS as PROMISED
from tests.indexes.queries import Query as Promised
from tests.rules.app import Query
from tests.rules.clause import CONSULTANT, PAYER, SIGNED_OUT, STRANGER
from tests.rules.world import World

ALLOWED, REFUSED = 200, 403
VALUES = {"readAt": None, "active": True, "seller_id": "seller"}
"""What a list compares with where it is not the person's own id."""
PARENTS = {"messages": "sessions/s_chat"}
FOR_EVERYBODY_SIGNED_IN = {"consultants"}
FOR_EVERYBODY = {"products"}


def as_asked(promised: Promised, uid: str) -> Query:
    equal = tuple((name, "EQUAL", VALUES.get(name, uid)) for name in promised.equal)
    array = ((promised.array, "ARRAY_CONTAINS", uid),) if promised.array else ()
    order = promised.order[0] if promised.order else ""
    return Query(promised.collection, equal + array, order, PARENTS.get(promised.collection, ""))


@pytest.mark.parametrize("promised", PROMISED, ids=str)
def test_a_promised_list_is_allowed_and_finds_something(world: World, promised: Promised) -> None:
    assert world.app_of(PAYER).ids(as_asked(promised, PAYER))


@pytest.mark.parametrize("person", [STRANGER, SIGNED_OUT])
@pytest.mark.parametrize("promised", PROMISED, ids=str)
def test_a_promised_list_of_another_person_is_refused(world: World, promised: Promised, person: str) -> None:
    open_to_them = FOR_EVERYBODY if person == SIGNED_OUT else FOR_EVERYBODY | FOR_EVERYBODY_SIGNED_IN

    status = world.app_of(person).list(as_asked(promised, PAYER))

    assert status == (ALLOWED if promised.collection in open_to_them else REFUSED)


def test_a_consultant_finds_the_chat_and_its_messages(world: World) -> None:
    app = world.app_of(CONSULTANT)
    mine = [each for each in PROMISED if each.collection == "messages" or each.array]

    found = [app.ids(as_asked(each, CONSULTANT)) for each in mine]

    assert len(found) == 3
    assert all(found)
