"""What the pages point to is there, and the examples call what exists."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

from docs.generator import product
from docs.generator.blocks import DOCS
from payments.adapters.firestore_mapping import COLLECTIONS
from payments.commands.register_webhook import PATH
from payments.endpoints.callables import CALLABLES
from tests.docs.pages import DESIGN, LANGUAGES, anchors, code, headings, links, pages, text

pytestmark = pytest.mark.parametrize("language", LANGUAGES)


def test_every_link_leads_to_a_file_or_a_heading(language: str) -> None:
    own = [(page, link) for page in [*pages(language), DESIGN[language]] for link in links(page)]

    lost = [f"{page.name}: {link}" for page, link in own if not is_there(page, link)]

    assert len(own) > 50
    assert lost == []


def is_there(page: Path, link: str) -> bool:
    path, _, heading = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not heading or heading in anchors(target))


def test_every_page_is_there_in_both_languages_with_the_same_sections(language: str) -> None:
    here = {page.relative_to(DOCS[language]): page for page in [*pages(language)[1:], DESIGN[language]]}
    there = {page.relative_to(DOCS["en"]): page for page in [*pages("en")[1:], DESIGN["en"]]}

    assert list(here) == list(there)
    assert {name: [level for level, _ in headings(page)] for name, page in here.items()} == {
        name: [level for level, _ in headings(page)] for name, page in there.items()
    }


def test_every_make_target_that_is_named_exists(language: str) -> None:
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", "\n".join([*code(language, "sh"), *_inline(language)])))
    targets = set(re.findall(r"^([a-z][a-z-]*):", (product.ROOT / "Makefile").read_text(), re.MULTILINE))

    assert {"demo", "test"} <= named
    assert named <= targets


def test_every_python_module_that_is_run_exists(language: str) -> None:
    modules = set(re.findall(r"python -m ([\w.]+)", text(language)))

    assert modules
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


def test_the_app_calls_callables_that_exist_with_fields_that_they_take(language: str) -> None:
    calls = re.findall(r"httpsCallable\('(\w+)'\)\s*\.call\(\s*\{([^}]*)\}", "\n".join(code(language, "dart")))

    for name, sent in calls:
        shape = CALLABLES[name].fields
        fields = set(re.findall(r"'(\w+)':", sent))
        assert {field for field, spec in shape.items() if spec.is_required} <= fields <= set(shape)
    assert calls


def test_what_is_deployed_is_named_as_in_firebase_json(language: str) -> None:
    settings = json.loads((product.ROOT / "firebase.json").read_text())
    deploys = re.findall(r"firebase deploy --only (\S+)", text(language))

    functions = f"functions:{settings['functions'][0]['codebase']}"
    assert deploys == [f"{functions},firestore", "hosting", functions]
    assert "hosting" in settings


def test_the_webhook_is_forwarded_to_where_hosting_hands_it_on(language: str) -> None:
    """C-06: `stripe listen --forward-to` reaches the function."""
    settings = json.loads((product.ROOT / "firebase.json").read_text())
    rewrites = {each["source"]: each["function"]["functionId"] for each in settings["hosting"]["rewrites"]}
    forwards = re.findall(r"--forward-to http://127\.0\.0\.1:(\d+)(\S+)", text(language))

    assert forwards == [(str(settings["emulators"]["hosting"]["port"]), PATH)]
    assert rewrites[PATH] == "stripeWebhook"


def test_the_ttl_policies_that_are_named_are_those_of_the_indexes(language: str) -> None:
    overrides = json.loads((product.ROOT / "firestore.indexes.json").read_text())["fieldOverrides"]
    policies = {f"{each['collectionGroup']}.{each['fieldPath']}" for each in overrides if each.get("ttl")}

    named = set(re.findall(r"`(\w+\.expireAt)`", text(language)))

    assert named == policies
    assert {policy.split(".")[0] for policy in policies} <= set(COLLECTIONS.values())


def _inline(language: str) -> list[str]:
    return re.findall(r"`(make [^`]+)`", text(language))
