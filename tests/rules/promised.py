"""The lists that the comments of `firestore.rules` promise to an app, as it asks for them."""

from tests.indexes.queries import OF_APPS
from tests.indexes.queries import Query as Promised
from tests.rules.app import Query
from tests.rules.clause import ANYBODY, BOTH, ONLY_PAYER, PAYER, SIGNED_IN, find

VALUES = {"readAt": None, "active": True, "seller_id": "seller"}
"""What a list compares with where it is not the person's own id."""
PARENTS = {"messages": "sessions/s_chat"}
READERS = {"messages": BOTH, "consultants": SIGNED_IN, "products": ANYBODY}
"""Who may see the payer's list, where it is not the payer alone."""


def as_asked(promised: Promised, uid: str) -> Query:
    equal = tuple((name, "EQUAL", VALUES.get(name, uid)) for name in promised.equal)
    array = ((promised.array, "ARRAY_CONTAINS", uid),) if promised.array else ()
    order = promised.order[0] if promised.order else ""
    return Query(promised.collection, equal + array, order, PARENTS.get(promised.collection, ""))


READS = tuple(
    find(f"as promised: {each}", as_asked(each, PAYER), READERS.get(each.collection, ONLY_PAYER)) for each in OF_APPS
)
