"""Answers that never come while a chat is extended (design 4, 6).

Each operation meets each fault, and is finished by the person who repeats it, by the webhook, or by the sweep.
"""

from __future__ import annotations

import pytest

from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import Deployment
from tests.integration.extending import PERIOD, clock_of, extended
from tests.integration.lost_answers import (
    DONE,
    STORED,
    asked_for,
    finish,
    some_faults,
    with_fault,
)
from tests.integration.promise import check_promise

ACTIVE, ENDED = SessionStatus.ACTIVE, SessionStatus.ENDED
HELD, CAPTURED, CANCELED = HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED, HoldStatus.CANCELED


pytestmark = pytest.mark.usefixtures("asks_once")


@some_faults
@pytest.mark.parametrize("finisher", ["person", "sweep"])
def test_an_extension_asked_for_can_be_paid_once_and_the_chat_goes_on(
    deployment: Deployment, fault: str, finisher: str
) -> None:
    """H-03: nobody pays twice for one period, however often the app had to ask."""
    first = deployment.started("s1")
    ends = clock_of(deployment, first)
    deployment.control.clear_requests()

    made = asked_for(deployment, fault, finisher)

    assert len({c.client_secret for c in made}) == 1
    if finisher == "person" and fault not in STORED:
        assert len(deployment.intents()) == 2
    deployment.pay(made[-1])
    deployment.deliver()
    assert clock_of(deployment, first) == ends + PERIOD
    deployment.sweep_for(1, every=0.25)
    assert [hold.status for hold in deployment.holds().values()] == [CAPTURED, CAPTURED]
    deployment.sweep_for(80, every=20)
    check_promise(deployment)


@some_faults
@pytest.mark.parametrize("finisher", ["person", "sweep"])
def test_a_cancel_of_an_extension_ends_canceled_and_charges_nobody_for_it(
    deployment: Deployment, fault: str, finisher: str
) -> None:
    """H-11: where Stripe refused the wish for good it is over, and the chat goes on in the time that is paid for."""
    chat = extended(deployment, at_minute=0)

    with_fault(deployment, fault, "*/cancel", lambda: deployment.cancel(chat.second), is_blind=True)
    finish(deployment, finisher, lambda: deployment.cancel(chat.second))

    if finisher == "person" or fault in DONE:
        assert chat.statuses == (ACTIVE, HELD, CANCELED)
        assert clock_of(deployment, chat.first) == chat.ends
    deployment.sweep_for(2, every=0.25)
    deployment.deliver()
    assert chat.statuses in ((ENDED, CAPTURED, CANCELED), (ENDED, CAPTURED, CAPTURED))
    assert deployment.alerts() == []
    check_promise(deployment)


@some_faults
def test_the_release_of_an_extension_whose_chat_has_ended_is_made_up_for(deployment: Deployment, fault: str) -> None:
    """Nobody waits for it: the chat has ended, its own hold is captured, and the sweep goes on until it is released."""
    chat = extended(deployment)
    deployment.end(chat.first)

    with_fault(deployment, fault, "*/cancel", deployment.sweep, is_blind=True)
    deployment.sweep_for(1, every=0.25)

    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert len(deployment.asked("/cancel", effect=True)) == 1
    assert deployment.alerts() == []
    check_promise(deployment)
