"""The use cases on a real Firestore engine and the Stripe emulator, with a clock that can be moved."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from google.cloud.firestore import Client
from stripe import PaymentIntent, RequestsClient, StripeClient

from payments.adapters.firestore import FirestoreStore
from payments.adapters.firestore_mapping import from_doc
from payments.adapters.stripe_gateway import StripeGateway
from payments.adapters.stripe_parse import read_event
from payments.adapters.which_stripe import WhichStripe, fingerprint
from payments.chat import finish_hold, hold_card, redeem_ticket, start_and_end
from payments.chat.port import ChatDeps
from payments.config import is_live
from payments.core.alerts import AlertKind
from payments.core.limits import Action, limits_id
from payments.core.processed_events import Outcome
from payments.domain.chat.notifications import Notification
from payments.domain.chat.records import CancelReason, ChatSession, Hold, Terms
from payments.domain.chat.requests import HoldRequest
from payments.domain.chat.tickets import TicketRequest, canonical
from payments.domain.shop.orders import Order
from payments.jobs import sweep
from payments.jobs.port import JobDeps
from payments.jobs.webhook import handle
from payments.shop.port import ShopDeps
from payments.stripe_model.identity import StripeIdentity
from stripe_emulator import StripeControl, StripeEmulator

PAYER, CONSULTANT, STRANGER = "payer", "consultant", "stranger"
GOOD_CARD = "4242424242424242"
PAGES = "https://shop.example"
#: What names the deployment at Stripe.
APP = "paid-chat"
FOR_EVER = timedelta(days=1000)
TERMS = Terms(price=5000, currency="jpy", minutes=30, hold=timedelta(hours=72))

Json = dict[str, Any]


@dataclass
class Clock:
    """The product's clock: real time, or one that stands, moved on by what a test says."""

    ahead: timedelta = timedelta()
    stands_at: datetime | None = None

    def __call__(self) -> datetime:
        return (self.stands_at or datetime.now(UTC)) + self.ahead


def changed_deps(deps: JobDeps, *, stripe: Any = None, terms: Terms | None = None, **common: Any) -> JobDeps:
    """The same with another Stripe, other terms, another name (`app`), store or clock (`now`), wherever it is used."""
    if stripe is not None:
        deps = replace(deps, events=stripe, intents=stripe)
        common["stripe"] = stripe
    livemode = common.pop("livemode", deps.livemode)
    chat = replace(deps.chat, terms=terms or deps.chat.terms, **common)
    shop = replace(deps.shop, **common)
    of_jobs = {name: value for name, value in common.items() if name not in ("stripe", "app")}
    return replace(deps, chat=chat, shop=shop, livemode=livemode, **of_jobs)


@dataclass
class Deployment:
    """One deployment with its database and its Stripe account, and what people do with it."""

    db: Client
    stripe: StripeEmulator
    control: StripeControl
    clock: Clock = field(default_factory=Clock)
    delivered: set[str] = field(default_factory=set)
    seen: list[Json] = field(default_factory=list)
    issued: dict[str, int] = field(default_factory=dict)
    which: WhichStripe = field(init=False)

    def __post_init__(self) -> None:
        store, stripe = FirestoreStore(self.db), self.gateway(account=lambda: self.which().account)
        self.which = self.asked_by(stripe, self.stripe.secret_key)
        new_id = lambda: str(uuid.uuid4())  # noqa: E731 - as wiring gives it
        self.deps = JobDeps(
            store=store,
            chat=ChatDeps(store=store, stripe=stripe, now=self.clock, terms=TERMS, app=APP, identity=self.identity),
            shop=ShopDeps(store=store, stripe=stripe, now=self.clock, new_id=new_id, app=APP, identity=self.identity),
            events=stripe,
            intents=stripe,
            now=self.clock,
            livemode=False,
            has_found=self.has_found,
        )
        # The SDK's own choice of a client makes an asynchronous one beside it, which takes longer than many a test.
        http = RequestsClient()
        self.sdk = StripeClient(self.stripe.secret_key, base_addresses={"api": self.stripe.url}, http_client=http)
        self.which()  # an instance asks once whose key it has
        self.control.clear_requests()
        self.db.document(f"consultants/{CONSULTANT}").set({"displayName": "相談員", "active": True})

    def gateway(self, key: str | None = None, **options: Any) -> StripeGateway:
        """A gateway of the product's own, as its constants are now; with another key if one is given."""
        key = key or self.stripe.secret_key
        return StripeGateway(
            key, base=self.stripe.url, now=self.clock, **{"app": APP, "app_base_url": PAGES, **options}
        )

    def asked_by(self, stripe: StripeGateway, key: str, currency: str = "jpy") -> WhichStripe:
        """Whose key it is, as `wiring` finds out."""
        return WhichStripe(
            store=FirestoreStore(self.db),
            key=fingerprint(key),
            livemode=is_live(key),
            currency=currency,
            read_account=stripe.read_account,
            now=self.clock,
        )

    def identity(self) -> StripeIdentity:
        """Whose key is in use now."""
        return self.which()

    def has_found(self) -> None:
        """The key in use has found a payment."""
        self.which.has_found()

    def use(self, stripe: StripeEmulator, key: str | None = None) -> None:
        """Deploy with a key of this Stripe: its own, or another."""
        key = key or stripe.secret_key
        gateway = StripeGateway(
            key,
            base=stripe.url,
            now=self.clock,
            app=APP,
            app_base_url=PAGES,
            account=lambda: self.which().account,
        )
        self.which = self.asked_by(gateway, key)
        self.with_deps(stripe=gateway, livemode=is_live(key))

    # --- what people do

    def ask(self, session_id: str | None = None, **changes: Any) -> HoldRequest:
        given = {"user_id": PAYER, "session_id": session_id or uuid.uuid4().hex, "consultant_id": CONSULTANT}
        return HoldRequest(**{**given, "amount": 5000, **changes})

    def create(self, session_id: str | None = None, **changes: Any) -> hold_card.Created:
        return hold_card.create(self.deps.chat, self.ask(session_id, **changes))

    def pay(self, created: hold_card.Created, card: str = GOOD_CARD, **options: Any) -> Any:
        return self.control.pay(created.client_secret, card=card, **options)

    def paid(self, session_id: str | None = None, **changes: Any) -> Hold:
        """A hold that has been paid, its webhooks delivered: the session is ready."""
        created = self.create(session_id, **changes)
        self.pay(created)
        self.deliver()
        return self.hold(created.hold.id)

    def started(self, session_id: str | None = None, **changes: Any) -> Hold:
        """A hold whose chat is running."""
        hold = self.paid(session_id, **changes)
        self.start(hold)
        return self.hold(hold.id)

    def extend(self, running: Hold | ChatSession, **changes: Any) -> Hold:
        """The hold that extends a running chat, paid, its webhooks delivered."""
        return self.paid(_chat(running), user_id=running.user_id, **changes)

    def redeem(
        self, code: str, session_id: str | None = None, user: str = PAYER, consultant: str = CONSULTANT
    ) -> ChatSession:
        """A chat opened by a code, as a person types it."""
        ask = TicketRequest(
            user_id=user, session_id=session_id or uuid.uuid4().hex, consultant_id=consultant, code=canonical(code)
        )
        return redeem_ticket.redeem(self.deps.chat, ask)

    def start(self, chat: Hold | ChatSession) -> ChatSession:
        return start_and_end.start(self.deps.chat, chat.user_id, _chat(chat))

    def end(self, chat: Hold | ChatSession, by: str | None = None) -> start_and_end.Ended:
        return start_and_end.end(self.deps.chat, by or chat.user_id, _chat(chat))

    def capture(self, hold: Hold, by: str | None = None) -> Hold:
        return finish_hold.capture(self.deps.chat, by or hold.user_id, hold.id)

    def cancel(self, hold: Hold, by: str | None = None) -> Hold:
        return finish_hold.cancel(self.deps.chat, by or hold.user_id, hold.id, CancelReason.REQUESTED_BY_CUSTOMER)

    # --- what happens by itself

    def pass_time(self, **ago: float) -> None:
        """Let time pass for the product and for Stripe alike."""
        step = timedelta(**ago)
        self.clock.ahead += step
        self.control.advance_clock(step.total_seconds())

    def sweep(self) -> sweep.Report:
        return sweep.run(self.deps)

    def sweep_for(self, hours: float, every: float = 1.0) -> None:
        """Let hours pass, with a sweep every so many of them; those that would find nothing due are spared."""
        left = int(hours / every)
        while left:
            steps = min(left, self._steps_until_due(timedelta(hours=every)))
            self.pass_time(hours=every * steps)
            self.sweep()
            left -= steps

    def _steps_until_due(self, step: timedelta) -> int:
        """How many steps it takes until something is due: at least one, and a great many where nothing ever will be."""
        now, kinds = self.clock(), (Hold, ChatSession, Order)
        pages: list[list[Any]] = [
            next(filter(None, self.deps.store.due(kind, now + FOR_EVER, 1)), []) for kind in kinds
        ]
        due = min((item.due_at for page in pages for item, _ in page), default=now + FOR_EVER)
        return max(1, ceil((due - now) / step))

    def events(self) -> list[Json]:
        """Everything that has happened at Stripe, oldest first, as its webhooks would bring it."""
        since: Any = {"ending_before": self.seen[-1]["id"]} if self.seen else {}
        wanted: Any = {"limit": 100, **since}
        found = [e.to_dict() for e in self.sdk.v1.events.list(wanted).auto_paging_iter()]
        self.seen += found if since else found[::-1]
        return list(self.seen)

    def news(self, wanted: Callable[[Json], bool] = lambda _: True) -> list[Json]:
        """The events that have not been delivered yet, and now count as if they were."""
        news = [e for e in self.events() if e["id"] not in self.delivered and wanted(e)]
        self.delivered.update(e["id"] for e in news)
        return news

    def deliver(self, wanted: Callable[[Json], bool] = lambda _: True) -> list[Outcome]:
        """Deliver the webhooks that have not been delivered yet."""
        return [self.receive(e) for e in self.news(wanted)]

    def receive(self, body: Json) -> Outcome:
        return handle(self.deps, read_event(body))

    def ticket(self, code: str, **fields: Any) -> None:
        """A ticket as somebody made it; `fields` are its document's own, a None among them is left out."""
        doc = {"active": True, "remaining": 1, **fields}
        self.issued[code] = doc["remaining"]
        self.db.document(f"tickets/{code}").set({name: value for name, value in doc.items() if value is not None})

    def with_deps(self, **changes: Any) -> None:
        self.deps = changed_deps(self.deps, **changes)

    # --- what is then on record

    def hold(self, intent_id: str) -> Hold:
        return from_doc(Hold, intent_id, self.db.document(f"payment_intents/{intent_id}").get().to_dict() or {})

    def session(self, session_id: str) -> ChatSession:
        return from_doc(ChatSession, session_id, self.db.document(f"sessions/{session_id}").get().to_dict() or {})

    def holds(self) -> dict[str, Hold]:
        found = self.db.collection("payment_intents").stream()
        return {s.id: from_doc(Hold, s.id, s.to_dict() or {}) for s in found}

    def sessions(self) -> dict[str, ChatSession]:
        found = self.db.collection("sessions").stream()
        return {s.id: from_doc(ChatSession, s.id, s.to_dict() or {}) for s in found}

    def intent(self, intent_id: str) -> PaymentIntent:
        return self.sdk.v1.payment_intents.retrieve(intent_id)

    def intents(self) -> dict[str, PaymentIntent]:
        return {i.id: i for i in self.sdk.v1.payment_intents.list({"limit": 100}).auto_paging_iter()}

    def asked(self, path_end: str, *, effect: bool = False) -> list[Json]:
        """The requests that Stripe has had on paths that end so; with `effect`, only those that changed something."""
        found = [r for r in self.control.requests() if r["method"] == "POST" and r["path"].endswith(path_end)]
        return [r for r in found if r["effect"]] if effect else found

    def attempts(self, action: Action = Action.PAYMENT, user: str = PAYER) -> int:
        """How often a person has tried, by the counter that limits it."""
        counter = self.db.document(f"limits/{limits_id(action, user)}").get().to_dict() or {"attempts": 0}
        return int(counter["attempts"])

    def notices(self, user: str | None = None) -> list[Notification]:
        """What people have been told, oldest first; or one person."""
        found = [from_doc(Notification, s.id, s.to_dict() or {}) for s in self.db.collection("notifications").stream()]
        return sorted((n for n in found if user in (None, n.user_id)), key=lambda n: (n.created_at, n.id))

    def alert_documents(self) -> list[Json]:
        """The alerts, but for the silence of webhooks: most tests deliver them late, or never."""
        found = [s.to_dict() or {} for s in self.db.collection("alerts").stream()]
        return [alert for alert in found if alert["kind"] != AlertKind.WEBHOOKS_SILENT]

    def alerts(self, *, closed: bool = False) -> list[str]:
        """The kinds of these alerts, of those that are open or of those that have been closed."""
        return sorted(alert["kind"] for alert in self.alert_documents() if bool(alert["closedAt"]) is closed)

    def alerts_by_intent(self) -> dict[str, set[str]]:
        """The kinds of the alerts about each PaymentIntent that there are any about."""
        found: dict[str, set[str]] = {}
        for alert in self.alert_documents():
            found.setdefault(alert["intentId"], set()).add(alert["kind"])
        return found

    def everything(self) -> Json:
        """Every document, to compare before and after."""
        return {s.reference.path: s.to_dict() for collection in self.db.collections() for s in collection.stream()}


def _chat(chat: Hold | ChatSession) -> str:
    return chat.id if isinstance(chat, ChatSession) else chat.session_id
