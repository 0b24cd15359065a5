"""No secret and no e-mail address ever reaches the log, by whatever road."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from payments.core import logs
from payments.core.store import Docs
from payments.endpoints import http
from payments.jobs import sweep
from payments.stripe_model.answers import IntentAnswer
from tests.unit.builders import a_hold, a_session
from tests.unit.constants import NOW
from tests.unit.memory_store import MemoryStore
from tests.unit.memory_stripe import Clock, MemoryStripe, deps_in_memory

SECRETS = [
    "sk_live_51AbCdEf",
    "sk_test_51AbCdEf",
    "rk_live_51AbCdEf",
    "rk_test_51AbCdEf",
    "whsec_AbCdEf0123",
    "pi_3PabcDEF_secret_XyZ987",
    "taro.yamada+chat@mail.example-host.co.jp",
    "太郎@例え.jp",
]
SURROUNDINGS = ["{}", "Bearer {}", "key={}", "'header\n{}'", "url?key%3D{}", "_{}", '{{"key": "{}"}}', "({})", "{},{}"]


class Broken(Exception):
    """A failure whose text repeats what it was given, as libraries do."""


def fail_with(*text: object) -> None:
    raise Broken(*text)


class BrokenGateway(MemoryStripe):
    """A Stripe whose client library fails as nobody expected."""

    def __init__(self, secret: str) -> None:
        super().__init__(Clock())
        self.secret = secret

    def retrieve(self, intent_id: str) -> IntentAnswer:
        raise Broken(self.secret, intent_id)


def hidden_part(secret: str) -> str:
    """What must not be seen: a prefix like `sk_live_` tells nothing."""
    return secret.rpartition("_")[2].rpartition("@")[2]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", SURROUNDINGS)
def test_an_unexpected_failure_is_logged_without_secrets(
    secret: str, around: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = around.format(secret, secret)

    with pytest.raises(RuntimeError) as failed:
        http.scheduled("sweepHolds", lambda: fail_with(text, [text], {"body": text.encode()}))

    line = capsys.readouterr().err
    assert hidden_part(secret) not in line
    assert str(failed.value) in line
    assert "Broken" in line


@pytest.mark.parametrize("secret", SECRETS)
def test_a_trigger_that_fails_is_logged_without_secrets_and_over(
    secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody would run it again: what triggered it stays where it is."""
    http.triggered("sendPush", lambda: fail_with(secret, {"body": secret}))

    line = capsys.readouterr().err
    assert hidden_part(secret) not in line
    assert (json.loads(line)["severity"], "Broken" in line, "sendPush" in line) == ("ERROR", True, True)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_sweep_item_that_fails_is_logged_without_secrets(secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    deps = deps_in_memory(MemoryStore(), MemoryStripe(Clock()))
    record = a_hold(due_at=NOW)
    deps.store.commit_if_unchanged(Docs({}), (record, a_session()))
    gateway: Any = BrokenGateway(secret)
    broken = replace(deps, chat=replace(deps.chat, stripe=gateway))

    report = sweep.run(broken)

    assert report.done == {"failed": 1}
    assert hidden_part(secret) not in capsys.readouterr().err


@pytest.mark.parametrize("secret", SECRETS)
def test_no_field_of_a_line_holds_a_secret(secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.write("ERROR", secret, answer=repr({"error": secret}), nested={"deep": [secret]})

    assert hidden_part(secret) not in capsys.readouterr().err


@pytest.mark.parametrize("text", [*SECRETS, '"', "\\", "日本語", "\n", 'a@b.c"', "\u2028"])
def test_a_line_is_one_json_object_whatever_it_holds(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Cloud Logging reads a line at a time: half a line would lose its severity, and with it the alarm."""
    logs.write("ERROR", "message", text=f"x {text} y", many=[text, {"k": text}])

    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert json.loads(line)["severity"] == "ERROR"


def test_what_is_no_secret_stays_readable() -> None:
    """Ids are what somebody looks for in a log."""
    kept = "pi_3PabcDEF of session 0e7f-4c, evt_1, task_force, 5000 jpy, a@b, https://api.stripe.com/v1"

    assert logs._SECRETS.sub("[redacted]", kept) == kept
