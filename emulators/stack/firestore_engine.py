"""A Firestore engine of one's own: started on a free port, stopped at the end, with the emulator's administration."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from emulators.stack.engine_choice import Engine, External, Hidane, find_engine
from emulators.stack.processes import Program, answers, free_ports

ROOT = Path(__file__).parents[2]
RULES = ROOT / "firestore.rules"
FIREBASE = ROOT / "node_modules" / ".bin" / "firebase"
OWNER = {"Authorization": "Bearer owner"}
"""What the emulators take for an administrator: it passes by the rules."""
START_SECONDS = 240
ANSWER_SECONDS = 30


@dataclass(frozen=True)
class FirestoreEngine:
    """A running engine. `host` is `address:port`, as `FIRESTORE_EMULATOR_HOST` wants it."""

    host: str

    def documents_url(self, project: str) -> str:
        """The REST address of a project's documents, to which a path can be added."""
        return f"http://{self.host}/v1/projects/{project}/databases/(default)/documents"

    def clear(self, project: str) -> None:
        """Deletes every document of the project."""
        address = f"http://{self.host}/emulator/v1/projects/{project}/databases/(default)/documents"
        requests.delete(address, headers=OWNER, timeout=ANSWER_SECONDS).raise_for_status()

    def load_rules(self, project: str, source: str) -> None:
        """Puts security rules in force for the project.

        Raises:
            ValueError: the rules don't compile; the text says why.
        """
        body = {"rules": {"files": [{"name": "firestore.rules", "content": source}]}}
        address = f"http://{self.host}/emulator/v1/projects/{project}:securityRules"
        answer = requests.put(address, json=body, headers=OWNER, timeout=ANSWER_SECONDS)
        issues = answer.json().get("issues", []) if answer.ok else []
        if not answer.ok or any(issue["severity"] == "ERROR" for issue in issues):
            raise ValueError(f"The security rules don't compile: {answer.text}")

    def rule_coverage(self, project: str) -> dict[str, Any]:
        """Which expressions of the project's rules were evaluated since they were loaded, and to what."""
        address = f"http://{self.host}/emulator/v1/projects/{project}:ruleCoverage"
        answer = requests.get(address, headers=OWNER, timeout=ANSWER_SECONDS)
        answer.raise_for_status()
        coverage: dict[str, Any] = answer.json()
        return coverage


@contextmanager
def running_engine(rules: Path = RULES, engine: Engine | None = None) -> Iterator[FirestoreEngine]:
    """Starts an engine on a free port with these rules, or takes the one that `FIRESTORE_EMULATOR_HOST` names.

    Raises:
        EngineNotFoundError: this machine has no engine and can't build one.
        StartFailedError: the engine does not start; the text ends with its log.
    """
    engine = engine or find_engine(say=_say)
    if isinstance(engine, External):
        yield FirestoreEngine(engine.host)
        return
    with tempfile.TemporaryDirectory(prefix="paid-chat-engine-") as name:
        folder = Path(name)
        port, hub, logging = free_ports(3)
        command = _command(engine, rules, folder, {"firestore": port, "hub": hub, "logging": logging})
        with Program(
            "Firestore", command, folder / "firestore.log", cwd=folder, env={**os.environ, "TMPDIR": name}
        ) as program:
            program.wait_until(lambda: answers(f"http://127.0.0.1:{port}/"), START_SECONDS)
            yield FirestoreEngine(f"127.0.0.1:{port}")


def _command(engine: Engine, rules: Path, folder: Path, ports: dict[str, int]) -> list[str]:
    if isinstance(engine, Hidane):
        port = str(ports["firestore"])
        return [str(engine.binary), "--host", "127.0.0.1", "--port", port, "--rules", str(rules)]
    (folder / "firestore.rules").write_text(rules.read_text())
    emulators = {name: {"host": "127.0.0.1", "port": port} for name, port in ports.items()}
    settings = {"firestore": {"rules": "firestore.rules"}, "emulators": {**emulators, "ui": {"enabled": False}}}
    (folder / "firebase.json").write_text(json.dumps(settings))
    return [os.fspath(FIREBASE), "emulators:start", "--only", "firestore", "--project", "demo-paid-chat"]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
