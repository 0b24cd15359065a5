"""A chat and all its holds, and every decision that can be made on them, for the properties of `test_chat_properties`.

Each step decides as the use cases do; nothing is asked of Stripe, which may say anything at all of any hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from hypothesis import strategies as st

from payments.core.refusals import Refusal
from payments.domain.chat.apply_snapshot import learn_window, observe
from payments.domain.chat.change import Moved
from payments.domain.chat.clock import start
from payments.domain.chat.due import take_up, take_up_session
from payments.domain.chat.extension import begin, decide_on_chat, decide_on_hold, next_status
from payments.domain.chat.notifications import told
from payments.domain.chat.operations import begin_cancel, begin_capture, end_chat, free, refuse
from payments.domain.chat.records import Attempt, Hold, Session
from payments.domain.chat.requests import attempt_under_way, claimed_by, give_up_claim, new_attempt, same_attempt
from payments.domain.chat.tickets import Redeem, Ticket, check_redeemer, open_by_ticket
from payments.stripe_model.snapshots import Money
from tests.unit.builders import a_session, an_ask, seen
from tests.unit.scene import CONSULTANT, DAY, HOUR, MINUTE, NOW, PAYER, SECOND, SYSTEM, TERMS
from tests.unit.words import AWAITING, BUTTON

TICKET = Ticket(id="ABCD2345", active=True, remaining=9, minutes=20)
REDEEM = Redeem(user_id=PAYER, session_id="s1", consultant_id=CONSULTANT, code=TICKET.id)
FIRST = a_session(AWAITING, intent_id=None, due_at=NOW + 10 * MINUTE)


@dataclass
class Chat:
    """One session from its first claim on, its holds, every claim and attempt that was ever made, and what was told."""

    session: Session = FIRST
    holds: dict[str, Hold] = field(default_factory=dict)
    now: datetime = NOW
    claims: list[Hold] = field(default_factory=list)
    asked: list[Attempt] = field(default_factory=lambda: [FIRST.current])
    told: list[str] = field(default_factory=list)

    @property
    def current(self) -> Hold | None:
        return self.holds.get(self.session.intent_id or "")

    @property
    def next(self) -> Hold | None:
        return self.holds.get(self.session.next_intent_id or "")

    def apply(self, step: Step) -> None:
        """Take a step. A refusal changes nothing; anything else that is raised is a fault."""
        try:
            moved = step(self)
        except Refusal:
            return
        holds = {hold.id: self.holds.get(hold.id) for hold in moved.holds}
        self.told += [notice.id for notice in told(self.session, holds, moved, self.now)]
        for hold in moved.holds:
            before = self.holds.get(hold.id)
            if hold.operation is not None and (before is None or hold.operation_at != before.operation_at):
                self.claims.append(hold)
            self.holds[hold.id] = hold
        self.session = moved.session

    def on_hold(self, number: int, decide: Callable[[Session, Hold], Moved]) -> Moved:
        """A decision on one of the holds, whichever."""
        if not self.holds:
            return Moved(self.session)
        hold = list(self.holds.values())[number % len(self.holds)]
        return decide_on_hold(self.session, hold, self.next, self.now, decide)

    def on_chat(self, decide: Callable[[Session, Hold | None], Moved]) -> Moved:
        return decide_on_chat(self.session, self.current, self.next, self.now, decide)


Step = Callable[[Chat], Moved]


def ask(chat: Chat) -> Moved:
    """A claim, as `attempts` makes it: what has begun begins first."""
    session, next_hold = begin(chat.session, chat.next, chat.now)
    begun = [next_hold] if next_hold is not None and next_hold != chat.next else []
    attempt = attempt_under_way(session, next_hold, chat.now)
    if attempt is not None:
        is_on_record = attempt.intent_id is not None
        return Moved(chat.session if is_on_record else same_attempt(session, attempt, an_ask(), chat.now))
    ids = {intent_id for intent_id in (session.intent_id, session.used_intent_id) if intent_id}
    earlier = {intent_id: chat.holds[intent_id] for intent_id in ids} | {hold.id: hold for hold in begun}
    after = new_attempt(session, earlier.values(), an_ask(), chat.now, TERMS)
    chat.asked.append(claimed_by(after))
    return Moved(after, tuple(begun))


def answered(number: int, money: Money, amount: int) -> Step:
    """What Stripe says of the PaymentIntent of any attempt that was ever made, at once or much later."""

    def step(chat: Chat) -> Moved:
        attempt = chat.asked[number % len(chat.asked)].number
        received = amount if money is Money.CAPTURED else 0
        about = seen(money, chat.now, id=f"pi_{attempt}", attempt=attempt, amount=amount, amount_received=received)
        hold = chat.holds.get(about.id)
        if hold is None:
            return decide_on_hold(
                chat.session, None, chat.next, chat.now, lambda s, _: observe(None, s, about, chat.now, TERMS)
            )
        return decide_on_hold(
            chat.session, hold, chat.next, chat.now, lambda s, h: observe(h, s, about, chat.now, TERMS)
        )

    return step


def fact(number: int, money: Money, ago: timedelta, error_code: str | None) -> Step:
    """What Stripe says of any hold, late or not, whether it makes sense or not."""

    def step(chat: Chat) -> Moved:
        received = 5000 if money is Money.CAPTURED else 0
        about = seen(money, chat.now - ago, amount_received=received, error_code=error_code)
        return chat.on_hold(number, lambda s, h: observe(h, s, about, chat.now, TERMS))

    return step


def settled(end: Callable[..., Moved], number: int) -> Step:
    """A process, late or not, tells how its claim came out."""

    def step(chat: Chat) -> Moved:
        if not chat.claims:
            return Moved(chat.session)
        claimed = chat.claims[number % len(chat.claims)]
        place = list(chat.holds).index(claimed.id)
        return chat.on_hold(place, lambda s, h: end(h, s, claimed, chat.now, TERMS))

    return step


def redeem(chat: Chat) -> Moved:
    check_redeemer(chat.session, REDEEM, next_status(chat.session, chat.next))
    return Moved(open_by_ticket(chat.session, TICKET, REDEEM, chat.now, TERMS))


def pass_time(by: timedelta) -> Step:
    def step(chat: Chat) -> Moved:
        chat.now += by
        return Moved(chat.session)

    return step


#: -1 is the newest.
NUMBERS, PEOPLE = st.integers(-1, 4), st.sampled_from([PAYER, CONSULTANT, SYSTEM])
MONEY = st.sampled_from([Money.HELD, Money.HELD, Money.HELD, *Money])
TIMES = [SECOND, 59 * SECOND, MINUTE, 10 * MINUTE, 25 * MINUTE, 30 * MINUTE, HOUR, DAY, 73 * HOUR]


def start_it(chat: Chat) -> Moved:
    return chat.on_chat(lambda s, h: start(s, h, PAYER, chat.now))


def end_it(by: str) -> Step:
    return lambda chat: chat.on_chat(lambda s, h: end_chat(s, h, by, chat.now))


def capture(number: int, by: str) -> Step:
    return lambda chat: chat.on_hold(number, lambda s, h: begin_capture(h, s, by, chat.now))


def cancel(number: int, by: str) -> Step:
    return lambda chat: chat.on_hold(number, lambda s, h: begin_cancel(h, s, by, BUTTON, chat.now))


def sweep_hold(number: int) -> Step:
    return lambda chat: chat.on_hold(number, lambda s, h: take_up(h, s, chat.now, TERMS)[1])


def sweep_chat(chat: Chat) -> Moved:
    return chat.on_chat(lambda s, h: take_up_session(s, h, chat.now)[1])


def window_known(number: int) -> Step:
    def decide(chat: Chat, session: Session, hold: Hold) -> Moved:
        return Moved(session, (learn_window(hold, NOW + 7 * DAY, chat.now, TERMS),))

    return lambda chat: chat.on_hold(number, lambda s, h: decide(chat, s, h))


def give_up(number: int) -> Step:
    """Stripe refuses the create of any attempt that was ever claimed."""
    return lambda chat: Moved(give_up_claim(chat.session, chat.asked[number % len(chat.asked)].number))


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
    st.builds(settled, st.sampled_from([refuse, free]), NUMBERS),
    st.builds(sweep_hold, NUMBERS),
    st.builds(window_known, NUMBERS),
    st.builds(give_up, NUMBERS),
    st.builds(pass_time, st.sampled_from(TIMES)),
)

PAY: list[Step] = [ask, answered(-1, Money.HELD, 5000)]
#: How chats mostly go, so that what lies behind it is met often.
STARTS: list[list[Step]] = [
    [],
    [*PAY, start_it],
    [redeem, start_it],
    [*PAY, start_it, *PAY],
    [*PAY, start_it, ask, answered(-1, Money.UNPAID, 5000)],
    [*PAY, start_it, ask, answered(-1, Money.UNPAID, 5000), end_it(PAYER)],
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
