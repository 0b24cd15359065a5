"""Operations whose answers never come, or are none, and whoever is to finish them then."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest

from payments.adapters import stripe_gateway
from payments.chat import hold_card
from payments.core.refusals import Code, Refusal
from tests.integration.deployment import Deployment
from tests.waiting import HANG_SECONDS, wait_until

#: A late answer comes once the faults are cleared, when nobody waits for it any more.
LATE: Final[dict[str, Any]] = {"kind": "delay_after", "seconds": HANG_SECONDS}
FAULTS: Final[dict[str, dict[str, Any]]] = {
    "the answer is lost": {"kind": "drop_after"},
    "the answer is late": LATE,
    "the request is lost": {"kind": "drop_before"},
    "done, but a 500 is stored": {"kind": "server_error_after"},
    "not done, and a 500 is stored": {"kind": "server_error"},
    "too many requests": {"kind": "rate_limit"},
    "the object is locked": {"kind": "lock_timeout"},
    "refused, and the refusal is stored": {"kind": "refuse", "status": 402, "code": "card_declined"},
    "the key is wrong": {},
}
#: After these the same idempotency key only replays a failure, so that the next create is another attempt.
STORED: Final = {"done, but a 500 is stored", "not done, and a 500 is stored", "refused, and the refusal is stored"}
DONE: Final = {"the answer is lost", "the answer is late", "done, but a 500 is stored"}

every_fault = pytest.mark.parametrize("fault", FAULTS)
#: The faults after which a process knows different things.
some_faults = pytest.mark.parametrize(
    "fault",
    ["the answer is lost", "the request is lost", "done, but a 500 is stored", "refused, and the refusal is stored"],
)
#: Who finishes, and whether Stripe could not even be read; a webhook comes of what was done there, and of nothing else.
every_end = pytest.mark.parametrize(
    ("fault", "finisher", "is_blind"),
    [(fault, finisher, True) for fault in FAULTS for finisher in ("person", "sweep")]
    + [(fault, "webhook", True) for fault in sorted(DONE)]
    + [(fault, "sweep", False) for fault in FAULTS],
)


def with_fault(
    deployment: Deployment, fault: str, path: str, call: Callable[[], Any], *, is_blind: bool = False
) -> Any:
    """What the call answers while it meets the fault; None where it is refused because Stripe can't be reached."""
    if FAULTS[fault]:
        deployment.control.fault(method="POST", path=path, **FAULTS[fault])
    if is_blind:
        deployment.control.fault("drop_before", "GET", "/v1/payment_intents/*")
    if fault == "the key is wrong":
        deployment.with_deps(stripe=deployment.gateway("sk_test_wrong"))
    elif "seconds" in FAULTS[fault]:
        be_hasty(deployment)
    answer = repeated(call)
    deployment.control.clear_faults()
    if "seconds" in FAULTS[fault]:
        await_request(deployment, path)
    deployment.with_deps(stripe=deployment.gateway())
    return answer


def be_hasty(deployment: Deployment) -> None:
    """From now on no answer is waited for that is late."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stripe_gateway, "TIMEOUTS", (2.0, 0.25))  # seconds to connect, and to read
        deployment.with_deps(stripe=deployment.gateway())


def await_request(deployment: Deployment, path: str) -> None:
    """Wait until Stripe is through with a request whose answer nobody waited for: only then is it in its log."""
    wait_until(lambda: any(r["effect"] and fnmatchcase(r["path"], path) for r in deployment.control.requests()))


def repeated(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Refusal as refusal:
        if refusal.code not in (Code.PAYMENT_UNAVAILABLE, Code.BUSY):
            raise
        return None


def finish(deployment: Deployment, finisher: str, call: Callable[[], Any]) -> None:
    """Three rounds of what is to finish the operation, three minutes apart, so that a dead claim is taken over."""
    for _ in range(3):
        deployment.pass_time(minutes=3)
        if finisher == "person":
            repeated(call)
        elif finisher == "webhook":
            deployment.deliver()
        else:
            deployment.sweep()


def asked_for(deployment: Deployment, fault: str, finisher: str) -> list[hold_card.Created]:
    """What the app gets that asks for chat `s1` and meets the fault, then, after the sweep perhaps, asks again."""
    made: list[hold_card.Created] = []

    def create() -> None:
        made.append(deployment.create("s1"))

    with_fault(deployment, fault, "/v1/payment_intents", create)
    if finisher == "sweep":
        deployment.pass_time(minutes=11)
        deployment.sweep()
    finish(deployment, "person", create)
    return made
