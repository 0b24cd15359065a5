"""The whole local stack with one call: `running_stack`.

Firestore, firebase-tools' emulators of Auth, Functions and Hosting, a receiver of pushes in the place of FCM, and
Stripe: our Stripe emulator, or Stripe's test mode with `STRIPE_SECRET_KEY=sk_test_…` in the environment. Everything
listens on the loopback address only.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from emulators import STRIPE_EMULATOR
from emulators.fcm import FcmReceiver
from emulators.stack.engine_choice import (
    Engine,
    External,
    cache_folder,
    find_engine,
    one_at_a_time,
)
from emulators.stack.firebase_suite import PROJECT, firebase_suite, wait_for_suite
from emulators.stack.firestore_engine import RULES, FirestoreEngine
from emulators.stack.processes import Program, answers
from emulators.stack.stripe_settings import StripeSettings, stripe_settings
from emulators.stack.workspace import ROOT, Ports, choose_ports, fill_workspace, write_settings

REGION = "asia-northeast1"
WEBHOOK_PATH = "/api/webhooks/stripe"
STRIPE_START_SECONDS = 120
RUN_SECONDS = 120


@dataclass(frozen=True)
class Stack:
    """A running stack: where each part is, and what a test or a developer does to it from outside."""

    project: str
    auth_url: str
    firestore_host: str
    functions_url: str
    """Base of the callables: `…/<project>/<region>`, without a slash at its end."""
    hosting_url: str
    stripe: StripeSettings
    fcm: FcmReceiver
    """Where the functions' pushes arrive; it runs in this process."""
    firebase: Program

    @property
    def stripe_url(self) -> str:
        """Stripe's API as the functions see it. Under the emulator its control API is at `/_emulator/` there."""
        return self.stripe.api_url

    @property
    def webhook_url(self) -> str:
        """Where Stripe's events are delivered: through Hosting's rewrite, as in production."""
        return self.hosting_url + WEBHOOK_PATH

    @property
    def firestore(self) -> FirestoreEngine:
        """The Firestore engine with its administration."""
        return FirestoreEngine(self.firestore_host)

    def run_scheduled(self, name: str) -> requests.Response:
        """Runs a scheduled function now, as Cloud Scheduler would: 200, or 500 if the function raised."""
        return requests.post(f"{self.functions_url}/{name}-0", timeout=RUN_SECONDS)


@contextmanager
def running_stack(
    *,
    engine: Engine | None = None,
    source: Path = ROOT / "functions",
    params: Mapping[str, str] | None = None,
    well_known_ports: bool = False,
    live: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Stack]:
    """Starts everything, waits until everything answers, and stops everything at the end.

    Args:
        engine: the Firestore engine; by default the one that `find_engine` finds.
        source: the folder of the functions, with their `venv`.
        params: parameters of the functions that differ from the defaults.
        well_known_ports: whether to take firebase-tools' own ports where they are free.
        live: whether edits of the functions and the rules shall reach the running stack.
        say: told in short lines how the start goes.

    Raises:
        EngineNotFoundError: this machine has no Firestore engine and can't build one.
        StartFailedError: something does not start; the text ends with its log.
        ValueError: `STRIPE_SECRET_KEY` is set and is no test key.
    """
    engine = engine or find_engine(say=say)
    with ExitStack() as running:
        temporary = tempfile.TemporaryDirectory(prefix="paid-chat-", ignore_cleanup_errors=True)
        folder = Path(running.enter_context(temporary))
        fill_workspace(folder, source, live=live)
        # Until it has loaded the functions, firebase-tools uses a port that another start beside it may choose too.
        with one_at_a_time(cache_folder() / "stack.lock"):
            ports = choose_ports(well_known=well_known_ports)
            say("Starting the Firebase emulators …")
            stack = _start(running, engine, folder, ports, params or {})
        if isinstance(engine, External):
            stack.firestore.load_rules(PROJECT, RULES.read_text())
        yield stack


def _start(running: ExitStack, engine: Engine, folder: Path, ports: Ports, params: Mapping[str, str]) -> Stack:
    """Starts the programs, to be stopped by `running`, and waits until they answer."""
    stripe = stripe_settings(ports.stripe)
    write_settings(folder, ports, stripe, params)
    fcm = running.enter_context(FcmReceiver(ports.fcm))
    firebase = running.enter_context(firebase_suite(engine, folder))
    stack = _stack(engine, ports, stripe, fcm, firebase)
    if not stripe.is_test_mode:
        running.enter_context(_stripe_emulator(stack, ports, folder))
    wait_for_suite(firebase, ports)
    return stack


def _stack(engine: Engine, ports: Ports, stripe: StripeSettings, fcm: FcmReceiver, firebase: Program) -> Stack:
    return Stack(
        project=PROJECT,
        auth_url=f"http://127.0.0.1:{ports.auth}",
        firestore_host=engine.host if isinstance(engine, External) else f"127.0.0.1:{ports.firestore}",
        functions_url=f"http://127.0.0.1:{ports.functions}/{PROJECT}/{REGION}",
        hosting_url=f"http://127.0.0.1:{ports.hosting}",
        stripe=stripe,
        fcm=fcm,
        firebase=firebase,
    )


@contextmanager
def _stripe_emulator(stack: Stack, ports: Ports, folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "stripe_emulator", "--port", str(ports.stripe)]
    command += ["--secret-key", stack.stripe.secret_key]
    command += ["--webhook-url", stack.webhook_url, "--webhook-secret", stack.stripe.webhook_secret]
    with Program("The Stripe emulator", command, folder / "stripe.out", cwd=STRIPE_EMULATOR, env=os.environ) as program:
        program.wait_until(lambda: answers(f"{stack.stripe_url}/_emulator/health"), STRIPE_START_SECONDS)
        yield


def describe(stack: Stack) -> str:
    """The addresses, for a person at a terminal."""
    stripe = "Stripe's test mode" if stack.stripe.is_test_mode else stack.stripe_url
    return "\n".join(
        [
            f"  Auth       {stack.auth_url}",
            f"  Firestore  http://{stack.firestore_host}",
            f"  Functions  {stack.functions_url}",
            f"  Hosting    {stack.hosting_url}",
            f"  Stripe     {stripe}",
            f"  Webhook    {stack.webhook_url}",
            f"  Pushes     {stack.fcm.url}/received",
            f"  Log        {stack.firebase.log}",
        ]
    )
