"""The readers find the queries that there are, and stop at one that they can't read: nothing is passed over."""

import pytest

from tests.indexes.needs import Query
from tests.indexes.notation import documented, listed, queries_of
from tests.indexes.python_source import Source, UnreadableError

DOWN = ("createdAt", "desc")
MINE = ("userId", "==")

PYTHON = {
    'db.collection("sessions").stream()': Query("sessions"),
    'db.collection("sessions").where("userId", "==", uid).get()': Query("sessions", (MINE,)),
    'db.collection("sessions").where(filter=FieldFilter("userId", "==", uid))': Query("sessions", (MINE,)),
    'db.collection("sessions").order_by("createdAt", direction="DESCENDING")': Query("sessions", (DOWN,)),
    'db.collection("sessions").limit(9).order_by("createdAt", firestore.Query.DESCENDING)': Query("sessions", (DOWN,)),
    'db.document("sessions/s").collection("messages").order_by("at").limit(9)': Query("messages", (("at", "asc"),)),
    'db.collection(f"sessions/{name}/messages").order_by("at")': Query("messages", (("at", "asc"),)),
    'due = FieldFilter("dueAt", "<=", now)\ndb.collection("c").where(filter=due)': Query("c", (("dueAt", "<="),)),
    'NAME = "sessions"\ndef f():\n    return db.collection(NAME).order_by("at")': Query("sessions", (("at", "asc"),)),
}

UNREADABLE_PYTHON = (
    'q = db.collection("c")\nq.where("a", "==", 1)',
    'db.collection_group("messages")',
    "db.collection(name_of(kind)).get()",
    "def f(name):\n    return db.collection(name).get()",
    'db.collection("c").where("a", operator, 1)',
    'db.collection("c").where(filter=And([]))',
    'db.collection("c").where(filter=built())',
    'a = FieldFilter("a", "==", 1)\na = FieldFilter("b", "==", 1)\ndb.collection("c").where(filter=a)',
    'db.collection("c").order_by("a", direction="SIDEWAYS")',
    'db.collection("c").order_by(field)',
)

JAVASCRIPT_AND_DART = {
    "query(collection(db, 'sessions'), where('userId', '==', uid()), orderBy('createdAt', 'desc'))": (MINE, DOWN),
    'db.collection("sessions")\n  .where("userId", "==", uid)\n  .orderBy("createdAt", "desc")': (MINE, DOWN),
    "db.collection('sessions').where('userId', isEqualTo: uid).orderBy('createdAt', descending: true)": (MINE, DOWN),
    "db.collection('sessions').where('readAt', isNull: true).orderBy('createdAt')": (
        ("readAt", "=="),
        ("createdAt", "asc"),
    ),
}

UNREADABLE_TEXT = (
    "where('userId', '==', uid)",
    "collection(db, path); orderBy('createdAt')",
    "collection('c').where(field, '==', uid)",
    "collection('c').where('userId', operator, uid)",
    "collection('c').where('userId', isLike: uid)",
    "collection('c').where(Filter.or(a, b))",
    "collection('c').orderBy(field)",
    "collection('c').orderBy('at', direction)",
    "db.collectionGroup('messages')",
)

RULES = """
    // People see their own.
    //   where('userId', '==', uid)
    //   where('userId', '==', uid).orderBy('createdAt', 'desc')
    match /sessions/{sessionId} {
      allow read: if true;
      //   orderBy('createdAt', 'desc')
      match /messages/{messageId} {
"""


@pytest.mark.parametrize(("text", "query"), PYTHON.items())
def test_python_is_read(text: str, query: Query) -> None:
    assert query in Source("a.py", text).queries()


@pytest.mark.parametrize("text", UNREADABLE_PYTHON)
def test_python_that_can_t_be_read_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError, match=r"a\.py:\d"):
        list(Source("a.py", text).queries())


def test_a_table_of_collections_stands_for_each_of_them() -> None:
    source = Source("a.py", 'db.collection(ALL[kind]).order_by("at")', {"ALL": ("a", "b")})

    assert [str(query) for query in source.queries()] == ["a at:asc", "b at:asc"]


def test_a_field_that_a_function_names_is_called_as_in_its_collection() -> None:
    text = 'name = field_of(kind, "due_at")\ndb.collection(ALL[kind]).order_by(name)'
    source = Source("a.py", text, {"ALL": ("a", "b")}, {"field_of": lambda of, name: f"{of}_{name}"})

    assert [str(query) for query in source.queries()] == ["a a_due_at:asc", "b b_due_at:asc"]


def test_a_field_that_an_unknown_function_names_is_an_error() -> None:
    with pytest.raises(UnreadableError, match=r"a\.py:1"):
        list(Source("a.py", 'db.collection("c").order_by(field_of(kind, "due_at"))').queries())


def test_the_app_client_s_lists_are_read() -> None:
    source = Source(
        "a.py", 'user.list(f"sessions/{s}/messages", "senderId", "==", uid)\nstripe.list({})\nfaults.list()'
    )

    assert list(source.app_lists()) == [Query("messages", (("senderId", "=="),))]


def test_an_app_client_s_list_of_a_field_that_is_not_known_is_an_error() -> None:
    with pytest.raises(UnreadableError):
        list(Source("a.py", 'user.list("sessions", field, "==", uid)').app_lists())


@pytest.mark.parametrize(("text", "clauses"), JAVASCRIPT_AND_DART.items())
def test_javascript_and_dart_are_read(text: str, clauses: tuple[tuple[str, str], ...]) -> None:
    assert list(queries_of(text, "a.mjs")) == [Query("sessions", clauses)]


@pytest.mark.parametrize("text", UNREADABLE_TEXT)
def test_text_that_can_t_be_read_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError, match=r"a\.mjs"):
        list(queries_of(text, "a.mjs"))


def test_each_collection_begins_a_query_of_its_own() -> None:
    text = "collection('a').where('x', '==', 1); collection('b'); collection('c').orderBy('y')"

    assert [str(query) for query in queries_of(text, "a.mjs")] == ["a x:==", "c y:asc"]


def test_markdown_is_read_in_spans_blocks_and_tables() -> None:
    text = (
        "where('prose') is no code. `collection('a').orderBy('x')`\n"
        "```js\ncollection('b')\n  .orderBy('y');\n```\n"
        "| `sessions/{id}/messages` | `orderBy('createdAt', 'desc')` | newest first |\n"
    )

    assert {str(query) for query in documented(text, "a.md")} == {"a x:asc", "b y:asc", "messages createdAt:desc"}


def test_the_lists_in_the_rules_belong_to_the_match_below_them() -> None:
    assert [str(query) for query in listed(RULES)] == [
        "sessions userId:==",
        "sessions userId:== createdAt:desc",
        "messages createdAt:desc",
    ]


def test_a_list_in_the_rules_that_is_not_set_apart_is_an_error() -> None:
    with pytest.raises(UnreadableError, match=r"firestore\.rules:1"):
        list(listed("// An app lists its own with `where('userId', '==', uid)`."))
