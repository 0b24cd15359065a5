"""A phone on which the FlutterFlow kit's own Dart runs, against the whole local stack."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast

from emulators.stack.app_client import User
from emulators.stack.stack import Stack


@dataclass(frozen=True)
class KitPhone:
    """The running program. A step that throws ends it; its error stands in the output of the tests."""

    steps: IO[str]
    answers: IO[str]

    def does(self, step: str, *arguments: Any) -> str:
        """What a step answers: one of the kit's actions, or one of those in tests/kit/dart/stack/lib/main.dart."""
        print(json.dumps([step, *arguments]), file=self.steps, flush=True)
        answer: str = json.loads(self.answers.readline())
        return answer

    def belongs_to(self, person: User) -> None:
        """Sign somebody in whom the official SDK has signed up."""
        assert self.does("signIn", f"{person.key}@example.com", f"password of {person.key}") == person.uid


@contextmanager
def running_phone(command: Sequence[str], stack: Stack) -> Iterator[KitPhone]:
    """Start the program of `dart_app.on_the_stack`, and end it."""
    addresses = {
        "project": stack.project,
        "auth": stack.auth_url,
        "firestore": f"http://{stack.firestore_host}",
        "functions": stack.functions_url.rpartition("/")[0],
        "stripe": stack.stripe_url,
    }
    with subprocess.Popen(
        [*command, json.dumps(addresses)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            yield KitPhone(cast("IO[str]", program.stdin), cast("IO[str]", program.stdout))
        finally:
            program.kill()
