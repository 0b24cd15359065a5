"""Both READMEs of the kit tell what its files do: every result, every argument, every version."""

from __future__ import annotations

import re
import tomllib

import pytest

from docs.generator import product
from payments.adapters.firestore_mapping import COLLECTIONS
from payments.endpoints.callable_protocol import ANY_CALLABLE

from . import contract
from .source import KIT, READMES, DartFile, dart_files
from .test_shape import ACTIONS

LANGUAGES = tuple(READMES)
DEPENDENCIES = tomllib.loads((KIT / "dependencies.toml").read_text())
ANSWERING = [file for file in ACTIONS if file.answers]
TEXTS = KIT / "custom_functions" / "chat_result_text.dart"

#: A type of a return value in Dart, and as FlutterFlow's list of types names it.
RETURNS = {"String": "String", "bool": "Boolean", "DocumentReference": "Document Reference"}
#: Packages of the Flutter SDK itself, and those of the header that FlutterFlow writes.
SDK = {"flutter", "google_fonts", "intl", "timeago"}


def readme(language: str) -> str:
    return READMES[language].read_text()


def section(language: str, title: str) -> str:
    """What stands under the heading of an action."""
    (found,) = re.findall(rf"^### `{title}`\n(.*?)(?=^##|\Z)", readme(language), re.MULTILINE | re.DOTALL)
    return str(found)


def words(prose: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", prose))


def refusals(file: DartFile) -> set[str]:
    """The codes that an action hands on: all of its callables' own, but those that it turns into a word of its own."""
    own = {code.value for name in file.callables for code in product.refusals_of(name)}
    return own - {value for field, value in file.compared if field == "code"}


def everywhere() -> set[str]:
    return {code.value for code in ANY_CALLABLE}


def rows(language: str) -> dict[str, list[str]]:
    """The table of files: file → name, arguments."""
    return {
        file: [name, given]
        for file, name, given in re.findall(
            r"^\| `(\w+/\w+\.dart)` \| \S+ `(\w+)` \| (.*?) \|", readme(language), re.MULTILINE
        )
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", ANSWERING, ids=lambda file: file.name)
def test_every_result_of_an_action_is_told_and_no_other(language: str, file: DartFile) -> None:
    told = section(language, file.main)
    own = set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE))
    from_server = re.findall(r"^(?:Server|サーバー): (.*?)(?:\n\n|\Z)", told, re.MULTILINE | re.DOTALL)

    assert own == file.answers
    assert words(" ".join(from_server)) == refusals(file) - own


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_every_callable_may_refuse_with_is_told_once(language: str) -> None:
    (told,) = re.findall(
        r"^\*\*(?:Any action that calls the server|サーバーを呼ぶアクションすべて)\*\*(.*)$",
        readme(language),
        re.MULTILINE,
    )

    assert words(told) == everywhere()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_files_is_what_is_there(language: str) -> None:
    there = {f"{path.parent.name}/{path.name}" for path in KIT.glob("*/*.dart")}

    assert rows(language).keys() == there


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "file", [file for file in dart_files() if file.name != "chat_clock.dart"], ids=lambda file: file.name
)
def test_the_arguments_are_told_in_their_order_with_their_types(language: str, file: DartFile) -> None:
    (told,) = (row for path, row in rows(language).items() if path.endswith(f"/{file.name}"))
    written = re.findall(r"`(\w+)` (\w+)( ?\(nullable\))?", told[1])

    assert told[0] == file.main
    assert [(kind + ("?" if nullable else ""), name) for name, kind, nullable in written] == file.signature.parameters


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "file", [file for file in dart_files() if file.name != "chat_clock.dart"], ids=lambda file: file.name
)
def test_the_answer_is_told_by_flutterflows_name_of_its_type(language: str, file: DartFile) -> None:
    (told,) = re.findall(rf"^\| `\w+/{file.name}` \|.*\| (.*?) \|$", readme(language), re.MULTILINE)
    returns = file.signature.returns.removeprefix("Future<").removesuffix(">")

    assert re.findall(r"^(?:Document Reference|[A-Z][a-z]+)", told) == [RETURNS[returns]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_versions_are_those_of_the_one_table(language: str) -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+\.\d+\.\d+) \|", readme(language), re.MULTILINE))

    assert told == {name: version for group in DEPENDENCIES.values() for name, version in group.items()}


def test_every_package_that_is_imported_is_in_the_table_and_no_other() -> None:
    imported = {name for file in dart_files() for name in re.findall(r"import 'package:(\w+)/", file.source)}

    assert imported - SDK == {name for group in DEPENDENCIES.values() for name in group}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("collection", ["sessions", "notifications", "consultants"])
def test_the_schema_names_fields_that_the_documents_have(language: str, collection: str) -> None:
    (told,) = re.findall(rf"^ *\| `{collection}` \| (`\w+` [A-Z].*?) \|$", readme(language), re.MULTILINE)
    there = contract.fields_of(collection)

    assert words(told) - there <= ({"displayName"} if collection == "consultants" else set())
    assert words(told) & there
    assert collection in COLLECTIONS.values()


def rows_under_headings(text: str) -> list[int]:
    """How many rows the tables have that stand under each heading."""
    return [len(re.findall(r"^ *\|", part, re.MULTILINE)) for part in re.split(r"^#+ ", text, flags=re.MULTILINE)]


def test_both_readmes_have_the_same_headings_rows_links_and_code() -> None:
    english, japanese = (readme(language) for language in ("en", "ja"))

    assert len(re.findall(r"^#+ ", english, re.MULTILINE)) == len(re.findall(r"^#+ ", japanese, re.MULTILINE))
    assert sorted(re.findall(r"https://[^)\s]+", english)) == sorted(re.findall(r"https://[^)\s]+", japanese))
    assert rows_under_headings(english) == rows_under_headings(japanese)
    assert re.findall(r"^```.*?^```", english, re.MULTILINE | re.DOTALL) == re.findall(
        r"^```.*?^```", japanese, re.MULTILINE | re.DOTALL
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_inside_leads_to_a_heading(language: str) -> None:
    titles = re.findall(r"^#+ (.+)$", readme(language), re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}

    assert set(re.findall(r"\]\(#([^)]+)\)", readme(language))) <= anchors


def worded() -> dict[str, list[str]]:
    """The words of `chatResultText`: result → Japanese, English."""
    pairs = re.findall(r"'(\w+)': \[(.*?)\],", TEXTS.read_text(), re.DOTALL)
    return {word: [one or other for one, other in re.findall(r"'([^'\n]*)',|\"(.*?)\",", both)] for word, both in pairs}


def test_every_result_has_words_in_both_languages() -> None:
    possible = {word for file in ANSWERING for word in file.answers | refusals(file)}

    assert worded().keys() == possible | everywhere()
    assert all(len(both) == 2 and all(both) for both in worded().values())


def test_a_code_of_the_server_is_worded_as_the_server_words_it() -> None:
    codes = {
        code for name in (name for file in ANSWERING for name in file.callables) for code in contract.codes_of(name)
    }
    plain = {code for code in codes & worded().keys() if "{" not in contract.text_of(code)[0]}

    assert plain
    assert {code: worded()[code] for code in plain} == {code: list(contract.text_of(code)) for code in plain}
