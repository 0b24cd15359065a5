"""Sessions that no code opens (H-02): none lands on an open payment, and none loses its use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from payments.core.refusals import Code
from payments.domain.chat.records import Source
from payments.domain.chat.states import SessionStatus
from tests.integration.deployment import CONSULTANT, PAYER, STRANGER, Deployment
from tests.integration.refused import break_stripe, refused
from tests.integration.ticket_steps import (
    ANOTHER_CODE,
    CODE,
    issued,
    redeem,
    redemptions,
)

State = Callable[[Deployment], Any]


def _by_ticket(deployment: Deployment) -> Any:
    issued(deployment, ANOTHER_CODE)
    return redeem(deployment, ANOTHER_CODE)


def _by_ticket_running(deployment: Deployment) -> Any:
    return deployment.start(_by_ticket(deployment))


def _awaiting(deployment: Deployment) -> Any:
    return deployment.create("s1")


def _ready_by_hold(deployment: Deployment) -> Any:
    return deployment.paid("s1")


def _running_by_hold(deployment: Deployment) -> Any:
    return deployment.started("s1")


def _ended_with_unpaid_extension(deployment: Deployment) -> Any:
    hold = deployment.started("s1")
    deployment.create("s1")
    deployment.end(hold)


def _ticket_chat_ended_with_unpaid_extension(deployment: Deployment) -> Any:
    running = _by_ticket_running(deployment)
    deployment.create("s1")
    deployment.end(running)


def _ended_with_leaving_extension(deployment: Deployment) -> Any:
    """The extension is paid and has not begun when the chat ends; its release can't be had from Stripe yet."""
    hold = deployment.started("s1")
    deployment.pay(deployment.create("s1"))
    deployment.deliver()
    break_stripe(deployment, "cancel")
    deployment.end(hold)


def _renewed_and_awaiting(deployment: Deployment) -> Any:
    deployment.end(deployment.started("s1"))
    return deployment.create("s1")


SESSIONS: Final[tuple[tuple[State, str, str, Code], ...]] = (
    (_by_ticket, STRANGER, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_by_ticket, CONSULTANT, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_by_ticket, PAYER, "another", Code.INVALID_ARGUMENT),
    (_by_ticket, PAYER, CONSULTANT, Code.SESSION_IN_PROGRESS),
    (_by_ticket_running, STRANGER, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_by_ticket_running, PAYER, CONSULTANT, Code.SESSION_IN_PROGRESS),
    (_awaiting, PAYER, CONSULTANT, Code.PAYMENT_OPEN),
    (_awaiting, STRANGER, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_ready_by_hold, PAYER, CONSULTANT, Code.SESSION_IN_PROGRESS),
    (_running_by_hold, PAYER, CONSULTANT, Code.SESSION_IN_PROGRESS),
    (_ended_with_unpaid_extension, PAYER, CONSULTANT, Code.PAYMENT_OPEN),
    (_ticket_chat_ended_with_unpaid_extension, PAYER, CONSULTANT, Code.PAYMENT_OPEN),
    (_ended_with_leaving_extension, PAYER, CONSULTANT, Code.PAYMENT_OPEN),
    (_renewed_and_awaiting, PAYER, CONSULTANT, Code.PAYMENT_OPEN),
)


@pytest.mark.parametrize(
    ("state", "by", "consultant", "code"), SESSIONS, ids=lambda value: getattr(value, "__name__", str(value)).strip("_")
)
def test_a_session_that_no_code_opens_refuses_it_and_nothing_changes(
    deployment: Deployment, state: State, by: str, consultant: str, code: Code
) -> None:
    """A ticket never lands on an open payment, and takes no use where it opens nothing."""
    deployment.db.document("consultants/another").set({"displayName": "別", "active": True})
    issued(deployment)
    state(deployment)
    before = deployment.everything()

    assert refused(redeem, deployment, CODE, user_id=by, consultant_id=consultant) is code

    assert deployment.everything() == before


@pytest.mark.parametrize("consultant", ["nobody", "resting", PAYER])
def test_a_consultant_who_is_not_there_takes_no_ticket(deployment: Deployment, consultant: str) -> None:
    deployment.db.document("consultants/resting").set({"displayName": "休み", "active": False})
    deployment.db.document(f"consultants/{PAYER}").set({"displayName": "自分", "active": True})
    issued(deployment)
    before = deployment.everything()

    assert refused(redeem, deployment, CODE, consultant_id=consultant) is Code.CONSULTANT_UNAVAILABLE

    assert deployment.everything() == before


def test_a_payment_never_lands_on_an_open_ticket(deployment: Deployment) -> None:
    """The other way round: what a ticket has opened is not held for, too."""
    issued(deployment)
    redeem(deployment, CODE)

    assert refused(deployment.create, "s1") is Code.SESSION_IN_PROGRESS
    assert deployment.control.requests() == []


def test_a_ticket_opens_a_session_again_once_its_unpaid_extension_is_gone(deployment: Deployment) -> None:
    issued(deployment)
    hold = deployment.started("s1")
    extension = deployment.create("s1")
    deployment.end(hold)
    deployment.cancel(extension.hold)

    again = redeem(deployment, CODE)

    assert (again.status, again.source, again.attempt) == (SessionStatus.READY, Source.TICKET, 3)
    assert again.next is None
    assert list(redemptions(deployment)) == ["s1:3"]
