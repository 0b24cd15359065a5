"""What goes wrong in the lives of `test_random_lives`: calls, looks and commits fail, and others act."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.unit.constants import MINUTE, PAYER
from tests.unit.lives import SESSIONS, People

OTHERS = [
    "deliver",
    "sweep",
    "start",
    "end",
    "ask",
    "pay",
    "extend",
    "redeem",
    "cancel",
    "capture",
    "wait",
    "wait long",
]
CALL_FAULTS = ["dies before the call", "dies after the call", "no connection", "answer lost", "refused", "spent"]
COMMIT_FAULTS = ["before the commit", "after the commit"]


class Mishaps(People):
    """People, and what befalls them."""

    @rule(fault=st.sampled_from(CALL_FAULTS))
    def break_the_next_call(self, fault: str) -> None:
        self.stripe.faults = [fault]

    @rule(calls=st.integers(1, 2))
    def break_the_next_look(self, calls: int) -> None:
        self.stripe.deaf = calls

    @rule(fault=st.sampled_from(COMMIT_FAULTS), after=st.integers(0, 2))
    def break_a_commit(self, fault: str, after: int) -> None:
        self.store.deaths = [fault, *[""] * after]

    @rule(
        what=st.sampled_from(OTHERS),
        session_id=SESSIONS,
    )
    def let_others_act_during_the_next_call(self, what: str, session_id: str) -> None:
        """Ten minutes are more than any call takes; a process that was stopped and woken up may take them."""
        session = self.session(session_id)
        sheet = (session.next_intent_id or session.intent_id if session else None) or "pi_0"
        acts: dict[str, Callable[[], object]] = {
            "deliver": self.deliver_everything,
            "sweep": self.sweep,
            "start": lambda: self.start(session_id),
            "end": lambda: self.end(session_id, PAYER),
            "ask": lambda: self.ask(session_id),
            "pay": lambda: self.stripe.pay(sheet),
            "extend": lambda: self.extend(session_id),
            "redeem": lambda: self.redeem(session_id, "BBBB3333", starts=True),
            "cancel": lambda: self.cancel(sheet, PAYER),
            "capture": lambda: self.capture(sheet, PAYER),
            "wait": lambda: (self.pass_time(3 * MINUTE), self.sweep()),
            "wait long": lambda: (self.pass_time(11 * MINUTE), self.sweep()),
        }
        self.stripe.meanwhile = [acts[what]]
