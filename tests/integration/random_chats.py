"""A world in which everything goes wrong at random, drawn from a seed, so that any run can be had again.

People, webhooks, processes that die, clocks that differ, Stripe, and hands in the dashboard, on a few chats at once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import stripe

from payments.chat import hold_card, start_and_end
from payments.domain.chat.records import Hold
from payments.domain.chat.states import SessionStatus
from stripe_emulator.client import ControlError
from tests.integration.call_recorder import Killed
from tests.integration.deployment import CONSULTANT, Json
from tests.integration.random_world import FAULTS, Disorder

CARDS: Final = ("4242424242424242", "4242424242424242", "4000000000000002", "4000003920000003")
#: Codes with fewer uses than there are chats, one of them for a length of its own.
CODES: Final = ("WXYZ23456789", "ABCDEFGH2345")


@dataclass
class Chaos(Disorder):
    """A few chats. `settle` lets everything come to rest."""

    chats: int
    made: dict[str, hold_card.Created] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.kills = True
        self.deployment.ticket(CODES[0], remaining=3)
        self.deployment.ticket(CODES[1], remaining=3, minutes=7)
        self.may_do({
            self.create: 8, self.extend: 10, self.redeem: 2, self.pay: 8, self.start: 8, self.end: 2, self.capture: 1,
            self.cancel: 1, self.cancel_next: 1, self.let_go: 1, self.by_hand: 1, self.run_out: 1, self.deliver: 10,
            self.lose: 1, self.wait: 9, self.wait_long: 0.5, self.sweep: 9, self.break_stripe: 3,
        })  # fmt: skip

    def storm(self, width: int) -> None:
        self.kills = False
        super().storm(width)
        self.kills = True

    def settle(self) -> None:
        """Stripe is well again, what webhooks are left come or not, and time passes until nothing waits for it."""
        self.deployment.control.clear_faults()
        if self.random.random() < 0.5:
            self.deliver()
        self.deployment.sweep_for(2, every=0.5)
        self.deployment.sweep_for(160, every=20)

    # --- people

    def _chat(self) -> str:
        return f"chat{self.random.randrange(self.chats)}"

    def _chat_that_is(self, status: SessionStatus) -> str:
        """A chat in this state, or any where there is none."""
        found = sorted(chat for chat, session in self.deployment.sessions().items() if session.status is status)
        return self.random.choice(found) if found else self._chat()

    def _hold(self) -> Hold | None:
        """A hold that somebody has been told of."""
        return self.random.choice(list(self.made.values())).hold if self.made else None

    def create(self) -> None:
        chat = self._chat()
        created = self.deployment.create(chat, user_id=f"payer-{chat}")
        self.made[created.hold.id] = created

    def extend(self) -> None:
        """Somebody whose chat runs asks for the time after it, and pays at once."""
        chat = self._chat_that_is(SessionStatus.ACTIVE)
        created = self.deployment.create(chat, user_id=f"payer-{chat}")
        self.made[created.hold.id] = created
        self.deployment.pay(created, card=self.random.choice(CARDS))

    def redeem(self) -> None:
        chat = self._chat()
        self.deployment.redeem(self.random.choice(CODES), chat, f"payer-{chat}")

    def pay(self) -> None:
        if hold := self._hold():
            self.deployment.pay(self.made[hold.id], card=self.random.choice(CARDS))

    def start(self) -> None:
        chat = self._chat_that_is(SessionStatus.READY)
        start_and_end.start(self.deployment.deps.chat, f"payer-{chat}", chat)

    def end(self) -> None:
        chat = self._chat_that_is(SessionStatus.ACTIVE)
        start_and_end.end(self.deployment.deps.chat, self.random.choice((f"payer-{chat}", CONSULTANT)), chat)

    def capture(self) -> None:
        if hold := self._hold():
            self.deployment.capture(hold)

    def cancel(self) -> None:
        if hold := self._hold():
            self.deployment.cancel(hold)

    def cancel_next(self) -> None:
        """Somebody thinks better of an extension."""
        if found := sorted(s.next_intent_id for s in self.deployment.sessions().values() if s.next_intent_id):
            self.deployment.cancel(self.deployment.hold(self.random.choice(found)))

    def let_go(self) -> None:
        if hold := self._hold():
            self.deployment.cancel(hold, CONSULTANT)

    # --- Stripe

    def by_hand(self) -> None:
        """Somebody clicks in the dashboard; what can't be done there can't be clicked."""
        intents, hold = self.deployment.sdk.v1.payment_intents, self._hold()
        if hold is None:
            return
        hands: tuple[Callable[[], Any], ...] = (
            lambda: intents.capture(hold.id),
            lambda: intents.capture(hold.id, {"amount_to_capture": 3000}),
            lambda: intents.cancel(hold.id),
            lambda: self.deployment.sdk.v1.refunds.create({"payment_intent": hold.id, "amount": 500}),
        )
        try:
            self.random.choice(hands)()
        except stripe.StripeError as refusal:
            self.told.append(f"by hand: {type(refusal).__name__}")

    def run_out(self) -> None:
        """An issuer's hold runs out early."""
        if hold := self._hold():
            with suppress(ControlError):
                self.deployment.control.expire_authorization(hold.id)

    def break_stripe(self) -> None:
        self.deployment.control.fault(
            self.random.choice(FAULTS), self.random.choice(("GET", "POST")), "/v1/payment_intents*", times=2
        )

    def deliver(self) -> None:
        """Late, out of order, some of them twice, each by a process of its own."""
        for body in self._some() + self.some_old():
            if self.kills and self.random.random() < 0.1:
                self.wire.live_for(self.random.randint(0, 2))
            try:
                self.deployment.receive(body)
            except Killed:
                self.deployment.delivered.discard(body["id"])
            finally:
                self.wire.live_for(None)

    def lose(self) -> None:
        """Webhooks that never come."""
        self._some()

    def _some(self) -> list[Json]:
        found = self.some_news()
        self.random.shuffle(found)
        return found

    # --- time

    def wait(self) -> None:
        self.deployment.pass_time(minutes=self.random.choice((0.5, 1, 3, 12, 31)))
