"""Documents that are read in two steps, with somebody's commit between them: never an internal error (design 5)."""

from __future__ import annotations

from payments.chat import finish_hold
from payments.core.refusals import Refusal
from payments.domain.chat.records import CancelReason
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.call_recorder import Wire
from tests.integration.deployment import Deployment
from tests.integration.extending import extended


def test_a_cancel_that_reads_its_hold_before_the_chats_end_and_the_chat_after_it_is_decided_again(
    deployment: Deployment,
) -> None:
    """Together the two are in no table: a paid extension of a chat that has ended."""
    chat = extended(deployment, "s1", at_minute=0)
    ended: list[bool] = []

    def end_between(_: str) -> None:
        if wire.count("batch_get_documents") == 2 and not ended:
            ended.append(True)
            deployment.end(chat.first)

    wire = Wire(watcher=end_between)
    deps = wire.deps(deployment.deps, deployment.db)

    try:
        finish_hold.cancel(deps.chat, chat.second.user_id, chat.second.id, CancelReason.REQUESTED_BY_CUSTOMER)
    except Refusal as refusal:
        assert refusal.code == "busy"  # noqa: PT017 - one of two right answers

    assert ended
    deployment.pass_time(minutes=3)
    deployment.sweep()
    assert deployment.session("s1").status is SessionStatus.ENDED
    assert deployment.hold(chat.second.id).status is HoldStatus.CANCELED
    assert len(deployment.asked(f"{chat.second.id}/cancel", effect=True)) == 1
