"""The whole stack: it comes up as production is wired, beside another one, and goes without a trace."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import requests
from stripe import WebhookSignature

from emulators.stack.engine_choice import Engine
from emulators.stack.processes import StartFailedError
from emulators.stack.stack import Stack, running_stack

ROOT = Path(__file__).parents[2]
SECONDS = 60
"""A guard against a hang."""


def test_hosting_hands_the_webhook_the_bytes_that_were_signed(stack: Stack) -> None:
    """Spaces and characters that a proxy which parses and writes JSON again would change."""
    event = {"id": "evt_1", "object": "event", "type": "product.created", "created": int(time.time())}
    product = {"object": {"id": "prod_1", "object": "product", "name": "相談 ¥5,000"}}
    body = json.dumps(event | {"livemode": False, "data": product}, indent=3, ensure_ascii=False)
    signature = WebhookSignature.generate_signature_header(body, stack.stripe.webhook_secret, int(time.time()))
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json; charset=utf-8"}

    answer = requests.post(stack.webhook_url, data=body.encode(), headers=headers, timeout=SECONDS)

    assert answer.status_code == 200


def test_a_function_says_that_it_closes_the_connection(stack: Stack) -> None:
    """Else firebase-tools sends a later request into a connection that is just being closed, and it is lost."""
    answer = requests.get(f"{stack.functions_url}/checkoutResult", timeout=SECONDS)

    assert answer.headers["Connection"] == "close"


def test_a_second_stack_runs_beside_the_first_and_ctrl_c_leaves_nothing_of_it(
    stack: Stack, environment: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "emulators.stack", "--free-ports"]
    environment["TMPDIR"] = str(tmp_path)
    before = {path.name for path in (ROOT / "functions").iterdir()}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as second:
        assert second.stdout
        said = list(itertools.takewhile(str.strip, second.stdout))
        family = psutil.Process(second.pid).children(recursive=True)

        second.send_signal(signal.SIGINT)

        code = second.wait(SECONDS)
    _, alive = psutil.wait_procs(family, timeout=SECONDS)
    assert "The stack is running; Ctrl-C stops it.\n" in said
    assert code == 0
    assert family
    assert alive == []
    assert list(tmp_path.iterdir()) == []
    assert {path.name for path in (ROOT / "functions").iterdir()} == before
    assert stack.run_scheduled("sweepHolds").status_code == 200


def test_functions_that_can_not_be_loaded_stop_the_start_with_their_traceback(
    engine_choice: Engine, tmp_path: Path
) -> None:
    (tmp_path / "main.py").write_text("import a_module_that_nobody_has\n")
    shutil.copy(ROOT / "functions" / "requirements.txt", tmp_path)
    (tmp_path / "venv").symlink_to(ROOT / "functions" / "venv")

    with (
        pytest.raises(StartFailedError, match=r"(?s)can't be loaded.*a_module_that_nobody_has"),
        running_stack(engine=engine_choice, source=tmp_path),
    ):
        pass
