"""Faults on demand: each is taken by the next requests that match its method and path, as many times as it says."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from stripe_emulator.errors import NotExecuted, StripeRefusal, lock_timeout, rate_limited, server_error

NETWORK_BEFORE = ("drop_before", "delay_before", "rate_limit", "lock_timeout")
EXECUTION = ("server_error", "server_error_after", "refuse")
NETWORK_AFTER = ("drop_after", "delay_after")
KINDS = (*NETWORK_BEFORE, *EXECUTION, *NETWORK_AFTER)


class ConnectionLost(Exception):
    """The connection is to be closed without an answer."""


@dataclass
class Fault:
    """One fault. `seconds` belong to the delays; `status`, `code`, `message`, `decline_code` to `refuse`."""

    kind: str
    method: str = "*"
    path: str = "*"
    times: int = 1
    seconds: float = 0.0
    status: int | None = None
    code: str | None = None
    message: str = "The Stripe emulator was told to refuse this request."
    decline_code: str | None = None

    def __post_init__(self) -> None:
        self.over = threading.Event()

    def delay(self) -> None:
        """Block for as long as it says, or until it is disarmed."""
        self.over.wait(self.seconds)

    @classmethod
    def of(cls, given: dict[str, Any]) -> Fault:
        """A fault from the control API's JSON. Raises ValueError for what it does not know."""
        unknown = given.keys() - {each.name for each in fields(cls)}
        if unknown or given.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}; unknown fields: {sorted(unknown)}")
        return cls(**given)

    def refusal(self) -> StripeRefusal:
        """The answer that an execution fault gives instead of the real one."""
        if self.kind != "refuse":
            return server_error(self.status or 500)
        status = self.status or 402
        kind = "card_error" if status == 402 else "invalid_request_error"
        return StripeRefusal(status, self.message, code=self.code, kind=kind, decline_code=self.decline_code)


REFUSALS = {"rate_limit": rate_limited, "lock_timeout": lock_timeout}


def refusal_before(fault: Fault) -> NotExecuted:
    """The 429 of a fault that keeps a request from being executed."""
    return REFUSALS[fault.kind]()


class Faults:
    """The faults that wait for their requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._over = threading.Event()

    def add(self, fault: Fault) -> None:
        """Arm a fault."""
        with self._lock:
            fault.over = self._over
            self._waiting.append(fault)

    def take(self, kinds: tuple[str, ...], method: str, path: str) -> Fault | None:
        """The first armed fault of these kinds for this request; one of its times is used up."""
        with self._lock:
            for fault in self._waiting:
                if fault.kind in kinds and fault.method in ("*", method) and fnmatchcase(path, fault.path):
                    fault.times -= 1
                    self._waiting = [each for each in self._waiting if each.times > 0]
                    return fault
        return None

    def clear(self) -> None:
        """Disarm all, and end the delays that are under way."""
        with self._lock:
            self._waiting.clear()
            self._over.set()
            self._over = threading.Event()

    def list(self) -> list[dict[str, Any]]:
        """What is armed."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]
