"""Both READMEs of the kit tell what its files do: every result, every argument, every version."""

from __future__ import annotations

import re
import tomllib

import pytest

from docs.generator import product
from emulators.stack.firestore_engine import RULES
from payments.endpoints.callable_protocol import ANY_CALLABLE
from payments.endpoints.texts import TEXTS

from . import contract
from .source import KIT, READMES, DartFile, dart_files

DEPENDENCIES = tomllib.loads((KIT / "dependencies.toml").read_text()).values()
VERSIONS = {name: version for group in DEPENDENCIES for name, version in group.items()}
ANSWERING = [file for file in dart_files("actions") if file.answers]
EVERYWHERE = {code.value for code in ANY_CALLABLE}
#: A type of a return value in Dart, and as FlutterFlow's list of types names it.
RETURNS = {"String": "String", "bool": "Boolean", "DocumentReference": "Document Reference"}
#: Packages of the Flutter SDK itself, and those of the header that FlutterFlow writes.
SDK = {"flutter", "google_fonts", "intl", "timeago"}
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(params=READMES)
def readme(request: pytest.FixtureRequest) -> str:
    return READMES[request.param].read_text()


def lines(pattern: str, text: str) -> list:
    return re.findall(pattern, text, re.MULTILINE)


def words(prose: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", prose))


def refusals(file: DartFile) -> set[str]:
    """The codes that an action hands on: all of its callables' own, but those that it turns into a word of its own."""
    own = {code.value for name in file.callables for code in product.refusals_of(name)}
    return own - set(re.findall(r"\bcode == '(\w+)'", file.source))


@pytest.mark.parametrize("file", ANSWERING, ids=lambda file: file.main)
def test_every_result_of_an_action_is_told_and_no_other(readme: str, file: DartFile) -> None:
    (told,) = re.findall(rf"^### `{file.main}`\n(.*?)(?=^##|\Z)", readme, re.MULTILINE | re.DOTALL)
    from_server = re.findall(r"^(?:Server|サーバー): (.*?)(?:\n\n|\Z)", told, re.MULTILINE | re.DOTALL)
    own = set(lines(r"^\| `(\w+)` \|", told))

    assert own == file.answers
    assert words(" ".join(from_server)) == refusals(file) - own


def test_what_every_callable_may_refuse_with_is_told_once(readme: str) -> None:
    (told,) = lines(r"^\*\*(?:Any action that calls the server|サーバーを呼ぶアクションすべて)\*\*(.*)$", readme)

    assert words(told) == EVERYWHERE


def test_the_table_of_files_tells_names_arguments_and_answers(readme: str) -> None:
    row = r"^\| `(\w+/\w+\.dart)` \| \S+ `(\w+)` \| (.*?) \| (Document Reference|[A-Z][a-z]+|)"
    told = {path: told for path, *told in lines(row, re.sub(r" ?\(nullable\)", "?", readme))}

    widget = told.pop("custom_widgets/chat_clock.dart")
    assert widget[0] == "ChatClock"
    assert told == {file.path: row_of(file) for file in dart_files("[af]*")}


def row_of(file: DartFile) -> list[str]:
    returns, parameters = file.signature
    given = ", ".join(f"`{name}` {kind}" for kind, name in parameters)
    return [file.main, given, RETURNS[returns.removeprefix("Future<").removesuffix(">")]]


def test_the_versions_are_those_of_the_packages_that_are_imported(readme: str) -> None:
    imported = {name for file in dart_files() for name in re.findall(r"import 'package:(\w+)/", file.source)}

    assert dict(lines(r"^\| `(\w+)` \| (\d+\.\d+\.\d+) \|", readme)) == VERSIONS
    assert imported - SDK == VERSIONS.keys()


@pytest.mark.parametrize("collection", ["sessions", "notifications", "consultants"])
def test_the_schema_names_fields_that_the_documents_have(readme: str, collection: str) -> None:
    (told,) = lines(rf"^ *\| `{collection}` \| (`\w+` [A-Z].*?) \|$", readme)
    there = contract.fields_of(collection)

    assert words(told) - there <= ({"displayName"} if collection == "consultants" else set())
    assert words(told) & there


def test_a_list_that_is_told_is_promised_by_the_rules(readme: str) -> None:
    """`tests/rules` tries each of those; `chatSessionId` makes the one query that is not among them."""
    told = lines(r"^\| `[\w/{}]+` \| `((?:where|orderBy)\(.*?\))` \|", readme)
    promised = set(lines(r"^ *//   ((?:where|orderBy)\(.*\))$", RULES.read_text()))

    assert len(told) == 7
    assert set(told) - promised == {"where('userId', '==', uid).where('consultantId', '==', consultantId)"}


def test_both_readmes_have_the_same_headings_rows_links_and_code() -> None:
    english, japanese = (shape(path.read_text()) for path in READMES.values())

    assert english == japanese


def shape(text: str) -> tuple[list[int], list[str], list[str]]:
    """How many rows the tables under each heading have, the links that lead out, the code."""
    rows = [len(lines(r"^ *\|", part)) for part in re.split(r"^#+ ", text, flags=re.MULTILINE)]
    return rows, sorted(re.findall(r"https://[^)\s]+", text)), FENCE.findall(text)


def test_every_link_inside_leads_to_a_heading(readme: str) -> None:
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in lines(r"^#+ (.+)$", readme)}

    assert set(re.findall(r"\]\(#([^)]+)\)", readme)) <= anchors


def test_every_result_has_words_in_both_languages_and_a_code_those_of_the_server() -> None:
    source = (KIT / "custom_functions" / "chat_result_text.dart").read_text()
    worded = {
        word: tuple(one or other for one, other in re.findall(r"'([^'\n]*)',|\"(.*?)\",", both))
        for word, both in re.findall(r"'(\w+)': \[(.*?)\],", source, re.DOTALL)
    }
    codes = EVERYWHERE.union(*map(refusals, ANSWERING))
    of_server = {code.value: texts for code, texts in TEXTS.items() if code.value in codes and "{" not in texts[0]}

    assert worded.keys() == codes.union(*(file.answers for file in ANSWERING))
    assert all(len(both) == 2 and all(both) for both in worded.values())
    assert of_server.items() <= worded.items()
