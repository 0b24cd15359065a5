"""Facts and commands in any order, repeated, late and contradicting: what never breaks (design 4, 6, 7).

Unlike in `test_random_lives`, Stripe need not make sense here: whatever it says, these hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from payments.core.refusals import Refusal
from payments.domain.chat.apply_snapshot import apply_snapshot, learn_window
from payments.domain.chat.change import ChatChange
from payments.domain.chat.clock import start
from payments.domain.chat.due import claim_due
from payments.domain.chat.operations import begin_cancel, begin_capture, end_chat, on_key_spent, on_refused
from payments.domain.chat.records import CALLER_REASONS, CancelReason, ChatSession, Hold, Operation
from payments.domain.chat.requests import attempt_in_progress, new_attempt
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_hold, a_request, a_session, chat_at, seen
from tests.unit.constants import CONSULTANT, DAY, HOUR, MINUTE, NOW, PAYER
from tests.unit.short_names import FINAL

OPEN = {SessionStatus.READY, SessionStatus.ACTIVE}
PAID = {HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED}


@dataclass
class Life:
    """One hold and its session, and every claim that was ever made on the hold."""

    hold: Hold = field(default_factory=a_hold)
    session: ChatSession = field(default_factory=a_session)
    now: datetime = NOW
    claims: list[Hold] = field(default_factory=list)

    def apply(self, step: Step) -> None:
        before = self.hold
        try:
            moved = step(self)
        except Refusal:
            return
        self.session = moved.session
        self.hold = next((hold for hold in moved.holds if hold.id == self.hold.id), self.hold)
        if self.hold.operation is not None and self.hold.operation_at != before.operation_at:
            self.claims.append(self.hold)


Step = Callable[[Life], ChatChange]
PEOPLE = st.sampled_from([PAYER, CONSULTANT])


def fact(money: IntentStatus, ago: timedelta, amount: int, error_code: str | None) -> Step:
    received = amount if money is IntentStatus.CAPTURED else 0

    def step(life: Life) -> ChatChange:
        said = seen(money, at=life.now - ago, amount=amount, amount_received=received, error_code=error_code)
        return apply_snapshot(chat_at(life.now, life.session, life.hold), said)

    return step


def told(end: Callable[..., ChatChange], number: int) -> Step:
    """A process, late or not, tells how its claim came out."""

    def step(life: Life) -> ChatChange:
        if not life.claims:
            return ChatChange(life.session, (life.hold,))
        claimed = life.claims[number % len(life.claims)]
        return end(chat_at(life.now, life.session, life.hold), claimed)

    return step


def pass_time(by: timedelta) -> Step:
    def step(life: Life) -> ChatChange:
        life.now += by
        return ChatChange(life.session, (life.hold,))

    return step


def canceled_by(by: str, reason: CancelReason) -> Step:
    def step(life: Life) -> ChatChange:
        moved = begin_cancel(chat_at(life.now, life.session, life.hold), by, reason)
        assert by != PAYER or life.hold.started_at is None or life.hold.status is HoldStatus.CANCELED
        return moved

    return step


def again(life: Life) -> ChatChange:
    """The payer asks for another hold: the session moves on, and this hold is no longer the current one."""
    if attempt_in_progress(chat_at(life.now, life.session)) is not None:
        return ChatChange(life.session, (life.hold,))
    return ChatChange(new_attempt(chat_at(life.now, life.session, life.hold), a_request()).session, (life.hold,))


STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(
        fact,
        st.sampled_from(list(IntentStatus)),
        st.sampled_from([0 * MINUTE, MINUTE, DAY]),
        st.sampled_from([5000, 5000, 5000, 100]),
        st.sampled_from([None, "card_declined"]),
    ),
    st.builds(lambda: lambda life: start(chat_at(life.now, life.session, life.hold), PAYER)),
    st.builds(lambda by: lambda life: end_chat(chat_at(life.now, life.session, life.hold), by), PEOPLE),
    st.builds(lambda by: lambda life: begin_capture(chat_at(life.now, life.session, life.hold), by), PEOPLE),
    st.builds(canceled_by, PEOPLE, st.sampled_from(sorted(CALLER_REASONS))),
    st.builds(told, st.sampled_from([on_refused, on_key_spent]), st.integers(0, 5)),
    st.builds(lambda: lambda life: claim_due(chat_at(life.now, life.session, life.hold))),
    st.builds(
        lambda window: (
            lambda life: ChatChange(
                life.session, (learn_window(chat_at(life.now, a_session(), life.hold), NOW + window).hold,)
            )
        ),
        st.sampled_from([40 * HOUR, 7 * DAY, 30 * DAY]),
    ),
    st.builds(lambda: again),
    st.builds(pass_time, st.sampled_from([MINUTE, 3 * MINUTE, 31 * MINUTE, DAY, 73 * HOUR])),
)


def check(before: Hold, life: Life) -> None:
    hold, session = life.hold, life.session
    assert before.status not in FINAL or hold.status is before.status, "a terminal state was left"
    assert before.started_at in (None, hold.started_at), "the use of a hold was forgotten"
    assert hold.operation_try >= before.operation_try, "an old key would be used again"
    assert hold.due_at is not None or (hold.status in FINAL and hold.operation is None), "money without a deadline"
    assert hold.status is not HoldStatus.CAPTURED or hold.amount_captured > 0
    assert (hold.operation is None) is (hold.operation_at is None)
    _check_operation(hold)
    _check_session(hold, session)


def _check_operation(hold: Hold) -> None:
    if hold.operation is Operation.CAPTURE:
        assert hold.started_at is not None, "a capture was claimed for a chat that did not start"
        assert hold.status is HoldStatus.REQUIRES_CAPTURE
    if hold.operation is Operation.CANCEL:
        assert hold.cancel_reason is not None
        assert hold.status is not HoldStatus.CAPTURED


def _check_session(hold: Hold, session: ChatSession) -> None:
    is_current = session.intent_id == hold.id
    if is_current and session.status in OPEN:
        assert hold.status in PAID
        assert (hold.started_at is not None) is (session.status is SessionStatus.ACTIVE)
    if session.status is SessionStatus.ACTIVE or session.intent_id is None:
        assert session.due_at is not None


@given(st.lists(STEPS, max_size=25))
@settings(max_examples=200)
def test_whatever_comes_in_whatever_order_the_promises_hold(steps: list[Step]) -> None:
    life = Life()

    for step in steps:
        before, was = life.hold, life.session.status
        life.apply(step)
        check(before, life)
        if life.session.status is SessionStatus.READY and was is not SessionStatus.READY:
            assert life.hold.cancel_reason is None
            assert life.hold.status in PAID


@given(st.lists(STEPS, max_size=15), st.sampled_from(list(IntentStatus)), st.sampled_from([5000, 100]))
@settings(max_examples=100)
def test_the_same_observation_twice_changes_nothing_the_second_time(
    steps: list[Step], money: IntentStatus, amount: int
) -> None:
    """H-18: webhooks come twice, and the call's own answer says the same once more."""
    life = Life()
    for step in steps:
        life.apply(step)
    said = seen(money, at=life.now, amount=amount, amount_received=amount if money is IntentStatus.CAPTURED else 0)

    once = apply_snapshot(chat_at(life.now, life.session, life.hold), said)
    twice = apply_snapshot(chat_at(life.now, once.session, once.hold), said)

    assert (twice.hold, twice.session) == (once.hold, once.session)
    assert {alert.id for alert in twice.alerts} <= {alert.id for alert in once.alerts}
