"""The numbers and names that the pages give in running text are the code's."""

from __future__ import annotations

import re

import pytest

from docs.generator import product
from docs.generator.blocks import words
from emulators.stack.firebase_suite import PROJECT
from emulators.stack.stack import REGION
from emulators.stack.workspace import WELL_KNOWN
from payments.adapters import devices
from payments.commands import issue_tickets
from payments.core import processed_events
from payments.domain.chat import tickets
from payments.domain.chat.deadlines import REMINDER
from payments.domain.chat.notifications import NotificationKind
from payments.jobs import sweep
from tests.docs.pages import LANGUAGES, README, code, prose, text

PORT = re.compile(
    r"(Auth|Functions|Firestore|Hosting|Stripe(?: emulator| エミュレータ)|FCM(?: receiver| 受信サーバー)) (\d{4})"
)

pytestmark = pytest.mark.parametrize("language", LANGUAGES)


def test_the_introduction_tells_the_defaults(language: str) -> None:
    """H-08, H-11: thirty minutes, 72 hours, unless configured otherwise."""
    defaults = {each.name: each.default for each in product.settings()}
    introduction = README[language].read_text().split("```")[0]

    numbers = re.findall(r"\d+", introduction)

    assert numbers == [defaults["SESSION_MINUTES"], defaults["HOLD_HOURS"]]


def test_the_threads_are_as_many_as_the_requests_that_the_functions_allow(language: str) -> None:
    allowed = {endpoint.concurrency for endpoint in product.deployed().values()}

    named = set(re.findall(r"THREADS=(\d+)", text(language)))

    assert {int(each) for each in named} == allowed


def test_every_function_runs_in_the_region_that_is_named(language: str) -> None:
    regions = {region for endpoint in product.deployed().values() for region in endpoint.region}

    assert regions == {REGION}
    assert set(re.findall(r"asia-\w+\d|us-\w+\d|europe-\w+\d", text(language))) == regions


def test_the_ports_are_those_of_the_local_stack(language: str) -> None:
    named = dict(PORT.findall(text(language)))
    reached = {int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", text(language))}

    ports = {name.split()[0].lower(): int(port) for name, port in named.items()}

    assert ports == {name: getattr(WELL_KNOWN, name) for name in ports}
    assert len(ports) == 6
    assert reached <= set(ports.values())


def test_the_schedule_is_run_by_the_name_that_the_emulator_gives_it(language: str) -> None:
    runs = re.findall(r"http://127\.0\.0\.1:\d+/([\w-]+)/([\w-]+)/(\w+)-0", "\n".join(code(language, "sh")))

    assert runs == [(PROJECT, REGION, "sweepHolds")]


def test_the_schedule_is_as_often_as_is_told(language: str) -> None:
    schedule = product.trigger(product.deployed()["sweepHolds"])

    assert schedule == "* * * * *"
    assert {"en": "runs every minute", "ja": "1 分ごとに動きます"}[language] in prose(language)


def test_a_code_is_told_as_it_is_made_and_taken(language: str) -> None:
    """H-02."""
    dash = {"en": " to ", "ja": "〜"}[language]
    (example,) = re.findall(r"`([A-Z2-9]{4}(?:-[A-Z2-9]{4})+)`", prose(language))

    assert tickets.canonical(example) == example.replace("-", "")
    assert len(example.replace("-", "")) == issue_tickets.LENGTH
    assert tickets.ALPHABET in prose(language)
    assert f"{tickets.SHORTEST}{dash}{tickets.LONGEST} " in prose(language)


def test_a_push_goes_to_as_many_devices_as_is_told(language: str) -> None:
    """H-06."""
    told = {"en": r"(\d+) newest", "ja": r"新しいものから (\d+) 台"}[language]

    assert set(re.findall(told, prose(language))) == {str(devices.MOST_DEVICES)}


def test_the_bounds_of_a_run_are_those_of_the_sweep(language: str) -> None:
    items, minutes = f"{sweep.MOST:,}", {"en": "four minutes", "ja": "4 分"}[language]

    assert items in prose(language)
    assert sweep.LONGEST.total_seconds() == 4 * 60
    assert minutes in prose(language)


def test_events_are_kept_as_long_as_is_told(language: str) -> None:
    told = re.findall(r"\d+", words(language)["collections"]["stripe_events"]["text"])

    assert told == [str(processed_events.RETENTION.days)]


def test_the_reminder_comes_as_long_before_the_end_as_is_said(language: str) -> None:
    minutes = int(REMINDER.total_seconds() / 60)

    assert f"{minutes} " in words(language)["notices"][NotificationKind.ENDING_SOON][0]
