"""Whole lives of holds (design 1), drawn by Hypothesis: people, issuers, webhooks, sweeps, and deaths in between.

The promise is checked after every step, and at the end of every life, when only the sweep is left to finish it.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from payments import holds, sweep
from payments.domain.observed import Money
from payments.domain.records import Alert, AlertKind, CancelReason, Hold, Operation, Session
from payments.domain.refusals import Code, Refusal
from payments.domain.states import HoldStatus, SessionStatus
from payments.ports import Ref
from tests.unit.builders import an_ask
from tests.unit.lives import People
from tests.unit.memory_stripe import until
from tests.unit.scene import PAYER
from tests.unit.words import FINAL

#: More than any hold can take, at one look an hour for 72 hours and a few.
MOST_SWEEPS = 500


class Lives(People):
    """The promise."""

    @invariant()
    def what_is_over_is_never_left(self) -> None:
        for hold in self.holds():
            before = self.before.get(hold.id, hold)
            assert before.status not in FINAL or hold.status is before.status
            assert before.started_at in (None, hold.started_at), "the use of a hold is recorded for good"
            assert hold.operation_attempt >= before.operation_attempt
        self.before = {hold.id: hold for hold in self.holds()}

    @invariant()
    def nothing_with_money_in_flight_is_without_a_deadline(self) -> None:
        for hold in self.holds():
            assert hold.due_at is not None or (hold.status in FINAL and hold.operation is None)
        for session in self.store.all(Session):
            is_waiting = session.status is SessionStatus.AWAITING_PAYMENT and session.intent_id is None
            is_running = session.status is SessionStatus.ACTIVE
            assert (session.due_at is not None) is (is_waiting or is_running)

    @invariant()
    def an_operation_is_only_where_it_may_be(self) -> None:
        for hold in self.holds():
            is_capture, is_cancel = hold.operation is Operation.CAPTURE, hold.operation is Operation.CANCEL
            assert not is_capture or (hold.status is HoldStatus.REQUIRES_CAPTURE and hold.started_at is not None)
            assert not is_cancel or hold.cancel_reason is not None
            assert (hold.operation is None) is (hold.operation_at is None)

    @invariant()
    def a_session_and_its_hold_agree(self) -> None:
        for session in self.store.all(Session):
            hold = self.hold(session.intent_id)
            if session.status in (SessionStatus.READY, SessionStatus.ACTIVE):
                assert hold is not None
                assert hold.status in (HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED)
                assert (hold.started_at is not None) is (session.status is SessionStatus.ACTIVE)

    @invariant()
    def nobody_is_charged_for_a_chat_that_did_not_start(self) -> None:
        for intent in self.stripe.intents.values():
            hold = self.hold(intent.id)
            assert intent.money is not Money.CAPTURED or (hold is not None and hold.started_at is not None)

    # --- and at the end of a life

    def teardown(self) -> None:
        """People go home, what was broken is whole again, no webhook comes any more: the sweep finishes everything."""
        self.stripe.faults, self.stripe.deaf, self.stripe.meanwhile, self.store.deaths = [], 0, [], []
        for _ in range(MOST_SWEEPS):
            due = [r.due_at for r in [*self.holds(), *self.store.all(Session)] if r.due_at is not None]
            if not due:
                break
            until(self.clock, min(due))
            sweep.run(self.deps)
            self.what_is_over_is_never_left()
            self.nobody_is_charged_for_a_chat_that_did_not_start()
        self._check_the_end()

    def _check_the_end(self) -> None:
        for hold in self.holds():
            intent = self.stripe.intents[hold.id]
            assert hold.status in FINAL, "every hold ends"
            assert (hold.status is HoldStatus.CAPTURED) is (intent.money is Money.CAPTURED), "Stripe and record agree"
            assert hold.amount_captured == (hold.amount if hold.status is HoldStatus.CAPTURED else 0)
            if hold.started_at is not None and hold.status is HoldStatus.CANCELED:
                self._check_unpaid(hold)
        for intent in self.stripe.intents.values():
            assert self.stripe._current(intent.id).money is not Money.HELD, "nobody's money is kept"
        assert {s.status for s in self.store.all(Session)} <= {SessionStatus.ENDED, SessionStatus.CANCELED}
        unexpected = {AlertKind.CONTRADICTION, AlertKind.AMOUNT_DIFFERS, AlertKind.CAPTURED_UNUSED}
        assert not [alert for alert in self.store.all(Alert) if alert.kind in unexpected]

    def _check_unpaid(self, hold: Hold) -> None:
        """A chat that nobody paid for: let go by its consultant, or by others, and then a person knows of it."""
        intent = self.stripe.intents[hold.id]
        is_known = Ref(Alert, f"{AlertKind.USED_BUT_UNPAID}:{hold.id}") in self.store.found
        is_lost = intent.is_refused or intent.is_let_go_outside
        assert hold.id in self.gifts or (is_lost and is_known)


@pytest.fixture
def one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep's threads run one after the other: Hypothesis needs the same life to come out the same twice."""
    monkeypatch.setattr(sweep, "WORKERS", 1)


def test_whatever_happens_every_hold_ends_and_nobody_pays_for_nothing_or_twice(one_worker: None) -> None:
    """H-09, H-11, H-15, H-16, H-18."""
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_promise_is_checked_on_lives_in_which_people_chat_and_pay(one_worker: None) -> None:
    """A walk by hand through the same machine: a property that never met money would prove nothing."""
    life = Lives()
    sheet = life.ask("s1")
    assert isinstance(sheet, str)
    life.pay_and_start(sheet)
    life.refuse_captures(sheet)
    life.end("s1", PAYER)

    life.teardown()

    hold = life.hold(sheet)
    assert hold is not None
    assert (hold.status, hold.cancel_reason) == (HoldStatus.CANCELED, CancelReason.UNCOLLECTED)
    assert [alert.kind for alert in life.store.all(Alert)] == [AlertKind.USED_BUT_UNPAID]
    assert life.session("s1").status is SessionStatus.ENDED  # type: ignore[union-attr]
    with pytest.raises(Refusal) as refused:
        holds.create(life.deps, an_ask(session_id="s1"))
    assert refused.value.code is Code.PREVIOUS_UNPAID
