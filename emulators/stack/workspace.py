"""The folder that firebase-tools runs in: the checkout's files, with ports, parameters and secrets of this run.

firebase-tools reads a run's parameters and secrets from files beside the functions, and writes to them. In a folder of
its own a run leaves the checkout as it was, and two runs beside each other don't read each other's.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from emulators.stack.processes import free_ports, is_free
from emulators.stack.stripe_settings import StripeSettings

ROOT = Path(__file__).parents[2]
FILES = ("firestore.rules", "firestore.indexes.json", "hosting")
NOT_TAKEN = ("__pycache__", ".env", ".secret")
VENV = "venv"
PARAMS = {
    "SESSION_PRICE": "5000",
    "SESSION_CURRENCY": "jpy",
    "SESSION_MINUTES": "30",
    "HOLD_HOURS": "72",
    "ENFORCE_APP_CHECK": "false",
}
"""The functions' parameters that a run may have otherwise, with the values it has by default."""


@dataclass(frozen=True)
class Ports:
    """One port for each server. Those that are left out firebase-tools chooses, and two runs could meet on one."""

    auth: int
    functions: int
    firestore: int
    hosting: int
    stripe: int
    hub: int
    logging: int
    eventarc: int
    tasks: int
    websocket: int
    fcm: int


WELL_KNOWN = Ports(9099, 5001, 8080, 5000, 4243, 4400, 4500, 9299, 9499, 9150, 4244)
"""firebase-tools' own defaults, which app code knows; firebase.json has the same. Two are of ours: Stripe, FCM."""


def choose_ports(*, well_known: bool) -> Ports:
    """Free ports; the well-known ones as far as they are free, if these are wanted."""
    names = [field.name for field in fields(Ports)]
    chosen = dict(zip(names, free_ports(len(names)), strict=True))
    if well_known:
        chosen |= {name: port for name in names if is_free(port := getattr(WELL_KNOWN, name))}
    return Ports(**chosen)


def fill_workspace(folder: Path, source: Path, *, live: bool) -> None:
    """Puts the files of the checkout into the folder.

    Args:
        folder: an empty folder.
        source: the folder of the functions, with their `venv`.
        live: whether edits in the checkout shall reach the running emulators. If not, they run what was there at the
            start, and nobody who edits a file disturbs them.
    """
    put = _link if live else _copy
    for name in FILES:
        put(ROOT / name, folder / name)
    functions = folder / "functions"
    functions.mkdir()
    for entry in source.iterdir():
        if not entry.name.startswith(NOT_TAKEN):
            put(entry, functions / entry.name)


def write_settings(folder: Path, ports: Ports, stripe: StripeSettings, params: Mapping[str, str]) -> None:
    """Writes what is of this run alone: ports, parameters and secrets."""
    settings = json.loads((ROOT / "firebase.json").read_text())
    for codebase in settings["functions"]:
        codebase["runtime"] = f"python3{sys.version_info.minor}"  # the functions run in the environment that runs this
    (folder / "firebase.json").write_text(json.dumps({**settings, "emulators": _emulators(ports)}, indent=2))
    secrets = {"STRIPE_SECRET_KEY": stripe.secret_key, "STRIPE_WEBHOOK_SECRET": stripe.webhook_secret}
    _write_env(folder / "functions" / ".env.local", {**_addresses(ports, stripe), **PARAMS, **params})
    _write_env(folder / "functions" / ".secret.local", secrets)


def _link(source: Path, target: Path) -> None:
    target.symlink_to(source)


def _copy(source: Path, target: Path) -> None:
    if source.name == VENV:
        _link(source, target)
    elif source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def _emulators(ports: Ports) -> dict[str, Any]:
    names = ("auth", "functions", "firestore", "hosting", "hub", "logging", "eventarc", "tasks")
    listening: dict[str, Any] = {name: {"host": "127.0.0.1", "port": getattr(ports, name)} for name in names}
    listening["firestore"]["websocketPort"] = ports.websocket
    return {**listening, "ui": {"enabled": False}, "singleProjectMode": True}


def _addresses(ports: Ports, stripe: StripeSettings) -> dict[str, str]:
    return {
        "STRIPE_PUBLISHABLE_KEY": stripe.publishable_key,
        "STRIPE_API_BASE": "" if stripe.is_test_mode else stripe.api_url,
        "FCM_API_BASE": f"http://127.0.0.1:{ports.fcm}",
        "APP_BASE_URL": f"http://127.0.0.1:{ports.hosting}",
    }


def _write_env(path: Path, values: Mapping[str, str]) -> None:
    path.write_text("".join(f'{name}="{value}"\n' for name, value in values.items()))
    path.chmod(0o600)
