"""Whole lives of holds (design 1), drawn by Hypothesis: people, issuers, webhooks, sweeps, and deaths in between.

The promise is checked after every step, and at the end of every life, when only the sweep is left to finish it.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from payments.chat import hold_card
from payments.core.alerts import Alert, AlertKind
from payments.core.refusals import Code, Refusal
from payments.core.store import Ref
from payments.domain.chat.deadlines import session_due_at
from payments.domain.chat.extension import next_status
from payments.domain.chat.notifications import Notification, NotificationKind
from payments.domain.chat.records import CancelReason, ChatSession, Hold, Operation, Source
from payments.domain.chat.states import EXTENSION, HoldStatus, NextStatus, SessionStatus
from payments.domain.chat.tickets import Redemption, Ticket
from payments.jobs import sweep
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_request
from tests.unit.constants import HOUR, MINUTE, NOW, PAYER
from tests.unit.failures import Mishaps
from tests.unit.lives import TICKETS
from tests.unit.memory_stripe import until
from tests.unit.short_names import FINAL

OVER = {SessionStatus.ENDED, SessionStatus.CANCELED}
#: More than any hold can take, at one look an hour for 72 hours and a few.
MOST_SWEEPS = 500


class Lives(Mishaps):
    """The promise."""

    @invariant()
    def what_is_over_is_never_left(self) -> None:
        for hold in self.holds():
            before = self.before.get(hold.id, hold)
            assert before.status not in FINAL or hold.status is before.status
            assert before.started_at in (None, hold.started_at), "the use of a hold is recorded for good"
            assert hold.operation_try >= before.operation_try
        self.before = {hold.id: hold for hold in self.holds()}

    @invariant()
    def nothing_with_money_in_flight_is_without_a_deadline(self) -> None:
        for hold in self.holds():
            assert hold.due_at is not None or (hold.status in FINAL and hold.operation is None)
            assert hold.due_at is None or hold.status not in FINAL or self._is_open_though_over(hold)
        for session in self.store.all(ChatSession):
            is_waiting = session.status is SessionStatus.AWAITING_PAYMENT and session.intent_id is None
            assert is_waiting is (session.due_at is not None) or session.due_at == session_due_at(session)

    def _is_open_though_over(self, hold: Hold) -> bool:
        """Charged by hand and not used yet; or said to be held after its release, which a late webhook says too."""
        is_next = hold.id in {session.next_intent_id for session in self.store.all(ChatSession)}
        return is_next if hold.status is HoldStatus.CAPTURED else hold.cancel_reason is not None

    @invariant()
    def an_operation_is_only_where_it_may_be(self) -> None:
        for hold in self.holds():
            is_capture, is_cancel = hold.operation is Operation.CAPTURE, hold.operation is Operation.CANCEL
            assert not is_capture or (hold.status is HoldStatus.REQUIRES_CAPTURE and hold.started_at is not None)
            assert not is_cancel or hold.cancel_reason is not None
            assert (hold.operation is None) is (hold.operation_at is None)

    @invariant()
    def a_session_and_its_hold_agree(self) -> None:
        for session in self.store.all(ChatSession):
            hold = self.hold(session.intent_id)
            is_open = session.status in (SessionStatus.READY, SessionStatus.ACTIVE)
            if is_open and session.source is Source.TICKET:
                assert (hold, session.amount) == (None, 0)
            elif is_open:
                assert hold is not None
                assert hold.status in (HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED)
                assert (hold.started_at is not None) is (session.status is SessionStatus.ACTIVE)

    @invariant()
    def a_chat_has_a_whole_extension_or_none(self) -> None:
        for session in self.store.all(ChatSession):
            hold = self.hold(session.next_intent_id)
            assert session.next_intent_id is None or (hold is not None and hold.attempt == session.last_attempt)
            assert session.next is None or next_status(session, hold) in EXTENSION[session.status]

    @invariant()
    def there_are_never_two_open_holds_for_one_period(self) -> None:
        """Open is what may still be paid or used; what is superseded is due now, to be canceled."""
        for session in self.store.all(ChatSession):
            is_waiting = session.status in (SessionStatus.AWAITING_PAYMENT, SessionStatus.READY)
            wanted = {session.next_intent_id, session.intent_id if is_waiting else None}
            unused = [h for h in self.holds() if h.session_id == session.id and h.started_at is None]
            assert {h.id for h in unused if h.is_idle and h.status not in FINAL} <= wanted
            assert None in wanted, "one period, two holds"

    @invariant()
    def each_period_of_a_running_chat_is_paid_by_one_hold_or_ticket(self) -> None:
        for session in self.store.all(ChatSession):
            if session.status is not SessionStatus.ACTIVE:
                continue
            current, later = self.hold(session.intent_id), self.hold(session.next_intent_id)
            is_extended = next_status(session, later) is NextStatus.PAID
            assert session.started_at is not None
            first_ends = session.started_at + timedelta(minutes=session.minutes)
            if current is not None:
                assert (current.started_at, current.ends_at) == (session.started_at, first_ends)
            if later is not None and is_extended:
                assert later.starts_at is not None
                assert (first_ends <= later.starts_at, later.ends_at) == (True, session.expires_at)
            else:
                # Time that was paid late and given back began after the first had ended, and is over.
                assert session.expires_at is not None
                assert session.expires_at == first_ends or first_ends <= session.expires_at <= self.clock()

    @invariant()
    def nobody_is_charged_twice_for_the_same_minutes(self) -> None:
        for session in self.store.all(ChatSession):
            used = [h for h in self.holds() if h.session_id == session.id and h.started_at is not None]
            paid = [(h.started_at, h.ends_at) for h in used if h.ends_at and h.status is not HoldStatus.CANCELED]
            assert all(ends <= starts for (_, ends), (starts, _) in pairwise(sorted(paid)) if starts)

    @invariant()
    def every_use_of_a_ticket_has_opened_one_chat(self) -> None:
        for ticket in self.store.all(Ticket):
            redeemed = [r for r in self.store.all(Redemption) if r.code == ticket.id]
            assert ticket.remaining + len(redeemed) == TICKETS[ticket.id]
            assert ticket.remaining >= 0

    @invariant()
    def nobody_is_told_the_same_thing_twice(self) -> None:
        assert self.store.retold == []

    @invariant()
    def nobody_is_charged_for_a_chat_that_did_not_start(self) -> None:
        for intent in self.stripe.intents.values():
            hold = self.hold(intent.id)
            is_used = hold is not None and hold.started_at is not None
            assert intent.status is not IntentStatus.CAPTURED or intent.is_taken_by_hand or is_used

    # --- and at the end of a life

    def teardown(self) -> None:
        """People go home, what was broken is whole again, no webhook comes any more: the sweep finishes everything."""
        self.stripe.faults, self.stripe.deaf, self.stripe.meanwhile, self.store.deaths = [], 0, [], []
        for _ in range(MOST_SWEEPS):
            due = [r.due_at for r in [*self.holds(), *self.store.all(ChatSession)] if r.due_at is not None]
            if not due:
                break
            until(self.clock, min(due))
            assert not sweep.run(self.deps).done["failed"]
            self.what_is_over_is_never_left()
            self.nobody_is_charged_for_a_chat_that_did_not_start()
        self._check_the_end()

    def _check_the_end(self) -> None:
        for hold in self.holds():
            intent = self.stripe.intents[hold.id]
            assert hold.status in FINAL, "every hold ends"
            assert (hold.status is HoldStatus.CAPTURED) is (intent.status is IntentStatus.CAPTURED), (
                "Stripe and record agree"
            )
            assert hold.amount_captured == (hold.amount if hold.status is HoldStatus.CAPTURED else 0)
            if hold.started_at is not None and hold.status is HoldStatus.CANCELED:
                self._check_unpaid(hold)
            if hold.started_at is None and hold.status is HoldStatus.CAPTURED:
                assert intent.is_taken_by_hand
                assert Ref(Alert, f"{AlertKind.CAPTURED_UNUSED}:{hold.id}") in self.store.found
        for intent in self.stripe.intents.values():
            assert self.stripe._current(intent.id).status is not IntentStatus.AUTHORIZED, "nobody's money is kept"
        for session in self.store.all(ChatSession):
            assert session.status in OVER or self._is_paid_for_and_waits(session)
            assert session.next is None, "what extends a chat begins or ends"
        unexpected = {AlertKind.CONTRADICTION, AlertKind.AMOUNT_DIFFERS}
        assert not [alert for alert in self.store.all(Alert) if alert.kind in unexpected]

    def _is_paid_for_and_waits(self, session: ChatSession) -> bool:
        """A chat that its payer may start on whatever day they like: by ticket, or charged by hand."""
        hold = self.hold(session.intent_id)
        is_charged = hold is not None and hold.status is HoldStatus.CAPTURED
        return session.status is SessionStatus.READY and (session.source is Source.TICKET or is_charged)

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
        hold_card.create(life.deps.chat, a_request(session_id="s1"))
    assert refused.value.code is Code.PREVIOUS_UNPAID


def test_the_promise_is_checked_on_lives_in_which_chats_are_extended(one_worker: None) -> None:
    """A ticket opens it, two holds extend it without a gap: one period after the other, each captured at its end."""
    life = Lives()
    life.redeem("s1", "AAAA2222", starts=True)
    sheets = []
    for _ in range(2):
        sheets.append(life.extend("s1"))
        life.pass_time(31 * MINUTE, sweeps=True)
        life.each_period_of_a_running_chat_is_paid_by_one_hold_or_ticket()

    life.teardown()

    assert [(hold.id, hold.status) for hold in life.holds()] == [(sheet, HoldStatus.CAPTURED) for sheet in sheets]
    assert [hold.started_at for hold in life.holds()] == [NOW + 30 * MINUTE, NOW + HOUR]
    session = life.session("s1")
    assert session is not None
    assert (session.status, session.attempt, session.expires_at) == (SessionStatus.ENDED, 3, NOW + 90 * MINUTE)
    told = [notice.kind for notice in life.store.all(Notification) if notice.user_id == PAYER]
    assert told == [
        NotificationKind.SESSION_READY,
        NotificationKind.SESSION_STARTED,
        NotificationKind.SESSION_EXTENDED,
        NotificationKind.SESSION_EXTENDED,
        NotificationKind.PAYMENT_CAPTURED,
        NotificationKind.ENDING_SOON,
        NotificationKind.SESSION_ENDED,
        NotificationKind.PAYMENT_CAPTURED,
    ]


def test_the_sweep_counts_an_extension_that_began_apart(one_worker: None) -> None:
    """Nothing is due on the hold once the chat runs on it, and nothing is done at Stripe."""
    life = Lives()
    life.redeem("s1", "AAAA2222", starts=True)
    life.extend("s1")
    life.pass_time(31 * MINUTE)

    assert sweep.run(life.deps).done == {"begin": 1}
