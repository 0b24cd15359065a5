"""The extension table, cell by cell, through the use cases, the webhook and the sweep (design 4).

Each cell is reached and left as people, Stripe and time do it, and what is then on record is what the table says.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.extension import next_status
from payments.domain.chat.records import CancelReason, ChatSession, Hold
from payments.domain.chat.states import EXTENSION, Effect, NextEvent, NextStatus, Refuse, SessionStatus, To
from tests.integration.deployment import Deployment
from tests.integration.extending import PERIOD
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe, claimed_cancel_of_extension

S, N, E = SessionStatus, NextStatus, NextEvent
CODE: Final = "WXYZ23456789"


def _asked(deployment: Deployment) -> Hold:
    return deployment.create(deployment.started("s1").session_id).hold


def _ended(deployment: Deployment, second: Hold) -> Hold:
    deployment.end(second)
    return second


STATES: Final[Mapping[tuple[SessionStatus, NextStatus], Callable[[Deployment], Hold]]] = {
    (S.ACTIVE, N.NONE): lambda deployment: deployment.started("s1"),
    (S.ACTIVE, N.CREATED): _asked,
    (S.ACTIVE, N.PAID): lambda deployment: deployment.extend(deployment.started("s1")),
    (S.ACTIVE, N.LEAVING): lambda deployment: claimed_cancel_of_extension(deployment, "s1"),
    (S.ENDED, N.CREATED): lambda deployment: _ended(deployment, _asked(deployment)),
    (S.ENDED, N.LEAVING): lambda deployment: _ended(deployment, deployment.extend(deployment.started("s1"))),
}


def _pay(deployment: Deployment, hold: Hold) -> None:
    """A first authorization, or word of it again in an event of its own."""
    if deployment.intent(hold.id).status == "requires_payment_method":
        deployment.pay(deployment.create("s1"))
    [held] = [e for e in deployment.events() if e["type"].endswith("capturable_updated") and _is_about(e, hold)]
    deployment.receive({**held, "id": f"evt_{uuid.uuid4().hex}"})


def _is_about(event: Mapping[str, Any], hold: Hold) -> bool:
    return bool(event["data"]["object"]["id"] == hold.id)


def _begin(deployment: Deployment, _: Hold) -> None:
    deployment.pass_time(minutes=31, seconds=1)
    deployment.sweep()


def _cancel(deployment: Deployment, hold: Hold) -> None:
    """The claim alone: Stripe can't be reached. A claim that has died is taken over."""
    break_stripe(deployment, "cancel")
    deployment.pass_time(minutes=3)
    deployment.cancel(hold)


def _release(deployment: Deployment, hold: Hold) -> None:
    deployment.sdk.v1.payment_intents.cancel(hold.id)
    deployment.deliver(lambda event: _is_about(event, hold))


EVENTS: Final[Mapping[NextEvent, Callable[[Deployment, Hold], Any]]] = {
    E.HOLD_REQUESTED: lambda deployment, _: deployment.create("s1"),
    E.PAID: _pay,
    E.BEGIN: _begin,
    E.CANCEL: _cancel,
    E.RELEASED: _release,
    E.END: lambda deployment, hold: deployment.end(hold),
    E.TICKET: lambda deployment, _: deployment.redeem(CODE, "s1"),
}


def _same_clock(before: ChatSession, after: ChatSession, _: Hold) -> bool:
    return (after.expires_at, after.intent_id) == (before.expires_at, before.intent_id)


def _became_current(before: ChatSession, after: ChatSession, hold: Hold) -> bool:
    is_current = (after.intent_id, after.attempt) == (hold.id, before.next.attempt if before.next else None)
    return is_current and after.status is (S.ACTIVE if before.status is S.ACTIVE else S.READY)


def _moved_by(periods: int) -> Callable[[ChatSession, ChatSession, Hold], bool]:
    def check(before: ChatSession, after: ChatSession, _: Hold) -> bool:
        moved = before.expires_at and after.expires_at and after.expires_at - before.expires_at
        return moved == periods * PERIOD

    return check


EFFECTS: Final[Mapping[Effect, Callable[[ChatSession, ChatSession, Hold], bool]]] = {
    Effect.NONE: _same_clock,
    Effect.NEW_ATTEMPT: lambda before, after, _: after.next is not None and after.next.attempt == before.attempt + 1,
    Effect.PROLONG: _moved_by(1),
    Effect.SHORTEN: _moved_by(-1),
    Effect.SCHEDULE_CANCEL: lambda _, after, hold: (after.status, hold.cancel_reason) == (S.ENDED, CancelReason.UNUSED),
    Effect.BECOME_CURRENT: _became_current,
}

CELLS: Final = [
    pytest.param(status, stands, event, step, id=f"{status}-{stands}-{event}")
    for status, rows in EXTENSION.items()
    for stands, row in rows.items()
    for event, step in row.items()
]


def _stands(deployment: Deployment) -> NextStatus:
    session = deployment.session("s1")
    return next_status(session, deployment.hold(session.next_intent_id) if session.next_intent_id else None)


@pytest.mark.parametrize(("status", "stands", "event", "step"), CELLS)
def test_each_cell_of_the_table_is_what_happens(
    deployment: Deployment, status: SessionStatus, stands: NextStatus, event: NextEvent, step: To[NextStatus] | Refuse
) -> None:
    hold = STATES[status, stands](deployment)
    deployment.ticket(CODE)
    before, documents = deployment.session("s1"), deployment.everything()
    assert (before.status, _stands(deployment)) == (status, stands)

    code = None
    try:
        EVENTS[event](deployment, hold)
    except Refusal as refusal:
        code = refusal.code

    if isinstance(step, Refuse):
        assert code is step.code
        assert deployment.everything() == documents
    else:
        assert code in (None, Code.PAYMENT_UNAVAILABLE)
        assert _stands(deployment) is step.target
        assert EFFECTS[step.effect](before, deployment.session("s1"), deployment.hold(hold.id))
    deployment.control.clear_faults()
    deployment.sweep_for(1.25, every=0.25)
    deployment.sweep_for(80, every=20)
    check_promise(deployment)
