"""Facts and commands in any order, repeated, late and contradicting: what never breaks (design 4, 6, 7).

Unlike in `test_lives`, Stripe need not make sense here: whatever it says, these hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from payments.core.refusals import Refusal
from payments.domain.chat.apply_snapshot import learn_window, observe
from payments.domain.chat.change import Moved
from payments.domain.chat.clock import start
from payments.domain.chat.due import take_up
from payments.domain.chat.operations import begin_cancel, begin_capture, end_chat, free, refuse
from payments.domain.chat.records import CALLER_REASONS, CancelReason, Hold, Operation, Session
from payments.domain.chat.requests import attempt_under_way, new_attempt
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.snapshots import Money
from tests.unit.builders import a_hold, a_session, an_ask, seen
from tests.unit.scene import CONSULTANT, DAY, HOUR, MINUTE, NOW, PAYER, TERMS
from tests.unit.words import FINAL

OPEN = {SessionStatus.READY, SessionStatus.ACTIVE}


@dataclass
class Life:
    """One hold and its session, and every claim that was ever made on the hold."""

    hold: Hold = field(default_factory=a_hold)
    session: Session = field(default_factory=a_session)
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


Step = Callable[[Life], Moved]
PEOPLE = st.sampled_from([PAYER, CONSULTANT])


def fact(money: Money, ago: timedelta, amount: int, error_code: str | None) -> Step:
    received = amount if money is Money.CAPTURED else 0

    def step(life: Life) -> Moved:
        said = seen(money, at=life.now - ago, amount=amount, amount_received=received, error_code=error_code)
        return observe(life.hold, life.session, said, life.now, TERMS)

    return step


def told(end: Callable[..., Moved], number: int) -> Step:
    """A process, late or not, tells how its claim came out."""

    def step(life: Life) -> Moved:
        if not life.claims:
            return Moved(life.session, (life.hold,))
        claimed = life.claims[number % len(life.claims)]
        return end(life.hold, life.session, claimed, life.now, TERMS)

    return step


def pass_time(by: timedelta) -> Step:
    def step(life: Life) -> Moved:
        life.now += by
        return Moved(life.session, (life.hold,))

    return step


def canceled_by(by: str, reason: CancelReason) -> Step:
    def step(life: Life) -> Moved:
        moved = begin_cancel(life.hold, life.session, by, reason, life.now)
        assert by != PAYER or life.hold.started_at is None or life.hold.status is HoldStatus.CANCELED
        return moved

    return step


def again(life: Life) -> Moved:
    """The payer asks for another hold: the session moves on, and this hold is no longer the current one."""
    if attempt_under_way(life.session, None, life.now) is not None:
        return Moved(life.session, (life.hold,))
    return Moved(new_attempt(life.session, [life.hold], an_ask(), life.now, TERMS), (life.hold,))


STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(
        fact,
        st.sampled_from(list(Money)),
        st.sampled_from([0 * MINUTE, MINUTE, DAY]),
        st.sampled_from([5000, 5000, 5000, 100]),
        st.sampled_from([None, "card_declined"]),
    ),
    st.builds(lambda: lambda life: start(life.session, life.hold, PAYER, life.now)),
    st.builds(lambda by: lambda life: end_chat(life.session, life.hold, by, life.now), PEOPLE),
    st.builds(lambda by: lambda life: begin_capture(life.hold, life.session, by, life.now), PEOPLE),
    st.builds(canceled_by, PEOPLE, st.sampled_from(sorted(CALLER_REASONS))),
    st.builds(told, st.sampled_from([refuse, free]), st.integers(0, 5)),
    st.builds(lambda: lambda life: take_up(life.hold, life.session, life.now, TERMS)[1]),
    st.builds(
        lambda window: lambda life: Moved(life.session, (learn_window(life.hold, NOW + window, life.now, TERMS),)),
        st.sampled_from([40 * HOUR, 7 * DAY, 30 * DAY]),
    ),
    st.builds(lambda: again),
    st.builds(pass_time, st.sampled_from([MINUTE, 3 * MINUTE, 31 * MINUTE, DAY, 73 * HOUR])),
)


def check(before: Hold, life: Life) -> None:
    hold, session = life.hold, life.session
    assert before.status not in FINAL or hold.status is before.status, "a terminal state was left"
    assert before.started_at in (None, hold.started_at), "the use of a hold was forgotten"
    assert hold.operation_attempt >= before.operation_attempt, "an old key would be used again"
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


def _check_session(hold: Hold, session: Session) -> None:
    is_current = session.intent_id == hold.id
    if is_current and session.status in OPEN:
        assert hold.status in (HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED)
        assert (hold.started_at is not None) is (session.status is SessionStatus.ACTIVE)
    if session.status is SessionStatus.ACTIVE or session.intent_id is None:
        assert session.due_at is not None


@given(st.lists(STEPS, max_size=25))
@settings(max_examples=200)
def test_whatever_comes_in_whatever_order_the_promises_hold(steps: list[Step]) -> None:
    life = Life()

    for step in steps:
        before = life.hold
        life.apply(step)
        check(before, life)


@given(st.lists(STEPS, max_size=15), st.sampled_from(list(Money)), st.sampled_from([5000, 100]))
@settings(max_examples=100)
def test_the_same_observation_twice_changes_nothing_the_second_time(
    steps: list[Step], money: Money, amount: int
) -> None:
    """H-18: webhooks come twice, and the call's own answer says the same once more."""
    life = Life()
    for step in steps:
        life.apply(step)
    said = seen(money, at=life.now, amount=amount, amount_received=amount if money is Money.CAPTURED else 0)

    once = observe(life.hold, life.session, said, life.now, TERMS)
    twice = observe(once.hold, once.session, said, life.now, TERMS)

    assert (twice.hold, twice.session) == (once.hold, once.session)
    assert {alert.id for alert in twice.alerts} <= {alert.id for alert in once.alerts}


@given(st.lists(STEPS, max_size=25))
@settings(max_examples=100)
def test_a_session_is_made_ready_only_by_money_that_is_good(steps: list[Step]) -> None:
    life = Life()

    for step in steps:
        was_ready = life.session.status is SessionStatus.READY
        life.apply(step)
        if life.session.status is SessionStatus.READY and not was_ready:
            assert life.hold.cancel_reason is None
            assert life.hold.status in (HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED)
