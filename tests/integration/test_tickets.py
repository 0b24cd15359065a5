"""Door A, whole (H-01, H-02): a code opens a chat, and nothing is paid."""

from __future__ import annotations

from datetime import timedelta

from payments.domain.chat.records import Source
from payments.domain.chat.states import SessionStatus
from tests.integration.deployment import CONSULTANT, PAYER, Deployment
from tests.integration.ticket_steps import (
    CODE,
    document,
    issued,
    redeem,
    redemptions,
    remaining,
)

MINUTE = timedelta(minutes=1)


def test_a_code_opens_a_chat_that_starts_and_ends_and_stripe_is_never_asked(deployment: Deployment) -> None:
    """H-01, H-02: a ticket's chat is ready at once, and nothing is to be paid at its end."""
    issued(deployment)

    ready = redeem(deployment, CODE)
    running = deployment.start(ready)
    ended = deployment.end(ready)

    assert (ready.status, ready.source, ready.intent_id, ready.amount) == (SessionStatus.READY, Source.TICKET, None, 0)
    assert running.status is SessionStatus.ACTIVE
    assert running.started_at is not None
    assert running.expires_at == running.started_at + 30 * MINUTE
    assert (ended.session.status, ended.payment) == (SessionStatus.ENDED, "none")
    assert deployment.control.requests() == []
    assert deployment.holds() == {}


def test_one_commit_takes_one_use_and_says_what_it_was_for(deployment: Deployment) -> None:
    """H-02."""
    issued(deployment, remaining=3)

    redeem(deployment, CODE)

    assert remaining(deployment) == 2
    [(redemption_id, redemption)] = redemptions(deployment).items()
    assert redemption_id == "s1:1"
    assert (redemption["code"], redemption["userId"]) == (CODE, PAYER)
    assert redemption["at"] == deployment.db.document("sessions/s1").get().get("createdAt")
    assert document(deployment, "sessions/s1")["participants"] == [PAYER, CONSULTANT]
