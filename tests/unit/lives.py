"""What people, issuers, webhooks, the sweep and failures do in the lives that `test_random_lives` draws.

The use cases are the real ones; the database and Stripe are in memory, so that thousands of lives fit into seconds.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, multiple, rule

from payments.chat import finish_hold, hold_card, redeem_ticket, start_and_end
from payments.core.refusals import Refusal
from payments.core.store import Found, Ref
from payments.domain.chat.records import CancelReason, ChatSession, Hold, Source
from payments.domain.chat.states import SessionStatus
from payments.domain.chat.tickets import Ticket, TicketRequest
from payments.jobs import sweep, webhook
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_request
from tests.unit.constants import CONSULTANT, HOUR, MINUTE, PAYER, SECOND
from tests.unit.memory_store import Died, MemoryStore
from tests.unit.memory_stripe import Clock, MemoryStripe, deps_in_memory

STEPS = [SECOND, 59 * SECOND, MINUTE, 3 * MINUTE, 11 * MINUTE, 25 * MINUTE, 30 * MINUTE, 31 * MINUTE]
LEAPS = [2 * HOUR, 21 * HOUR, 25 * HOUR, 80 * HOUR]
#: Codes, with how many uses each has.
TICKETS = {"AAAA2222": 1, "BBBB3333": 3}
MONEY_IS_THERE = {IntentStatus.AUTHORIZED, IntentStatus.CAPTURED}
SESSIONS, PEOPLE = st.sampled_from(["s1", "s2"]), st.sampled_from([PAYER, CONSULTANT])


class People(RuleBasedStateMachine):
    """Two chat sessions of one payer with one consultant, and everything that can happen to them."""

    sheets = Bundle("sheets")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.store = MemoryStore()
        for code, uses in TICKETS.items():
            self.store.found[Ref(Ticket, code)] = Found(Ticket(id=code, active=True, remaining=uses), 0)
        self.stripe = MemoryStripe(self.clock)
        self.before: dict[str, Hold] = {}
        self.gifts: set[str] = set()
        self.deps = deps_in_memory(self.store, self.stripe)

    def holds(self) -> list[Hold]:
        return self.store.all(Hold)

    def hold(self, intent_id: str | None) -> Hold | None:
        found = self.store.found.get(Ref(Hold, intent_id or ""))
        return found.record if found else None

    def session(self, session_id: str) -> ChatSession | None:
        found = self.store.found.get(Ref(ChatSession, session_id))
        return found.record if found else None

    # --- people

    @rule(target=sheets, session_id=SESSIONS)
    def ask(self, session_id: str) -> object:
        try:
            created = hold_card.create(self.deps.chat, a_request(session_id=session_id))
        except (Refusal, Died):
            return multiple()
        session = self.session(session_id)
        assert session is not None
        ids = (session.intent_id, session.next_intent_id)
        assert created.hold.id in ids, "a sheet of a hold that is neither the current one nor the next"
        assert (created.hold.operation, created.hold.cancel_reason) == (None, None), "a sheet of a hold on its way out"
        return created.hold.id

    @rule(sheet=sheets, is_declined=st.booleans())
    def pay(self, sheet: str, is_declined: bool) -> None:  # noqa: FBT001 - Hypothesis passes it by name
        """Any sheet that was ever handed out, however old."""
        self.stripe.pay(sheet, is_declined=is_declined)

    @rule(target=sheets, session_id=SESSIONS)
    def chat(self, session_id: str) -> object:
        """From the first tap into the chat, as it mostly goes."""
        sheet = self.ask(session_id)
        if isinstance(sheet, str):
            self.pay_and_start(sheet)
        return sheet

    @rule(target=sheets, session_id=SESSIONS)
    def extend(self, session_id: str) -> object:
        """The next hold, asked for and paid at once."""
        sheet = self.ask(session_id)
        if isinstance(sheet, str):
            self.stripe.pay(sheet)
            self.deliver_everything()
        return sheet

    @rule(session_id=SESSIONS, code=st.sampled_from(sorted(TICKETS)), starts=st.booleans())
    def redeem(self, session_id: str, code: str, starts: bool) -> None:  # noqa: FBT001 - Hypothesis passes it by name
        ask = TicketRequest(user_id=PAYER, session_id=session_id, consultant_id=CONSULTANT, code=code)
        with contextlib.suppress(Refusal, Died):
            redeem_ticket.redeem(self.deps.chat, ask)
            if starts:
                self.start(session_id)

    @rule(sheet=sheets)
    def pay_and_start(self, sheet: str) -> None:
        self.stripe.pay(sheet)
        hold = self.hold(sheet)
        if hold is not None:
            self.start(hold.session_id)

    @rule(session_id=SESSIONS)
    def start(self, session_id: str) -> None:
        must_start, ran = self._is_startable(session_id), self._is_active(session_id)
        try:
            start_and_end.start(self.deps.chat, PAYER, session_id)
        except Died:
            return
        except Refusal:
            assert not must_start, "a chat that is paid for has to start"
            return
        session = self.session(session_id)
        assert session is not None
        if session.source is Source.PAYMENT and not ran:
            assert session.intent_id is not None
            intent = self.stripe.intents[session.intent_id]
            assert intent.status in MONEY_IS_THERE or intent.is_let_go_outside, "a chat for nothing"

    def _is_active(self, session_id: str) -> bool:
        session = self.session(session_id)
        return session is not None and session.status is SessionStatus.ACTIVE

    def _is_startable(self, session_id: str) -> bool:
        """Whether the money is there, nobody wants it back, and nothing is broken: a lost webhook is no reason."""
        session = self.session(session_id)
        if session is None or self.stripe.deaf or self.store.deaths:
            return False
        if session.source is Source.TICKET and session.status is SessionStatus.READY:
            return True
        hold = self.hold(self._intent_to_start(session))
        if hold is None or not hold.is_idle or hold.started_at:
            return False
        intent = self.stripe._current(hold.id)
        is_young = intent.authorized_at is not None and self.clock() < intent.authorized_at + 72 * HOUR
        return intent.status in MONEY_IS_THERE and (is_young or intent.status is IntentStatus.CAPTURED)

    def _intent_to_start(self, session: ChatSession) -> str | None:
        """The hold on which a START has to succeed if its money is there: of an ended chat that of its extension."""
        if session.status in (SessionStatus.AWAITING_PAYMENT, SessionStatus.READY):
            return session.intent_id
        return session.next_intent_id if session.status is SessionStatus.ENDED else None

    @rule(session_id=SESSIONS, by=PEOPLE)
    def end(self, session_id: str, by: str) -> None:
        with contextlib.suppress(Refusal, Died):
            start_and_end.end(self.deps.chat, by, session_id)

    @rule(sheet=sheets, by=PEOPLE)
    def capture(self, sheet: str, by: str) -> None:
        with contextlib.suppress(Refusal, Died):
            finish_hold.capture(self.deps.chat, by, sheet)

    @rule(sheet=sheets, by=PEOPLE)
    def cancel(self, sheet: str, by: str) -> None:
        if by == CONSULTANT:
            self.gifts.add(sheet)
        with contextlib.suppress(Refusal, Died):
            finish_hold.cancel(self.deps.chat, by, sheet, CancelReason.REQUESTED_BY_CUSTOMER)

    @rule(sheet=sheets)
    def refuse_captures(self, sheet: str) -> None:
        self.stripe.intents[sheet].is_refused = True

    @rule(sheet=sheets)
    def let_go_outside(self, sheet: str) -> None:
        self.stripe.let_go_outside(sheet)

    @rule(sheet=sheets)
    def take_by_hand(self, sheet: str) -> None:
        self.stripe.take_by_hand(sheet)

    # --- what happens by itself

    @rule(number=st.integers(0, 30), twice=st.booleans())
    def deliver(self, number: int, twice: bool) -> None:  # noqa: FBT001 - Hypothesis passes it by name
        """A webhook comes: any of them, in any order, twice, late; those that are not drawn are lost."""
        if self.stripe.events:
            event = self.stripe.events[number % len(self.stripe.events)]
            for _ in range(1 + twice):
                with contextlib.suppress(Refusal, Died):
                    webhook.handle(self.deps, event)

    @rule()
    def deliver_everything(self) -> None:
        for event in list(self.stripe.events):
            with contextlib.suppress(Refusal, Died):
                webhook.handle(self.deps, event)

    @rule()
    def sweep(self) -> None:
        """One item's death is nobody else's trouble; an item that fails of itself is a fault of ours."""
        may_die = bool(self.stripe.faults or self.stripe.meanwhile or self.store.deaths)
        report = sweep.run(self.deps)
        assert may_die or not report.done["failed"]

    @rule(step=st.sampled_from(STEPS), sweeps=st.booleans())
    def pass_time(self, step: timedelta, sweeps: bool = False) -> None:  # noqa: FBT001, FBT002 - as above
        self.clock.at += step
        if sweeps:
            self.sweep()

    @rule(leap=st.sampled_from(LEAPS))
    def pass_much_time(self, leap: timedelta) -> None:
        self.clock.at += leap
