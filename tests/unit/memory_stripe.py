"""A Stripe in memory, for properties over thousands of lives: its states, idempotency keys and events.

It can fail at every point of a call, and somebody else can act while an answer is on its way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from payments.adapters.stripe_gateway import STRIPE_REASONS
from payments.chat.port import ChatDeps
from payments.domain.chat.records import Attempt, Hold
from payments.jobs.port import JobDeps
from payments.shop.port import ShopDeps
from payments.stripe_model.answers import Done, IntentAnswer, Refused, TryAgain
from payments.stripe_model.events import Event
from payments.stripe_model.identity import StripeIdentity
from payments.stripe_model.reversals import Reversals
from payments.stripe_model.snapshots import ChargeSnapshot, IntentStatus, PaymentIntentSnapshot
from tests.unit.constants import APP, HOUR, NOW, TERMS, WINDOW
from tests.unit.memory_store import Died, MemoryStore

KEY_LIFETIME = 24 * HOUR


@dataclass
class Clock:
    """The time, which only a test moves."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Intent:
    """A PaymentIntent as Stripe keeps it."""

    id: str
    attempt: Attempt
    created_at: datetime
    status: IntentStatus = IntentStatus.UNPAID
    authorized_at: datetime | None = None
    canceled_at: datetime | None = None
    #: The issuer refuses the capture, every time.
    is_refused: bool = False
    #: The money was let go by somebody else: an issuer, the dashboard, the network's own expiry.
    is_let_go_outside: bool = False
    #: Somebody charged it in the dashboard.
    is_taken_by_hand: bool = False


@dataclass
class MemoryStripe:
    """`chat.port.ChatGateway` with Stripe's states, idempotency keys and events. Each fault serves for one call."""

    clock: Clock
    intents: dict[str, Intent] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    keys: dict[str, tuple[datetime, str | Refused]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    deaf: int = 0
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    # --- what the product asks

    def create(self, attempt: Attempt) -> IntentAnswer:
        key = f"create:{attempt.session_id}:{attempt.number}:{attempt.requested_at}"
        return self._call(key, lambda: self._new(attempt))

    def capture(self, hold: Hold) -> IntentAnswer:
        return self._call(f"{hold.id}:capture:{hold.operation_try}", lambda: self._captured(hold.id))

    def cancel(self, hold: Hold) -> IntentAnswer:
        reason = STRIPE_REASONS[hold.cancel_reason] if hold.cancel_reason else None
        return self._call(f"{hold.id}:cancel:{hold.operation_try}:{reason}", lambda: self._canceled(hold.id))

    def retrieve(self, intent_id: str) -> IntentAnswer:
        if self.deaf:
            self.deaf -= 1
            return TryAgain("no connection")
        return Done(self.show(self._current(intent_id)))

    def reversals(self, intent_id: str) -> Reversals:  # noqa: ARG002 - the gateway's own shape
        return Reversals(0, None)

    def _call(self, key: str, effect: Callable[[], str | Refused]) -> IntentAnswer:
        """One call with an idempotency key, and with the fault that waits for it."""
        fault = self.faults.pop() if self.faults else ""
        if fault == "dies before the call":
            raise Died(fault)
        if fault == "no connection":
            return TryAgain(fault)
        if fault in ("refused", "spent"):
            effect = lambda: Refused(fault, is_spent=fault == "spent")  # noqa: E731 - the fault stands for the effect
        result = self._once(key, effect)
        if self.meanwhile:
            self.meanwhile.pop()()
        if fault == "dies after the call":
            raise Died(fault)
        if fault == "answer lost":
            return TryAgain(fault)
        return result if isinstance(result, Refused) else Done(self.show(self.intents[result]))

    def _once(self, key: str, effect: Callable[[], str | Refused]) -> str | Refused:
        at, stored = self.keys.get(key, (None, ""))
        if at is not None and self.clock() < at + KEY_LIFETIME:
            return stored
        result = effect()
        self.keys[key] = (self.clock(), result)
        return result

    def _new(self, attempt: Attempt) -> str:
        intent = Intent(f"pi_{len(self.intents) + 1}", attempt, self.clock())
        self.intents[intent.id] = intent
        return intent.id

    def _captured(self, intent_id: str) -> str | Refused:
        intent = self._current(intent_id)
        if intent.is_refused or intent.status is not IntentStatus.AUTHORIZED:
            return Refused("payment_intent_unexpected_state")
        intent.status = IntentStatus.CAPTURED
        self._tell("payment_intent.succeeded", intent)
        return intent_id

    def _canceled(self, intent_id: str) -> str | Refused:
        intent = self._current(intent_id)
        if intent.status not in (IntentStatus.UNPAID, IntentStatus.AUTHORIZED):
            return Refused("payment_intent_unexpected_state")
        intent.status, intent.canceled_at = IntentStatus.CANCELED, self.clock()
        self._tell("payment_intent.canceled", intent)
        return intent_id

    # --- what others do

    def pay(self, intent_id: str, *, is_declined: bool = False) -> None:
        """Somebody with the client secret types a card; one for what is not there goes nowhere."""
        if intent_id not in self.intents or self._current(intent_id).status is not IntentStatus.UNPAID:
            return
        intent = self.intents[intent_id]
        if is_declined:
            self._tell("payment_intent.payment_failed", intent)
            return
        intent.status, intent.authorized_at = IntentStatus.AUTHORIZED, self.clock()
        self._tell("charge.succeeded", intent, self._note(intent, self.clock() + WINDOW))
        self._tell("payment_intent.amount_capturable_updated", intent)

    def let_go_outside(self, intent_id: str) -> None:
        """An issuer, or a hand in the dashboard, lets the money go."""
        if self._current(intent_id).status in (IntentStatus.UNPAID, IntentStatus.AUTHORIZED):
            self.intents[intent_id].is_let_go_outside = True
            self._canceled(intent_id)

    def take_by_hand(self, intent_id: str) -> None:
        """A hand in the dashboard charges what is held."""
        if self._current(intent_id).status is IntentStatus.AUTHORIZED:
            intent = self.intents[intent_id]
            intent.status, intent.is_taken_by_hand = IntentStatus.CAPTURED, True
            self._tell("payment_intent.succeeded", intent)

    def _current(self, intent_id: str) -> Intent:
        """The PaymentIntent now: an authorization that is too old has expired."""
        intent = self.intents[intent_id]
        if (
            intent.status is IntentStatus.AUTHORIZED
            and intent.authorized_at
            and self.clock() >= intent.authorized_at + WINDOW
        ):
            intent.status, intent.canceled_at, intent.is_let_go_outside = IntentStatus.CANCELED, self.clock(), True
            self._tell("charge.expired", intent, self._note(intent, None))
        return intent

    # --- what is shown

    def show(self, intent: Intent) -> PaymentIntentSnapshot:
        capture_before = intent.authorized_at + WINDOW if intent.authorized_at else None
        return PaymentIntentSnapshot(
            id=intent.id,
            at=self.clock(),
            status=intent.status,
            amount=intent.attempt.amount,
            currency=intent.attempt.currency,
            manual=True,
            amount_received=intent.attempt.amount if intent.status is IntentStatus.CAPTURED else 0,
            created_at=intent.created_at,
            app=APP,
            user_id=intent.attempt.user_id,
            session_id=intent.attempt.session_id,
            consultant_id=intent.attempt.consultant_id,
            attempt=intent.attempt.number,
            authorized_at=intent.authorized_at,
            capture_before=capture_before,
            canceled_at=intent.canceled_at,
            client_secret=f"{intent.id}_secret",
        )

    def _note(self, intent: Intent, capture_before: datetime | None) -> ChargeSnapshot:
        return ChargeSnapshot(
            intent_id=intent.id,
            session_id=intent.attempt.session_id,
            order_id="",
            is_captured=False,
            capture_before=capture_before,
        )

    def _tell(self, kind: str, intent: Intent, note: ChargeSnapshot | None = None) -> None:
        about = note or replace(self.show(intent), authorized_at=None, capture_before=None)
        number = len(self.events) + 1
        event = Event(
            id=f"evt_{number}", type=kind, at=self.clock(), livemode=False, is_another_accounts=False, about=about
        )
        self.events.append(event)


def deps_in_memory(store: MemoryStore, stripe: MemoryStripe) -> JobDeps:
    """What jobs and use cases are given, on this database and this Stripe, which has no Checkout and no events."""
    gateway: Any = stripe
    ids = (f"id-{n}" for n in count(1))
    return JobDeps(
        store=store,
        chat=ChatDeps(store=store, stripe=gateway, now=stripe.clock, terms=TERMS, app=APP, identity=StripeIdentity),
        shop=ShopDeps(
            store=store, stripe=gateway, now=stripe.clock, new_id=ids.__next__, app=APP, identity=StripeIdentity
        ),
        events=gateway,
        intents=gateway,
        now=stripe.clock,
        livemode=False,
        has_found=lambda: None,
    )


def until(clock: Clock, at: datetime) -> timedelta:
    """Move the clock on to `at`, never back; by how much it was moved."""
    before, clock.at = clock.at, max(clock.at, at)
    return clock.at - before
