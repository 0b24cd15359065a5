"""Chats that an app has deleted with a person's account: what is held on their card ends all the same (H-11)."""

from __future__ import annotations

from payments.domain.chat.states import HoldStatus
from tests.integration.deployment import Deployment
from tests.integration.extending import extended


def test_an_unused_hold_whose_chat_was_deleted_is_let_go_at_72_hours(deployment: Deployment) -> None:
    """A hold is decided on by its own fields: without the sweep the card would stay blocked up to thirty days."""
    hold = deployment.paid("s1")
    deployment.db.document("sessions/s1").delete()

    deployment.sweep_for(80, every=8)

    assert deployment.intent(hold.id).status == "canceled"
    assert deployment.hold(hold.id).status is HoldStatus.CANCELED
    assert not deployment.db.document("sessions/s1").get().exists


def test_a_used_hold_whose_chat_was_deleted_is_captured_and_its_extension_let_go(deployment: Deployment) -> None:
    """The time of the first was given; that of the second has not begun, and nobody can have it any more."""
    chat = extended(deployment, "s1")
    deployment.db.document("sessions/s1").delete()

    deployment.sweep_for(1, every=0.25)

    assert deployment.hold(chat.first.id).status is HoldStatus.CAPTURED
    assert deployment.hold(chat.second.id).status is HoldStatus.CANCELED
    assert [deployment.intent(hold.id).status for hold in (chat.first, chat.second)] == ["succeeded", "canceled"]


def test_a_hold_whose_chat_was_deleted_comes_to_rest_once_it_is_released_by_hand(deployment: Deployment) -> None:
    """What the log asks for is done: the record follows, and the sweep has nothing to say of it any more."""
    hold = deployment.paid("s1")
    deployment.db.document("sessions/s1").delete()
    deployment.sdk.v1.payment_intents.cancel(hold.id)

    deployment.deliver()
    deployment.pass_time(hours=73)
    deployment.sweep()
    report = deployment.sweep()

    assert deployment.hold(hold.id).status is HoldStatus.CANCELED
    assert (report.done, report.oldest_due) == ({}, None)
