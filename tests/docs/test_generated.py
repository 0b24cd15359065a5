"""The reference stands in both languages as the code has it now (`make docs` writes it)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from docs.generator import product
from docs.generator.blocks import DOCS, PAGES, pages, words
from payments.adapters.firestore_mapping import COLLECTIONS
from payments.core.alerts import AlertKind
from payments.core.refusals import Code
from payments.domain.chat.notifications import NotificationKind
from payments.domain.chat.states import Effect
from payments.endpoints.callables import CALLABLES
from tests.docs.pages import LANGUAGES


def keys(said: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in said.items():
        if isinstance(value, Mapping):
            yield from keys(value, f"{path}{name}.")
        else:
            yield f"{path}{name}" if not isinstance(value, list) else f"{path}{name}[{len(value)}]"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reference_is_what_the_code_says(language: str) -> None:
    """And nothing else stands in its folder."""
    written = {path: path.read_text() for path in (DOCS[language] / "reference").iterdir()}

    assert written == pages(language)


def test_both_languages_say_the_same_things() -> None:
    assert list(keys(words("en"))) == list(keys(words("ja")))


def in_the_code() -> dict[str, set[str]]:
    """What has to be explained, by the section of the words that does it."""
    fields = {path: set(product.document_fields(kind)) for kind, path in COLLECTIONS.items()}
    fields[product.MESSAGES] = set(product.message_fields())
    return {
        "codes": set(Code),
        "alerts": set(AlertKind),
        "notices": set(NotificationKind),
        "effects": set(Effect.__members__) - {Effect.NONE.name},
        "params": {each.name for each in product.settings()},
        "events": set(product.events_by_handler()),
        "logs": set(product.log_lines()),
        "cases": set(product.cases()),
        "times": set(product.spans()),
        "result": {*product.result_in(), *product.result_out()},
        "indexes": set(product.indexes()),
        "callables": set(CALLABLES),
        "endpoints": set(product.deployed()) - set(CALLABLES),
        "pages": set(PAGES),
        "collections": set(fields),
        **{f"collections.{path}": names for path, names in fields.items()},
    }


def in_the_words(said: Mapping[str, Any]) -> dict[str, set[str]]:
    """What is explained, by the section that does it."""
    told = {section: set(said[section]) for section in in_the_code() if "." not in section}
    return told | {f"collections.{path}": set(each["fields"]) for path, each in said["collections"].items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_about_exactly_what_the_code_has(language: str) -> None:
    """A new code, field, param, event, kind, alert or log line has to be explained; one that is gone may not stay."""
    assert in_the_words(words(language)) == in_the_code()


def test_the_functions_that_the_app_calls_for_a_payment_are_deployed_as_callables() -> None:
    """H-12: their names are fixed by what the app calls."""
    deployed = product.deployed()

    for name in ("createPaymentIntent", "capturePaymentIntent", "cancelPaymentIntent"):
        assert deployed[name].entryPoint == name
        assert deployed[name].callableTrigger is not None
