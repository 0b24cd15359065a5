"""Everything that people are told of (H-06): what leads to it, what brings it about, and who is told what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from payments.adapters.stripe_parse import read_event
from payments.chat import finish_hold, redeem_ticket, start_and_end
from payments.domain.chat.records import CancelReason
from payments.jobs import sweep, webhook
from payments.jobs.port import JobDeps
from tests.integration.deployment import PAYER, Deployment
from tests.integration.ticket_steps import CODE, Told, ask, both, issued, payer_alone, redeem

DECLINED: Final = "4000000000000002"


@dataclass(frozen=True)
class Cause:
    """What leads to something that people are told of, what brings it about, and who is told what by that."""

    prepare: Callable[[Deployment], Any]
    act: Callable[[JobDeps, Any], Any]
    tells: Counter[Told]


def _ticket(deployment: Deployment) -> None:
    issued(deployment)


def _held(deployment: Deployment) -> Any:
    deployment.pay(deployment.create("s1"))
    return _newest(deployment, "payment_intent.amount_capturable_updated")


def _declined(deployment: Deployment) -> Any:
    deployment.pay(deployment.create("s1"), card=DECLINED)
    return _newest(deployment, "payment_intent.payment_failed")


def _extension_held(deployment: Deployment) -> Any:
    deployment.started("s1")
    deployment.pay(deployment.create("s1"))
    return _newest(deployment, "payment_intent.amount_capturable_updated")


def refusing(deployment: Deployment) -> Any:
    hold = deployment.started("s1")
    deployment.control.fault("refuse", "POST", "*/capture", times=1000, status=402, code="card_declined")
    return hold


def _newest(deployment: Deployment, kind: str) -> Any:
    """The newest event of a kind; what has come before it is delivered."""
    [body] = [e for e in deployment.events() if e["type"] == kind and e["id"] not in deployment.delivered]
    deployment.deliver(lambda e: e["type"] != kind and not e["type"].startswith("charge."))
    return read_event(body)


def _after(state: Callable[[Deployment], Any], **time: float) -> Callable[[Deployment], Any]:
    def prepare(deployment: Deployment) -> Any:
        found = state(deployment)
        deployment.pass_time(**time)
        return found

    return prepare


def _paid(deployment: Deployment) -> Any:
    return deployment.paid("s1")


def _started(deployment: Deployment) -> Any:
    return deployment.started("s1")


def _ticket_started(deployment: Deployment) -> Any:
    issued(deployment)
    return deployment.start(redeem(deployment, CODE))


def _end(deps: JobDeps, _: Any) -> Any:
    return start_and_end.end(deps.chat, PAYER, "s1")


def _start(deps: JobDeps, _: Any) -> Any:
    return start_and_end.start(deps.chat, PAYER, "s1")


def _sweep(deps: JobDeps, _: Any) -> Any:
    return sweep.run(deps)


def _cancel(deps: JobDeps, hold: Any) -> Any:
    return finish_hold.cancel(deps.chat, PAYER, hold.id, CancelReason.REQUESTED_BY_CUSTOMER)


CAUSES: Final[dict[str, Cause]] = {
    "ready by a ticket": Cause(
        _ticket, lambda deps, _: redeem_ticket.redeem(deps.chat, ask(CODE)), both("session_ready")
    ),
    "ready by a card": Cause(_held, webhook.handle, both("session_ready")),
    "started": Cause(_paid, _start, both("session_started")),
    "extended": Cause(_extension_held, webhook.handle, both("session_extended", 2)),
    "about to end": Cause(_after(_started, minutes=25.1), _sweep, both("ending_soon")),
    "ended by a person": Cause(_started, _end, both("session_ended") + payer_alone("payment_captured")),
    "ended by the clock": Cause(
        _after(_started, minutes=31), _sweep, both("session_ended") + payer_alone("payment_captured")
    ),
    "a ticket's ended": Cause(_ticket_started, _end, both("session_ended")),
    "captured by its button": Cause(
        _started,
        lambda deps, hold: finish_hold.capture(deps.chat, PAYER, hold.id),
        both("session_ended") + payer_alone("payment_captured"),
    ),
    "the capture refused": Cause(refusing, _end, both("session_ended") + payer_alone("capture_failed")),
    "declined": Cause(_declined, webhook.handle, payer_alone("payment_failed")),
    "released after 72 hours": Cause(_after(_paid, hours=72.1), _sweep, both("hold_released")),
    "released by its button": Cause(_paid, _cancel, both("hold_released")),
}
#: The document, and the field in it, whose change a notification tells of.
TELLS_OF: Final[dict[str, tuple[str, str]]] = {
    "session_ready": ("sessions/", "status"),
    "session_started": ("sessions/", "startedAt"),
    "session_extended": ("sessions/", "expiresAt"),
    "ending_soon": ("sessions/", "remindedAt"),
    "session_ended": ("sessions/", "endedAt"),
    "payment_captured": ("payment_intents/", "capturedAt"),
    "payment_failed": ("payment_intents/", "lastError"),
    "capture_failed": ("payment_intents/", "refusedAt"),
    "hold_released": ("payment_intents/", "canceledAt"),
}
