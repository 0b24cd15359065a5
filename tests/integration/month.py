"""A month of a deployment in which people and operations fail: keys, accounts, documents, webhooks, neighbours.

Payers, buyers and troubles are scripts, each a generator that yields the minutes until it goes on. Time goes from one
thing that is due to the next. Everything is drawn from a seed.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from stripe import RequestsClient, StripeClient

from payments.adapters.stripe_parse import read_event
from payments.chat import start_and_end
from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import ChatSession, Hold
from payments.domain.shop.orders import Order
from payments.jobs import compare, reconcile, sweep
from payments.jobs.webhook import handle
from stripe_emulator import StripeControl, StripeEmulator
from stripe_emulator.client import ControlError
from tests.integration import shop
from tests.integration.deployment import Deployment, Json

Script = Generator[float, None, None]

HOUR, DAY = 60.0, 24 * 60.0
#: Stripe gives up on a webhook after so long.
STRIPE_RETRIES: Final = timedelta(days=3)
#: A sweep comes by at least so often, as seen by those who watch it; nothing is due in between.
STEP: Final = timedelta(hours=1)


@dataclass
class Account:
    """One Stripe: an account in one mode, with its key, its events, and what of them is still to be delivered."""

    name: str
    emulator: StripeEmulator
    delivered: set[str] = field(default_factory=set)
    last: str | None = None
    waiting: list[Json] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.control = StripeControl(self.emulator.url)
        addresses: Any = {"api": self.emulator.url}
        self.sdk = StripeClient(self.emulator.secret_key, base_addresses=addresses, http_client=RequestsClient())

    def news(self) -> list[Json]:
        """What is to be delivered now, oldest first."""
        wanted: Any = {"limit": 100, **({"ending_before": self.last} if self.last else {})}
        found = [event.to_dict() for event in self.sdk.v1.events.list(wanted).auto_paging_iter()]
        found = found if self.last else found[::-1]
        self.waiting += found
        self.last = found[-1]["id"] if found else self.last
        news, self.waiting = self.waiting, []
        return news

    def intents(self) -> list[Any]:
        """Every PaymentIntent."""
        return list(self.sdk.v1.payment_intents.list({"limit": 100}).auto_paging_iter())


@dataclass
class Trouble:
    """What went wrong, when, and which alerts may tell of it first."""

    name: str
    at: datetime
    kinds: tuple[str, ...]


@dataclass
class Month:
    """The deployment, its accounts, the scripts that are under way, and what really happened."""

    deployment: Deployment
    accounts: dict[str, Account]
    seed: int
    days: float
    random: random.Random = field(init=False)
    account: Account = field(init=False)
    scripts: list[tuple[datetime, int, str, Script]] = field(default_factory=list)
    used: dict[str, str] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    unserved: set[str] = field(default_factory=set)
    backup: Json = field(default_factory=dict)
    is_silent: bool = False
    count: int = 0
    newcomers: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.began = self.now
        self.looked_at = self.now

    @property
    def now(self) -> datetime:
        """The deployment's time."""
        return self.deployment.clock()

    # --- time

    def begin(self, name: str, script: Script, in_minutes: float) -> None:
        """A script begins after so long."""
        self.count += 1
        heapq.heappush(self.scripts, (self.now + timedelta(minutes=in_minutes), self.count, name, script))

    def run(self, until: datetime) -> None:
        """Let time pass, from one thing to the next."""
        self._run(until, lambda: min(until, self.now + STEP, self._next_script(), self._next_due()))

    def rest(self, days: int) -> None:
        """Let days pass, with a sweep in the morning and one in the evening."""
        self._run(self.now + timedelta(days=days), lambda: self.now + timedelta(hours=12))

    def _run(self, until: datetime, next_time: Callable[[], datetime]) -> None:
        while self.now < until:
            self._pass(next_time())
            self._go_on()
            self._deliver()
            if sweep.run(self.deployment.deps).done:
                self._deliver()
            self._look()

    def _pass(self, to: datetime) -> None:
        seconds = max(30.0, (to - self.now).total_seconds())
        self.deployment.clock.ahead += timedelta(seconds=seconds)
        for account in self.accounts.values():
            account.control.advance_clock(seconds)

    def _next_script(self) -> datetime:
        return self.scripts[0][0] if self.scripts else datetime.max.replace(tzinfo=self.now.tzinfo)

    def _next_due(self) -> datetime:
        far = self.now + timedelta(days=999)
        times = [self.deployment.deps.store.oldest(kind, "due_at", far) for kind in (Hold, ChatSession, Order)]
        return min((at for at in times if at is not None), default=far)

    def _go_on(self) -> None:
        while self.scripts and self.scripts[0][0] <= self.now:
            _, _, name, script = heapq.heappop(self.scripts)
            with suppress(StopIteration):
                self.begin(name, script, next(script))

    def _deliver(self) -> None:
        for body in self.account.news():
            if self.is_silent or self.now - datetime.fromtimestamp(body["created"], self.now.tzinfo) > STRIPE_RETRIES:
                continue
            try:
                handle(self.deployment.deps, read_event(body))
            except Refusal:
                self.account.waiting.append(body)

    def _look(self) -> None:
        """Once a day, what looks for what nobody tells."""
        if self.now >= self.looked_at + timedelta(days=1):
            self.looked_at = self.now
            reconcile.run(self.deployment.deps)
            compare.run(self.deployment.deps)

    # --- people

    def newcomer(self) -> int:
        """The number of a payer whom nobody has planned."""
        self.newcomers += 1
        return 10_000 + self.newcomers

    def payer(self, number: int, *, stays_away: bool = False) -> Script:
        """Somebody who wants a chat, comes back until they have had it, and then ends it, or lets it run out.

        `stays_away`: they pay, and never come.
        """
        session, user = f"chat{number}", f"payer{number}"
        self.unserved.add(user)
        while True:
            created = self._asked(lambda: self.deployment.create(session, user_id=user))
            if created is None:
                yield self.random.uniform(5, 90)
                continue
            if self.random.random() < 0.1:
                yield self.random.uniform(30, 3 * DAY)  # the sheet is left open; they come back much later
            with suppress(ControlError):
                self.account.control.pay(created.client_secret)
            yield self.random.uniform(0.5, 20)
            if stays_away or self.random.random() < 0.1:
                self.unserved.discard(user)
                return  # paid, and never comes
            chat = self._asked(lambda: start_and_end.start(self.deployment.deps.chat, user, session))
            if chat is not None:
                break
            yield self.random.uniform(1, 60)
        self.used[chat.intent_id or ""] = self.account.name
        self.unserved.discard(user)
        yield self.random.uniform(3, 40)
        self._asked(lambda: start_and_end.end(self.deployment.deps.chat, user, session))

    def buyer(self, number: int) -> Script:
        """Somebody who orders, and pays most of the time."""
        user, order_id = f"buyer{number}", ""
        while True:
            try:
                opened = self._ordered(user, order_id)
            except Refusal as refusal:
                order_id = order_id or str(refusal.details.get("orderId", ""))
                if refusal.code is Code.ALREADY_PAID:
                    return
                yield self.random.uniform(5, 120)
                continue
            order_id = opened.order.id
            if self.random.random() < 0.2:
                return
            yield self.random.uniform(1, 30)
            with suppress(ControlError):
                self.account.control.pay_checkout(shop.page_id(opened))
                return

    def _ordered(self, user: str, order_id: str) -> Any:
        """A first page, or another one for the same order: the two buttons of an app."""
        if order_id:
            return shop.order_again(self.deployment, order_id, user=user)
        return shop.order(self.deployment, user=user)

    def _asked(self, call: Callable[[], Any]) -> Any:
        """What a call answers, None if it is refused."""
        try:
            return call()
        except Refusal:
            return None

    # --- troubles

    def trouble(self, name: str, *kinds: str) -> None:
        """Something goes wrong now; any of these alerts would tell of it."""
        self.troubles.append(Trouble(name, self.now, kinds))

    def use(self, name: str, key: str | None = None) -> None:
        """Deploy with the key of an account, or with one that is none."""
        self.account = self.accounts[name]
        self.deployment.use(self.account.emulator, key)

    def silence(self, *, is_silent: bool) -> None:
        """Webhooks are lost on their way from now on, or arrive again."""
        self.is_silent = is_silent

    def minutes_to_first_alert(self) -> dict[str, float | None]:
        """How long after each trouble the first alert told of it; None if none did."""
        found = [snapshot.to_dict() or {} for snapshot in self.deployment.db.collection("alerts").stream()]
        told: dict[str, float | None] = {}
        for trouble in self.troubles:
            times = [a["at"] for a in found if a["kind"] in trouble.kinds and a["at"] >= trouble.at]
            told[trouble.name] = round((min(times) - trouble.at).total_seconds() / 60, 1) if times else None
        return told
