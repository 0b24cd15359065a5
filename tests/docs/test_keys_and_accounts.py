"""What the page about keys, accounts and backups tells people to type and to look for is there."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from docs.generator import product
from docs.generator.blocks import DOCS
from payments.adapters.firestore_mapping import COLLECTIONS
from payments.core.alerts import AlertKind
from payments.core.refusals import Code
from payments.domain.chat import deadlines
from payments.endpoints.callables import CALLABLES
from tests.docs.pages import FENCE, LANGUAGES, without_code

pytestmark = pytest.mark.parametrize("language", LANGUAGES)

FIREBASE_TOOLS: Final = """
const client = require("firebase-tools");
const lib = process.cwd() + "/node_modules/firebase-tools/lib/";
const { scheduleIdForFunction } = require(lib + "deploy/functions/backend.js");
const { commands, jobs } = JSON.parse(require("fs").readFileSync(0));
require(lib + "commands").load(client);
const found = commands.map((name) => Boolean(client.getCommand(name)));
console.log(JSON.stringify({ found, ids: jobs.map((id) => scheduleIdForFunction({ id, region: "asia-northeast1" })) }));
"""


def page(language: str) -> Path:
    return DOCS[language] / "keys-and-accounts.md"


def commands(language: str) -> str:
    """All that is to be typed, in one text."""
    return "\n".join(body for kind, body in FENCE.findall(page(language).read_text()) if kind == "sh")


def words(language: str) -> set[str]:
    """What stands in the prose as code."""
    return set(re.findall(r"`([^`\n]+)`", without_code(page(language).read_text())))


def jobs() -> list[str]:
    """The functions that Cloud Scheduler starts."""
    return [name for name, endpoint in product.deployed().items() if endpoint.scheduleTrigger]


def called_from_outside() -> set[str]:
    """The functions that phones, Stripe and browsers call."""
    inside = [name for name, each in product.deployed().items() if each.scheduleTrigger or each.eventTrigger]
    return product.deployed().keys() - set(inside)


def test_the_firebase_commands_exist_and_the_jobs_are_called_so(language: str) -> None:
    typed = re.findall(r"npx firebase ([\w:]+)", commands(language))
    sent = json.dumps({"commands": typed, "jobs": jobs()})

    done = subprocess.run(
        ["node", "-e", FIREBASE_TOOLS], input=sent, cwd=product.ROOT, text=True, capture_output=True, check=True
    )

    answer = json.loads(done.stdout)
    assert set(typed) == {"functions:secrets:set", "deploy"}
    assert all(answer["found"])
    assert set(re.findall(r"jobs pause (\S+)", commands(language))) == set(answer["ids"])


def test_everything_that_is_called_from_outside_is_opened_and_nothing_else(language: str) -> None:
    (listed,) = re.findall(r"for service in (.+?); do", commands(language), re.DOTALL)

    services = listed.replace("\\", " ").split()
    assert sorted(services) == sorted(name.lower() for name in called_from_outside())
    assert set(re.findall(r"--(?:region|location)=(\S+)", commands(language))) == set(
        product.deployed()["stripeWebhook"].region
    )


def test_every_word_of_the_product_is_one(language: str) -> None:
    """A parameter, a function, a log line, an alert, a collection or a field."""
    known = {
        *(each.name for each in product.settings()),
        *product.deployed(),
        *product.log_lines(),
        *AlertKind,
        *Code,
        *CALLABLES,
        *COLLECTIONS.values(),
    }
    elsewhere = {
        "allUsers",
        "cancelHold",
        "constraints/iam.allowedPolicyMemberDomains",
        "dueAt",
        "due_at",
        "functions/.env.YOUR-PROJECT",
        "gcloud scheduler jobs resume",
        "python -m payments.commands.register_webhook",
        "set invoker",
        "tickets.remaining",
        "unreachable",
    }

    assert words(language) - known == elsewhere


def test_the_time_that_is_left_for_a_used_hold_is_the_codes(language: str) -> None:
    hours = int(deadlines.SHORTEST_WINDOW.total_seconds() / 3600)
    told = {"en": "four days and 18 hours", "ja": "4 日 18 時間"}[language]

    assert hours == 4 * 24 + 18
    assert told in " ".join(page(language).read_text().split())
