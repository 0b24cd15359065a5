"""Who may read a collection, as the pages tell it, is what the security rules say."""

from __future__ import annotations

import re

import pytest

from docs.generator import product
from docs.generator.blocks import words
from tests.docs.pages import LANGUAGES

READ = r"allow read: if ([^;]+);"

READ_BY = {
    "isUser(resource.data.userId)": "owner",
    "isUser(resource.data.user_id)": "buyer",
    "signedIn() && request.auth.uid in resource.data.participants": "participants",
    "isParticipant()": "participants",
    "signedIn()": "everybody",
    "true": "anybody",
}


def opened() -> dict[str, str]:
    """Who reads a collection, by the rules; those that nobody reads are left out."""
    rules = product.RULES.read_text()
    matches = re.split(r"match /(\w+)/\{\w+\} \{", rules)[1:]
    found = zip(matches[::2], matches[1::2], strict=True)
    return {name: READ_BY[allowed[1]] for name, body in found if (allowed := re.search(READ, body))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_reads_a_collection_is_told_as_the_rules_have_it(language: str) -> None:
    told = {path: each["readers"] for path, each in words(language)["collections"].items()}

    by_the_rules = {path: opened().get(path.rsplit("/", 1)[-1], "nobody") for path in told}

    assert by_the_rules == told
    assert set(told.values()) == {*READ_BY.values(), "nobody"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_length_of_a_message_is_told_as_the_rules_have_it(language: str) -> None:
    (longest,) = re.findall(r"text\.size\(\) <= (\d+)", product.RULES.read_text())

    assert f"{int(longest):,}" in words(language)["collections"][product.MESSAGES]["fields"]["text"]
