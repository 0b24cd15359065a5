"""Calls that are refused, and the states that refusals leave behind."""

from __future__ import annotations

from typing import Any

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import Hold
from tests.integration.deployment import CONSULTANT, Deployment


def refused(call: Any, *given: Any, **named: Any) -> Code:
    """The code that a call is refused with. Fails where it is not refused."""
    with pytest.raises(Refusal) as refusal:
        call(*given, **named)
    return refusal.value.code


def break_stripe(deployment: Deployment, operation: str) -> None:
    """Neither the next capture or cancel reaches Stripe, with its one retry, nor the reading after it."""
    deployment.control.fault("drop_before", "POST", f"*/{operation}", times=2)
    deployment.control.fault("drop_before", "GET", "/v1/payment_intents/*", times=2)


def claimed_cancel(deployment: Deployment, session_id: str | None = None) -> Hold:
    """A paid hold whose cancel is claimed and not done."""
    return _claimed(deployment, deployment.paid(session_id))


def claimed_cancel_of_extension(deployment: Deployment, session_id: str | None = None) -> Hold:
    """A paid extension that has not begun, whose cancel is claimed and not done."""
    return _claimed(deployment, deployment.extend(deployment.started(session_id)))


def claimed_letting_go(deployment: Deployment, session_id: str | None = None) -> Hold:
    """The hold of a running chat that the consultant lets go: claimed and not done."""
    return _claimed(deployment, deployment.started(session_id), CONSULTANT)


def _claimed(deployment: Deployment, hold: Hold, by: str | None = None) -> Hold:
    break_stripe(deployment, "cancel")
    assert refused(deployment.cancel, hold, by) is Code.PAYMENT_UNAVAILABLE
    return hold
