"""The app in the story's hands: a person's calls, and what a listener has seen on the way. A refusal ends the story."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emulators.app_client import Answer, Listener, User


@dataclass(frozen=True)
class Person:
    """Somebody signed in to the app."""

    user: User

    @property
    def uid(self) -> str:
        return self.user.uid

    def call(self, function: str, **data: object) -> dict[str, Any]:
        """Call a function. Raises `RefusedError`."""
        answer: dict[str, Any] = self.user.call(function, data).done()
        return answer

    def watch(self, path: str) -> Watch:
        """Listen to a document's `status` from now on. Raises `RefusedError` where the rules do not allow it."""
        watch = Watch(self.user.listen(path))
        watch.start()
        return watch


@dataclass(frozen=True)
class Watch:
    """The values of a document's `status` that a listener has seen, each once in a row."""

    listener: Listener
    values: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return self.listener.path

    def start(self) -> None:
        """Wait for what is there already, so that nothing that changes after is missed. Raises `RefusedError`."""
        self.listener.until(self._saw)

    def until(self, status: str) -> list[str]:
        """Return what has been seen up to this status. Raises `RefusedError`; `TimeoutError` where it does not come."""
        if self.values[-1] != status:
            self.listener.until(lambda heard: self._saw(heard) and self.values[-1] == status)
        return self.values

    def _saw(self, heard: Answer) -> bool:
        status = heard.done()["status"]
        if self.values[-1:] != [status]:
            self.values.append(status)
        return True
