"""The emulator as a server: connections that are kept, callers at once, a clean start and end, a misused control."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from stripe_emulator import StripeEmulator
from support.payments import a_captured_hold, a_hold, client_of

PACKAGE = Path(__file__).parents[1]


def test_one_connection_serves_many_requests(stripe_emulator: StripeEmulator) -> None:
    connection = http.client.HTTPConnection(stripe_emulator.url.removeprefix("http://"))
    headers = {"Authorization": f"Bearer {stripe_emulator.secret_key}"}
    sockets = set()
    for _ in range(3):
        connection.request("GET", "/v1/payment_intents", headers=headers)
        connection.getresponse().read()
        sockets.add(connection.sock)

    connection.close()
    assert len(sockets) == 1
    assert None not in sockets


def test_many_callers_at_once_each_get_their_own_hold(stripe_emulator: StripeEmulator) -> None:
    def one(_: int) -> str:
        return a_captured_hold(client_of(stripe_emulator.secret_key, stripe_emulator.url)).status

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(one, range(32)))

    assert statuses == ["succeeded"] * 32


def test_the_same_seed_gives_the_same_ids() -> None:
    ids = []
    for _ in range(2):
        with StripeEmulator(seed=1) as emulator:
            ids.append(a_hold(client_of(emulator.secret_key, emulator.url)).id)

    assert ids[0] == ids[1]


def test_a_taken_port_is_told_and_a_stopped_emulator_answers_nobody() -> None:
    with StripeEmulator() as emulator, requests.Session() as session:
        url = emulator.url + "/_emulator/health"
        session.get(url, timeout=10).raise_for_status()
        with pytest.raises(OSError, match="in use"):
            StripeEmulator(int(emulator.url.rpartition(":")[2]))
        emulator.stop()

        with pytest.raises(requests.ConnectionError):
            session.get(url, timeout=10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_as_a_process_until_it_is_told_to_end(number: int) -> None:
    command = [sys.executable, "-m", "stripe_emulator", "--secret-key", "sk_test_process"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PACKAGE) as process:
        assert process.stdout
        intent = a_hold(client_of("sk_test_process", process.stdout.readline().strip()))

        process.send_signal(number)

        assert process.wait() == 0
    assert intent.status == "requires_capture"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/clock", {"advance": -5}),
        ("/clock", {}),
        ("/faults", {"kind": "unheard_of"}),
        ("/webhooks", {"mode": "sometimes"}),
        ("/settings", {"unheard_of": 1}),
        ("/pay", {"client_secret": "pi_x_secret_y"}),
        ("/disputes", {"charge": "ch_x", "status": "lost"}),
    ],
)
def test_a_misused_control_api_says_so(stripe_emulator: StripeEmulator, path: str, body: dict[str, object]) -> None:
    answer = requests.post(f"{stripe_emulator.url}/_emulator{path}", json=body, timeout=10)

    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["message"]
