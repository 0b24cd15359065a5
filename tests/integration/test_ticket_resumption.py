"""A chat goes on in the same room by either door (H-10), and what is left of the one before does no harm."""

from __future__ import annotations

import pytest

from payments.chat import hold_card
from payments.domain.chat.records import CancelReason, Source
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.call_recorder import Killed, Wire
from tests.integration.deployment import GOOD_CARD, Deployment
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe
from tests.integration.ticket_steps import (
    CODE,
    issued,
    redeem,
)


def test_a_ticket_after_an_end_does_not_stop_the_capture_that_stripe_could_not_take_yet(deployment: Deployment) -> None:
    """H-09, H-10: the used hold is captured though its session has moved on to a chat that costs nothing."""
    issued(deployment)
    hold = deployment.started("s1")
    break_stripe(deployment, "capture")
    assert deployment.end(hold).payment == "pending"
    deployment.control.clear_faults()

    deployment.start(redeem(deployment, CODE))
    deployment.pass_time(minutes=5)
    deployment.sweep()

    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    session = deployment.session("s1")
    assert (session.status, session.source, session.attempt) == (SessionStatus.ACTIVE, Source.TICKET, 2)


@pytest.mark.parametrize("is_reversed", [False, True], ids=["in order", "out of order"])
def test_what_the_webhooks_say_late_of_a_canceled_hold_leaves_the_tickets_chat_alone(
    deployment: Deployment, *, is_reversed: bool
) -> None:
    """All that happened to the card is heard only when the ticket's chat runs."""
    issued(deployment)
    created = deployment.create("s1")
    deployment.pay(created)
    deployment.cancel(created.hold)
    running = deployment.start(redeem(deployment, CODE))

    news = deployment.news()
    for body in news[::-1] if is_reversed else news:
        deployment.receive(body)
    deployment.sweep()

    assert deployment.session("s1") == running
    assert deployment.intent(created.hold.id).status == "canceled"
    deployment.sweep_for(2, every=0.5)
    check_promise(deployment)


def test_a_payment_that_comes_after_the_ticket_is_let_go(deployment: Deployment) -> None:
    """The create died before its answer was on record; its card is authorized once a ticket has opened the chat."""
    issued(deployment)
    with pytest.raises(Killed):
        hold_card.create(Wire(3).deps(deployment.deps, deployment.db).chat, deployment.ask("s1"))
    deployment.pass_time(minutes=11)
    deployment.sweep()
    ready = redeem(deployment, CODE)

    [lost] = deployment.intents().values()
    deployment.control.pay(str(lost.client_secret), card=GOOD_CARD)
    deployment.deliver()
    deployment.sweep()

    assert deployment.session("s1") == ready
    assert deployment.intent(lost.id).status == "canceled"
    assert deployment.hold(lost.id).cancel_reason is CancelReason.SUPERSEDED
