"""The command that issues ticket codes (H-02), run as a person runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from payments.commands import issue_tickets
from payments.domain.chat.states import SessionStatus
from payments.domain.chat.tickets import ALPHABET, canonical
from tests.integration.deployment import CONSULTANT, Deployment
from tests.integration.ticket_steps import CODE, document, issued, redeem, remaining

FUNCTIONS = Path(__file__).parents[2] / "functions"
SECONDS = 120
"""A guard against a hang."""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "payments.commands.issue_tickets", *arguments]
    return subprocess.run(
        command, cwd=FUNCTIONS, env=dict(os.environ), capture_output=True, text=True, timeout=SECONDS, check=False
    )


def issue(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> Any:
    """The documents of the codes that the command prints."""
    monkeypatch.setattr(issue_tickets, "open_store", lambda: deployment.deps.store)
    issue_tickets.main(arguments)
    return [document(deployment, f"tickets/{canonical(line)}") for line in capsys.readouterr().out.splitlines()]


def test_codes_are_printed_one_a_line_and_each_opens_a_chat(deployment: Deployment) -> None:
    done = run("--count", "3")

    codes = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert len(set(codes)) == 3
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", code) for code in codes)
    assert {s.id for s in deployment.db.collection("tickets").stream()} == {canonical(code) for code in codes}
    opened = [redeem(deployment, code, f"s{n}") for n, code in enumerate(codes)]
    assert {session.status for session in opened} == {SessionStatus.READY}
    assert [remaining(deployment, canonical(code)) for code in codes] == [0, 0, 0]


def test_a_code_is_good_for_one_use_of_anybody_for_ever_unless_said_otherwise(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [ticket] = issue(deployment, monkeypatch, capsys)

    assert ticket == {
        "active": True,
        "remaining": 1,
        "consultantId": None,
        "expiresAt": None,
        "minutes": None,
        "rev": 1,
    }


def test_everything_can_be_said_otherwise(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [ticket] = issue(
        deployment, monkeypatch, capsys,
        "--uses", "10", "--consultant", CONSULTANT, "--expires", "2030-01-02T03:04:05+09:00", "--minutes", "45",
    )  # fmt: skip

    assert (ticket["remaining"], ticket["consultantId"], ticket["minutes"]) == (10, CONSULTANT, 45)
    assert ticket["expiresAt"] == datetime(2030, 1, 1, 18, 4, 5, tzinfo=UTC)


WRONG = {
    "no codes": ("--count", "0"),
    "fewer than none": ("--count", "-1"),
    "no uses": ("--uses", "0"),
    "half a use": ("--uses", "1.5"),
    "no time": ("--minutes", "0"),
    "more than a day": ("--minutes", "1441"),
    "not a time": ("--expires", "tomorrow"),
    "no consultant": ("--consultant", ""),
    "a path for a consultant": ("--consultant", "consultants/abc"),
    "an unknown option": ("--price", "100"),
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_refused_and_issues_nothing(
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.setattr(issue_tickets, "open_store", lambda: deployment.deps.store)

    with pytest.raises(SystemExit) as stop:
        issue_tickets.main(arguments)

    assert stop.value.code == 2
    assert arguments[0] in capsys.readouterr().err
    assert list(deployment.db.collection("tickets").stream()) == []


def test_a_code_that_is_there_already_is_left_alone(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance could not do it in ages; a used code must not become good again all the same."""
    issued(deployment, remaining=0)
    before = document(deployment, f"tickets/{CODE}")
    monkeypatch.setattr(issue_tickets, "open_store", lambda: deployment.deps.store)
    monkeypatch.setattr(issue_tickets, "new_code", lambda: CODE)

    with pytest.raises(ValueError, match="already"):
        issue_tickets.main(["--uses", "5"])

    assert document(deployment, f"tickets/{CODE}") == before
