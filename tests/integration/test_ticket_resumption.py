"""A chat goes on in the same room by either door (H-10), and what is left of the one before does no harm."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.chat import hold_card
from payments.domain.chat.records import CancelReason, Source
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.call_recorder import Killed, Wire
from tests.integration.deployment import GOOD_CARD, Deployment
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe
from tests.integration.ticket_steps import (
    ANOTHER_CODE,
    CODE,
    issued,
    redeem,
    redemptions,
    remaining,
)


def test_a_tickets_chat_goes_on_with_another_ticket_in_the_same_room(deployment: Deployment) -> None:
    """H-10."""
    issued(deployment, minutes=10)
    issued(deployment, ANOTHER_CODE, minutes=20)
    deployment.end(deployment.start(redeem(deployment, CODE)))

    again = redeem(deployment, ANOTHER_CODE)
    running = deployment.start(again)

    assert (again.id, again.attempt, again.status) == ("s1", 2, SessionStatus.READY)
    assert (again.started_at, again.expires_at, again.ended_at, again.ended_by) == (None, None, None, None)
    assert running.started_at is not None
    assert running.expires_at == running.started_at + timedelta(minutes=20)
    assert {name: r["code"] for name, r in redemptions(deployment).items()} == {"s1:1": CODE, "s1:2": ANOTHER_CODE}


def test_a_code_with_two_uses_is_good_for_the_same_room_twice(deployment: Deployment) -> None:
    """H-10: after the end the same code is a new redemption, not a repeat of the old one."""
    issued(deployment, remaining=2)
    deployment.end(deployment.start(redeem(deployment, CODE)))

    again = redeem(deployment, CODE)

    assert (again.attempt, again.status, remaining(deployment)) == (2, SessionStatus.READY, 0)


def test_a_tickets_chat_goes_on_with_a_hold_in_the_same_room(deployment: Deployment) -> None:
    """H-10: attempt 2, paid, with a new clock."""
    issued(deployment)
    deployment.end(deployment.start(redeem(deployment, CODE)))

    hold = deployment.started("s1")
    ended = deployment.end(hold)

    session = deployment.session("s1")
    assert (session.attempt, session.source, session.intent_id) == (2, Source.PAYMENT, hold.id)
    assert (hold.attempt, session.amount, ended.payment) == (2, 5000, "captured")
    assert list(redemptions(deployment)) == ["s1:1"]
    check_promise(deployment)


def test_a_paid_chat_goes_on_with_a_ticket_in_the_same_room(deployment: Deployment) -> None:
    """H-10: the hold of the first half is captured, the second half costs nothing."""
    issued(deployment, minutes=20)
    hold = deployment.started("s1")
    deployment.end(hold)
    deployment.control.clear_requests()

    again = redeem(deployment, CODE)
    running = deployment.start(again)
    ended = deployment.end(again)

    assert (again.attempt, again.source, again.intent_id) == (2, Source.TICKET, None)
    assert (again.amount, running.minutes, ended.payment) == (0, 20, "none")
    assert deployment.control.requests() == []
    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    deployment.deliver()
    check_promise(deployment)


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


def test_a_canceled_session_opens_by_a_ticket(deployment: Deployment) -> None:
    """The person lets the hold go and types a code instead."""
    issued(deployment)
    hold = deployment.cancel(deployment.paid("s1"))

    again = redeem(deployment, CODE)

    assert (again.status, again.attempt, again.source, again.intent_id) == (
        SessionStatus.READY,
        2,
        Source.TICKET,
        None,
    )
    deployment.deliver()
    assert deployment.session("s1") == again
    assert deployment.hold(hold.id).status is HoldStatus.CANCELED
    deployment.end(deployment.start(again))
    check_promise(deployment)


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
