"""firebase-tools' emulators as one program: how they are started, and when they are ready."""

from __future__ import annotations

import os
from pathlib import Path

import requests

from emulators.stack.engine_choice import Engine, External, Hidane
from emulators.stack.firestore_engine import FIREBASE
from emulators.stack.processes import Program, StartFailedError
from emulators.stack.workspace import Ports

PROJECT = "demo-paid-chat"
"""firebase-tools never reaches a live project whose id begins with `demo-`."""
NOT_HANDED_ON = (
    "FIREBASE_AUTH_EMULATOR_HOST",
    "FIRESTORE_EMULATOR_HOST",
    "GCLOUD_PROJECT",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CLOUD_PROJECT",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
)
"""A run has its own of these, and the developer's credentials have no business in it."""
ONE_PORT_EACH = Path(__file__).with_name("one_port_each.cjs")
NODE_OPTIONS = (
    # The Auth emulator compiles large schemas as it starts; more room for young objects saves it a fifth of that.
    "--max-semi-space-size=64",
    f'--require "{ONE_PORT_EACH}"',
)
START_SECONDS = 240
ANSWER_SECONDS = 5
EVERY_EMULATOR_IS_UP = "All emulators ready"
DISCOVERY_FAILED = "Failed to load function definition"
"""firebase-tools' words in its log. It goes on without the functions; we don't."""


def firebase_suite(engine: Engine, folder: Path) -> Program:
    """Starts Auth, Functions, Hosting and, unless it runs already, Firestore, in a folder made by `fill_workspace`."""
    command = [os.fspath(FIREBASE), "emulators:start", "--project", PROJECT, "--only", ",".join(_services(engine))]
    if isinstance(engine, Hidane):
        command = [os.fspath(engine.binary), "exec", "--", *command]
    return Program("firebase-tools", command, folder / "firebase.out", cwd=folder, env=_environment(engine, folder))


def wait_for_suite(program: Program, ports: Ports) -> None:
    """Returns when every emulator answers and the functions are loaded.

    Raises:
        StartFailedError: one does not start, or the functions can't be loaded.
    """
    program.wait_until(lambda: _functions_loaded(program, ports), START_SECONDS)


def _services(engine: Engine) -> list[str]:
    services = ["auth", "functions", "hosting"]
    return services if isinstance(engine, External) else [*services, "firestore"]


def _environment(engine: Engine, folder: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in NOT_HANDED_ON}
    own = {
        "TMPDIR": str(folder),  # firebase-tools notes each running suite there, one for a project
        "XDG_CONFIG_HOME": str(folder),  # nobody is logged in: no account's credentials reach the functions
        "FUNCTIONS_DISCOVERY_TIMEOUT": str(START_SECONDS),
        "NO_UPDATE_NOTIFIER": "1",
        "NODE_OPTIONS": " ".join([os.environ.get("NODE_OPTIONS", ""), *NODE_OPTIONS]),
        # A function's process has one request at a time here. With one thread, gunicorn says that it closes the
        # connection; with more it closes a quiet one after 2 s unsaid, and what is sent just then is an ECONNRESET.
        "THREADS": "1",
    }
    if isinstance(engine, External):
        own["FIRESTORE_EMULATOR_HOST"] = engine.host
    return environment | own


def _functions_loaded(program: Program, ports: Ports) -> bool:
    output = program.output()
    if DISCOVERY_FAILED in output:
        raise StartFailedError(f"The functions can't be loaded.\n{program.tail()}")
    if EVERY_EMULATOR_IS_UP not in output:
        return False
    loaded = requests.get(f"http://127.0.0.1:{ports.functions}/backends", timeout=ANSWER_SECONDS).json()
    return any(backend["functionTriggers"] for backend in loaded["backends"])
