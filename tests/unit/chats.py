"""A chat and all its holds, and every decision that can be made on them, for the properties of `test_chat_properties`.

Each step decides as the use cases do; nothing is asked of Stripe, which may say anything at all of any hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from hypothesis import strategies as st

from payments.core.refusals import Refusal
from payments.domain.chat.apply_snapshot import apply_snapshot, learn_window
from payments.domain.chat.change import ChatChange, ChatState, Rule
from payments.domain.chat.clock import start
from payments.domain.chat.due import claim_due, claim_due_session
from payments.domain.chat.extension import begin, decide
from payments.domain.chat.notifications import notifications_for
from payments.domain.chat.operations import begin_cancel, begin_capture, end_chat, on_key_spent, on_refused
from payments.domain.chat.records import Attempt, ChatSession, Hold
from payments.domain.chat.requests import (
    attempt_in_progress,
    claimed_attempt,
    continue_attempt,
    drop_claim,
    new_attempt,
)
from payments.domain.chat.tickets import Ticket, TicketRequest, check_redeemer, open_by_ticket
from payments.stripe_model.snapshots import IntentStatus
from tests.unit.builders import a_request, a_session, chat_at, seen
from tests.unit.constants import CONSULTANT, DAY, HOUR, MINUTE, NOW, PAYER, SECOND, SYSTEM, TERMS
from tests.unit.short_names import AWAITING, BUTTON

TICKET = Ticket(id="ABCD2345", active=True, remaining=9, minutes=20)
REDEEM = TicketRequest(user_id=PAYER, session_id="s1", consultant_id=CONSULTANT, code=TICKET.id)
FIRST = a_session(AWAITING, intent_id=None, due_at=NOW + 10 * MINUTE)


@dataclass
class Chat:
    """One session from its first claim on, its holds, every claim and attempt that was ever made, and what was told."""

    session: ChatSession = FIRST
    holds: dict[str, Hold] = field(default_factory=dict)
    now: datetime = NOW
    claims: list[Hold] = field(default_factory=list)
    asked: list[Attempt] = field(default_factory=lambda: [FIRST.current])
    told: list[str] = field(default_factory=list)

    def read(self, hold_id: str = "") -> ChatState:
        return chat_at(self.now, self.session, *self.holds.values()).about(hold_id)

    def apply(self, step: Step) -> None:
        """Take a step. A refusal changes nothing; anything else that is raised is a fault."""
        try:
            moved = step(self)
        except Refusal:
            return
        holds = {hold.id: self.holds.get(hold.id) for hold in moved.holds}
        self.told += [notice.id for notice in notifications_for(self.session, holds, moved, self.now)]
        for hold in moved.holds:
            before = self.holds.get(hold.id)
            if hold.operation is not None and (before is None or hold.operation_at != before.operation_at):
                self.claims.append(hold)
            self.holds[hold.id] = hold
        self.session = moved.session

    def on_hold(self, number: int, rule: Rule) -> ChatChange:
        """A decision on one of the holds, whichever."""
        if not self.holds:
            return ChatChange(self.session)
        hold = list(self.holds.values())[number % len(self.holds)]
        return decide(self.read(hold.id), rule)

    def on_chat(self, rule: Rule) -> ChatChange:
        return decide(self.read(), rule)


Step = Callable[[Chat], ChatChange]


def ask(chat: Chat) -> ChatChange:
    """A claim, as `hold_card` makes it: what has begun begins first."""
    begun = begin(chat.read())
    attempt = attempt_in_progress(begun)
    if attempt is not None:
        is_on_record = attempt.intent_id is not None
        return ChatChange(chat.session if is_on_record else continue_attempt(begun, attempt, a_request()))
    change = new_attempt(begun, a_request())
    chat.asked.append(claimed_attempt(change.session))
    return change


def answered(number: int, money: IntentStatus, amount: int) -> Step:
    """What Stripe says of the PaymentIntent of any attempt that was ever made, at once or much later."""

    def step(chat: Chat) -> ChatChange:
        attempt = chat.asked[number % len(chat.asked)].number
        received = amount if money is IntentStatus.CAPTURED else 0
        about = seen(money, chat.now, id=f"pi_{attempt}", attempt=attempt, amount=amount, amount_received=received)
        return decide(chat.read(about.id), partial(apply_snapshot, snapshot=about))

    return step


def fact(number: int, money: IntentStatus, ago: timedelta, error_code: str | None) -> Step:
    """What Stripe says of any hold, late or not, whether it makes sense or not."""

    def step(chat: Chat) -> ChatChange:
        received = 5000 if money is IntentStatus.CAPTURED else 0
        about = seen(money, chat.now - ago, amount_received=received, error_code=error_code)
        return chat.on_hold(number, partial(apply_snapshot, snapshot=about))

    return step


def settled(end: Callable[..., ChatChange], number: int) -> Step:
    """A process, late or not, tells how its claim came out."""

    def step(chat: Chat) -> ChatChange:
        if not chat.claims:
            return ChatChange(chat.session)
        claimed = chat.claims[number % len(chat.claims)]
        place = list(chat.holds).index(claimed.id)
        return chat.on_hold(place, partial(end, claimed=claimed))

    return step


def redeem(chat: Chat) -> ChatChange:
    check_redeemer(chat.read(), REDEEM)
    return ChatChange(open_by_ticket(chat.session, TICKET, REDEEM, chat.now, TERMS))


def pass_time(by: timedelta) -> Step:
    def step(chat: Chat) -> ChatChange:
        chat.now += by
        return ChatChange(chat.session)

    return step


#: -1 is the newest.
NUMBERS, PEOPLE = st.integers(-1, 4), st.sampled_from([PAYER, CONSULTANT, SYSTEM])
MONEY = st.sampled_from([IntentStatus.AUTHORIZED, IntentStatus.AUTHORIZED, IntentStatus.AUTHORIZED, *IntentStatus])
TIMES = [SECOND, 59 * SECOND, MINUTE, 10 * MINUTE, 25 * MINUTE, 30 * MINUTE, HOUR, DAY, 73 * HOUR]


def start_it(chat: Chat) -> ChatChange:
    return chat.on_chat(partial(start, by=PAYER))


def end_it(by: str) -> Step:
    return lambda chat: chat.on_chat(partial(end_chat, by=by))


def capture(number: int, by: str) -> Step:
    return lambda chat: chat.on_hold(number, partial(begin_capture, by=by))


def cancel(number: int, by: str) -> Step:
    return lambda chat: chat.on_hold(number, partial(begin_cancel, by=by, reason=BUTTON))


def sweep_hold(number: int) -> Step:
    return lambda chat: chat.on_hold(number, claim_due)


def sweep_chat(chat: Chat) -> ChatChange:
    return chat.on_chat(claim_due_session)


def window_known(number: int) -> Step:
    return lambda chat: chat.on_hold(number, partial(learn_window, capture_before=NOW + 7 * DAY))


def give_up(number: int) -> Step:
    """Stripe refuses the create of any attempt that was ever claimed."""
    return lambda chat: ChatChange(drop_claim(chat.session, chat.asked[number % len(chat.asked)].number))


STEPS: st.SearchStrategy[Step] = st.one_of(
    st.just(ask),
    st.just(redeem),
    st.just(start_it),
    st.just(sweep_chat),
    st.builds(answered, NUMBERS, MONEY, st.sampled_from([5000, 5000, 5000, 100])),
    st.builds(fact, NUMBERS, MONEY, st.sampled_from([0 * MINUTE, DAY]), st.sampled_from([None, "card_declined"])),
    st.builds(end_it, PEOPLE),
    st.builds(capture, NUMBERS, PEOPLE),
    st.builds(cancel, NUMBERS, PEOPLE),
    st.builds(settled, st.sampled_from([on_refused, on_key_spent]), NUMBERS),
    st.builds(sweep_hold, NUMBERS),
    st.builds(window_known, NUMBERS),
    st.builds(give_up, NUMBERS),
    st.builds(pass_time, st.sampled_from(TIMES)),
)

PAY: list[Step] = [ask, answered(-1, IntentStatus.AUTHORIZED, 5000)]
#: How chats mostly go, so that what lies behind it is met often.
STARTS: list[list[Step]] = [
    [],
    [*PAY, start_it],
    [redeem, start_it],
    [*PAY, start_it, *PAY],
    [*PAY, start_it, ask, answered(-1, IntentStatus.UNPAID, 5000)],
    [*PAY, start_it, ask, answered(-1, IntentStatus.UNPAID, 5000), end_it(PAYER)],
]
TURNS: list[list[Step]] = [
    PAY,
    [*PAY, start_it],
    [*PAY, cancel(-1, PAYER)],
    [*PAY, end_it(PAYER)],
    [pass_time(31 * MINUTE), sweep_chat],
]
#: Whole lives of a chat, as steps.
LIVES: st.SearchStrategy[list[Step]] = st.builds(
    lambda first, turns: [*first, *chain.from_iterable(turns)],
    st.sampled_from(STARTS),
    st.lists(STEPS.map(lambda step: [step]) | st.sampled_from(TURNS), max_size=20),
)
