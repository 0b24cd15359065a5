"""Who may read a collection, as the READMEs tell it, is what the security rules say."""

from __future__ import annotations

import re

import pytest

from emulators.docs.blocks import words
from tests.docs.readmes import LANGUAGES, ROOT

READ_BY = {
    "isUser(resource.data.userId)": "owner",
    "signedIn() && request.auth.uid in resource.data.participants": "participants",
    "signedIn()": "everybody",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_reads_a_collection_is_told_as_the_rules_have_it(language: str) -> None:
    told = {path: each["readers"] for path, each in words(language)["collections"].items()}
    rules = (ROOT / "firestore.rules").read_text()

    opened = dict(re.findall(r"match /(\w+)/\{\w+\} \{\s*allow read: if ([^;]+);", rules))

    assert {path: READ_BY[opened[path]] if path in opened else "nobody" for path in told} == told
