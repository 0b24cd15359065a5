"""Refusals leave Firestore exactly as it was, and nothing happens at Stripe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from payments.chat import finish_hold, hold_card, start_and_end
from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import CancelReason, Hold
from tests.integration.deployment import CONSULTANT, PAYER, STRANGER, Deployment
from tests.integration.refused import (
    break_stripe,
    claimed_cancel,
    claimed_letting_go,
)

State = Callable[[Deployment], Any]
Call = Callable[[Deployment, str, Hold], Any]


def _unpaid(deployment: Deployment) -> Hold:
    return deployment.create("s1").hold


def _canceled(deployment: Deployment) -> Hold:
    return deployment.cancel(deployment.paid("s1"))


def _ended(deployment: Deployment) -> Hold:
    hold = deployment.started("s1")
    deployment.end(hold)
    return hold


def _unpaid_use(deployment: Deployment) -> Hold:
    """A used hold whose capture Stripe refuses for good."""
    hold = deployment.started("s1")
    deployment.control.fault("refuse", "POST", "*/capture", status=402, code="card_declined")
    deployment.end(hold)
    return hold


def _under_cancel(deployment: Deployment) -> Hold:
    """A hold whose cancel is claimed and not settled."""
    return claimed_cancel(deployment, "s1")


def _under_capture(deployment: Deployment) -> Hold:
    hold = deployment.started("s1")
    break_stripe(deployment, "capture")
    deployment.end(hold)
    return hold


def _paid(deployment: Deployment) -> Hold:
    return deployment.paid("s1")


def _started(deployment: Deployment) -> Hold:
    return deployment.started("s1")


def _extended(deployment: Deployment) -> Hold:
    """A paid hold whose time has not begun, in a running chat."""
    return deployment.extend(deployment.started("s1"))


def _extension_asked(deployment: Deployment) -> Hold:
    return deployment.create(deployment.started("s1").session_id).hold


def _running_one_leaving(deployment: Deployment) -> Hold:
    return claimed_letting_go(deployment, "s1")


def _create(deployment: Deployment, by: str, hold: Hold) -> Any:
    return hold_card.create(deployment.deps.chat, deployment.ask(hold.session_id, user_id=by))


def _create_dearer(deployment: Deployment, by: str, hold: Hold) -> Any:
    return hold_card.create(deployment.deps.chat, deployment.ask(hold.session_id, user_id=by, amount=5001))


def _create_elsewhere(deployment: Deployment, by: str, hold: Hold) -> Any:
    return hold_card.create(deployment.deps.chat, deployment.ask(hold.session_id, user_id=by, consultant_id="another"))


def _capture(deployment: Deployment, by: str, hold: Hold) -> Any:
    return finish_hold.capture(deployment.deps.chat, by, hold.id)


def _cancel(deployment: Deployment, by: str, hold: Hold) -> Any:
    return finish_hold.cancel(deployment.deps.chat, by, hold.id, CancelReason.REQUESTED_BY_CUSTOMER)


def _start(deployment: Deployment, by: str, hold: Hold) -> Any:
    return start_and_end.start(deployment.deps.chat, by, hold.session_id)


def _end(deployment: Deployment, by: str, hold: Hold) -> Any:
    return start_and_end.end(deployment.deps.chat, by, hold.session_id)


#: Each code of each call, once. That every cell of the tables has its own code is proved by tests/unit.
REFUSALS: Final[tuple[tuple[State, Call, str, Code], ...]] = (
    (_unpaid, _create, STRANGER, Code.SESSION_NOT_YOURS),
    (_unpaid, _create_dearer, PAYER, Code.PRICE_CHANGED),
    (_unpaid, _create_elsewhere, PAYER, Code.INVALID_ARGUMENT),
    (_paid, _create, PAYER, Code.SESSION_IN_PROGRESS),
    (_running_one_leaving, _create, PAYER, Code.BUSY),
    (_extended, _create, PAYER, Code.ALREADY_EXTENDED),
    (_unpaid_use, _create, PAYER, Code.PREVIOUS_UNPAID),
    (_extended, _capture, STRANGER, Code.SESSION_NOT_YOURS),
    (_extended, _capture, PAYER, Code.SESSION_NOT_STARTED),
    (_extension_asked, _capture, PAYER, Code.NOT_AUTHORIZED_YET),
    (_started, _capture, CONSULTANT, Code.SESSION_RUNNING),
    (_canceled, _capture, PAYER, Code.HOLD_RELEASED),
    (_under_cancel, _capture, PAYER, Code.BUSY),
    (_extended, _cancel, STRANGER, Code.SESSION_NOT_YOURS),
    (_started, _cancel, PAYER, Code.SESSION_STARTED),
    (_ended, _cancel, CONSULTANT, Code.ALREADY_CAPTURED),
    (_under_capture, _cancel, CONSULTANT, Code.BUSY),
    (_paid, _start, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_unpaid, _start, PAYER, Code.NOT_PAID),
    (_ended, _start, PAYER, Code.SESSION_ENDED),
    (_under_cancel, _start, PAYER, Code.BUSY),
    (_started, _end, STRANGER, Code.SESSION_NOT_YOURS),
    (_started, _end, CONSULTANT, Code.SESSION_RUNNING),
    (_paid, _end, PAYER, Code.SESSION_NOT_STARTED),
)


def _name(value: Any) -> str:
    return str(getattr(value, "__name__", value)).strip("_")


@pytest.mark.parametrize(("state", "call", "by", "code"), REFUSALS, ids=_name)
def test_a_refusal_changes_nothing(deployment: Deployment, state: State, call: Call, by: str, code: Code) -> None:
    hold = state(deployment)
    before, effects = deployment.everything(), _effects(deployment)

    with pytest.raises(Refusal) as refusal:
        call(deployment, by, hold)

    assert refusal.value.code is code
    assert deployment.everything() == before
    assert _effects(deployment) == effects


def _effects(deployment: Deployment) -> int:
    return sum(r["effect"] for r in deployment.control.requests())
