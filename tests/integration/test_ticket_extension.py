"""A chat opened by a ticket and extended by a hold (H-02, H-10): the ticket pays for its own minutes alone."""

from __future__ import annotations

from payments.domain.chat.records import Source
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import Deployment
from tests.integration.extending import PERIOD
from tests.integration.promise import check_promise

CODE = "WXYZ23456789"


def test_a_ticket_chat_is_extended_by_a_hold(deployment: Deployment) -> None:
    """H-02, H-10: the ticket pays for its own minutes, the hold for those after them."""
    deployment.ticket(CODE, minutes=10)
    chat = deployment.start(deployment.redeem(CODE, "s1"))

    second = deployment.extend(chat)
    before = deployment.session("s1")
    deployment.pass_time(minutes=11, seconds=1)
    deployment.sweep()
    begun = deployment.session("s1")
    deployment.pass_time(minutes=30)
    deployment.sweep()

    assert chat.expires_at is not None
    assert (before.source, before.intent_id, before.expires_at) == (Source.TICKET, None, chat.expires_at + PERIOD)
    assert (begun.source, begun.intent_id, begun.amount) == (Source.PAYMENT, second.id, 5000)
    assert [h.status for h in deployment.holds().values()] == [HoldStatus.CAPTURED]
    assert deployment.hold(second.id).started_at == chat.expires_at
    check_promise(deployment)


def test_a_ticket_chat_that_ends_early_never_charges_for_its_extension(deployment: Deployment) -> None:
    deployment.ticket(CODE)
    chat = deployment.start(deployment.redeem(CODE, "s1"))
    second = deployment.extend(chat)

    ended = deployment.end(chat)
    deployment.sweep()

    assert (ended.session.status, ended.payment) == (SessionStatus.ENDED, "none")
    assert deployment.intent(second.id).status == "canceled"
    assert deployment.asked("/capture") == []
    check_promise(deployment)


def test_a_ticket_chat_that_has_begun_its_extension_is_captured_when_it_ends(deployment: Deployment) -> None:
    deployment.ticket(CODE)
    chat = deployment.start(deployment.redeem(CODE, "s1"))
    second = deployment.extend(chat)
    deployment.pass_time(minutes=31, seconds=1)

    ended = deployment.end(chat)

    assert ended.payment == "captured"
    assert deployment.hold(second.id).status is HoldStatus.CAPTURED
    check_promise(deployment)
