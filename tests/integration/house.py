"""The use cases on a real Firestore engine and the Stripe emulator, with a clock that can be moved."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe
from google.cloud.firestore import Client

from emulators.stripe_emulator import StripeControl, StripeEmulator
from payments import events, holds, sessions, sweep
from payments.documents import from_doc
from payments.domain.asking import Ask
from payments.domain.records import CancelReason, Hold, Session, Terms
from payments.ports import Config, Deps
from payments.store import FirestoreStore
from payments.stripe_gateway import StripeGateway
from payments.stripe_objects import event

PAYER, CONSULTANT, STRANGER = "payer", "consultant", "stranger"
GOOD_CARD = "4242424242424242"
TERMS = Terms(price=5000, currency="jpy", minutes=30, hold=timedelta(hours=72))


@dataclass
class Clock:
    """The product's clock: real time, moved on by what a test says."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class House:
    """One deployment with its database and its Stripe account, and what people do with it."""

    db: Client
    stripe: StripeEmulator
    control: StripeControl
    clock: Clock = field(default_factory=Clock)
    delivered: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.deps = Deps(
            store=FirestoreStore(self.db),
            gateway=StripeGateway(self.stripe.secret_key, base=self.stripe.url, now=self.clock),
            now=self.clock,
            sleep=lambda _: None,
            config=Config(terms=TERMS, publishable_key="pk_test_x", stripe_rate=1000, livemode=False),
        )
        self.sdk = stripe.StripeClient(self.stripe.secret_key, base_addresses={"api": self.stripe.url})
        self.db.document(f"consultants/{CONSULTANT}").set({"displayName": "相談員", "active": True})

    # --- what people do

    def ask(self, session_id: str | None = None, **changes: Any) -> Ask:
        given = {"user_id": PAYER, "session_id": session_id or uuid.uuid4().hex, "consultant_id": CONSULTANT}
        return Ask(**{**given, "amount": 5000, **changes})

    def create(self, session_id: str | None = None, **changes: Any) -> holds.Created:
        return holds.create(self.deps, self.ask(session_id, **changes))

    def pay(self, created: holds.Created, card: str = GOOD_CARD, **options: Any) -> Any:
        return self.control.pay(created.client_secret, card=card, **options)

    def paid(self, session_id: str | None = None) -> Hold:
        """A hold that has been paid, its webhooks delivered: the session is ready."""
        created = self.create(session_id)
        self.pay(created)
        self.deliver()
        return self.hold(created.hold.id)

    def started(self, session_id: str | None = None) -> Hold:
        """A hold whose chat is running."""
        hold = self.paid(session_id)
        sessions.start(self.deps, PAYER, hold.session_id)
        return self.hold(hold.id)

    def capture(self, hold: Hold, by: str = PAYER) -> Hold:
        return holds.capture(self.deps, by, hold.id)

    def cancel(self, hold: Hold, by: str = PAYER) -> Hold:
        return holds.cancel(self.deps, by, hold.id, CancelReason.REQUESTED_BY_CUSTOMER)

    # --- what happens by itself

    def pass_time(self, **ago: float) -> None:
        """Let time pass for the product and for Stripe alike."""
        step = timedelta(**ago)
        self.clock.ahead += step
        self.control.advance_clock(step.total_seconds())

    def sweep(self) -> sweep.Report:
        return sweep.run(self.deps)

    def events(self) -> list[dict[str, Any]]:
        """Everything that has happened at Stripe, oldest first, as its webhooks would bring it."""
        found = self.sdk.v1.events.list({"limit": 100})
        return [e.to_dict() for e in found.auto_paging_iter()][::-1]

    def deliver(self, wanted: Callable[[dict[str, Any]], bool] = lambda _: True) -> list[events.Outcome]:
        """Deliver the webhooks that have not been delivered yet."""
        news = [e for e in self.events() if e["id"] not in self.delivered and wanted(e)]
        self.delivered.update(e["id"] for e in news)
        return [self.receive(e) for e in news]

    def receive(self, body: dict[str, Any]) -> events.Outcome:
        return events.handle(self.deps, event(body))

    def with_config(self, **changes: Any) -> None:
        self.deps = replace(self.deps, config=replace(self.deps.config, **changes))

    # --- what is then on record

    def hold(self, intent_id: str) -> Hold:
        return from_doc(Hold, intent_id, self.db.document(f"payment_intents/{intent_id}").get().to_dict() or {})

    def session(self, session_id: str) -> Session:
        return from_doc(Session, session_id, self.db.document(f"sessions/{session_id}").get().to_dict() or {})

    def intent(self, intent_id: str) -> stripe.PaymentIntent:
        return self.sdk.v1.payment_intents.retrieve(intent_id)

    def alerts(self) -> list[str]:
        return sorted(s.to_dict()["kind"] for s in self.db.collection("alerts").stream())

    def everything(self) -> dict[str, Any]:
        """Every document, to compare before and after."""
        return {s.reference.path: s.to_dict() for collection in self.db.collections() for s in collection.stream()}
