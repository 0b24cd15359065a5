"""The app in the story's hands: a person's calls, and what a listener has seen on the way. A refusal ends the story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulators.stack.app_client import Answer, Listener, User

Fields = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody signed in to the app. `phone` is the token under which FCM knows their phone."""

    name: str
    user: User
    phone: str

    @property
    def uid(self) -> str:
        return self.user.uid

    def carry_phone(self, **profile: object) -> None:
        """Write the profile, and the phone's token as FlutterFlow stores it. Raises `RefusedError`."""
        self.user.set(f"users/{self.uid}", profile).done()
        token = {"fcm_token": self.phone, "device_type": "iOS"}
        self.user.set(f"users/{self.uid}/fcm_tokens/phone", token, times=("created_at",)).done()

    def call(self, function: str, **data: object) -> Fields:
        """Call a function. Raises `RefusedError`."""
        answer: Fields = self.user.call(function, data).done()
        return answer

    def watch(self, path: str) -> Watch:
        """Listen to a session from now on. Raises `RefusedError` where the rules do not allow it."""
        watch = Watch(self.user.listen(path))
        watch.start()
        return watch


@dataclass
class Watch:
    """What a listener has seen of a session: the values of its `status`, each once in a row, and its latest state."""

    listener: Listener
    statuses: list[str] = field(default_factory=list)
    session: Fields = field(default_factory=dict)

    @property
    def path(self) -> str:
        return self.listener.path

    def start(self) -> None:
        """Wait for what is there already, so that nothing that changes after is missed. Raises `RefusedError`."""
        self._hear(lambda _: True)

    def until(self, status: str) -> list[str]:
        """Return what has been seen up to this status. Raises `RefusedError`; `TimeoutError` where it does not come."""
        if self.statuses[-1] != status:
            self._hear(lambda session: session["status"] == status)
        return self.statuses

    def until_it_expires(self, at: datetime) -> None:
        """Wait until `expiresAt` is this, to the second. Raises as `until`."""
        self._hear(lambda session: session["expiresAt"]["seconds"] == int(at.timestamp()))

    def _hear(self, wanted: Callable[[Fields], bool]) -> None:
        def saw(heard: Answer) -> bool:
            self.session = heard.done()
            if self.statuses[-1:] != [self.session["status"]]:
                self.statuses.append(self.session["status"])
            return wanted(self.session)

        self.listener.until(saw)
