"""Holds and chat sessions that wait for their webhooks, and those webhooks: signed, in Stripe's own shape."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe
from google.cloud import firestore

from bench.served import WEBHOOK_SECRET
from bench.traffic import http_request
from payments.adapters.firestore_mapping import COLLECTIONS, id_of, to_doc
from payments.adapters.stripe_gateway import StripeGateway
from payments.adapters.stripe_metadata import metadata_of
from payments.core.processed_events import ProcessedEvent
from payments.domain.chat.records import ChatSession, Hold, Operation
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.answers import Done
from stripe_emulator import StripeControl, StripeEmulator

GOOD_CARD = "4242424242424242"
AMOUNT, CURRENCY, MINUTES = 5000, "jpy", 30
PAYER, CONSULTANT = "payer", "consultant"
WRITES_AT_ONCE = 400

Event = dict[str, Any]


def real_events() -> Mapping[str, Event]:
    """One event of each step, as the Stripe emulator words it for a hold that is paid and captured."""
    with StripeEmulator(secret_key="sk_test_bench", webhook_secret=WEBHOOK_SECRET) as server:  # noqa: S106 - nobody's
        gateway = StripeGateway(server.secret_key, base=server.url, now=_now, app="bench")
        created = gateway.create(_unpaid("pi_template")[1].current)
        assert isinstance(created, Done), created
        StripeControl(server.url).pay(created.snapshot.client_secret or "", card=GOOD_CARD)
        captured = gateway.capture(_unpaid(created.snapshot.id)[0])
        assert isinstance(captured, Done), captured
        client = stripe.StripeClient(server.secret_key, base_addresses={"api": server.url})
        return {each.type: each.to_dict() for each in client.v1.events.list().data if each.type in STEPS}


class Prepared:
    """Makes holds in Firestore, and the signed requests that move them."""

    def __init__(self, database: firestore.Client, events: Mapping[str, Event]) -> None:
        self._database = database
        self._events = events

    def requests(self, count: int) -> list[bytes]:
        """So many requests, each about a hold of its own that is made here: authorizations and captures in turn."""
        steps = [list(STEPS)[number % len(STEPS)] for number in range(count)]
        pairs = [STEPS[step](f"pi_{uuid.uuid4().hex}") for step in steps]
        self._write([record for pair in pairs for record in pair])
        return [self._request(step, hold) for step, (hold, _) in zip(steps, pairs, strict=True)]

    def seen(self) -> int:
        """How many events have been dealt with: the mark of each is written with what it changes."""
        count: Any = self._database.collection(COLLECTIONS[ProcessedEvent]).count()  # the library types it wrongly
        return int(count.get()[0][0].value)

    def _write(self, records: Sequence[Hold | ChatSession]) -> None:
        for start in range(0, len(records), WRITES_AT_ONCE):
            batch = self._database.batch()
            for record in records[start : start + WRITES_AT_ONCE]:
                batch.create(self._database.document(COLLECTIONS[type(record)], id_of(record)), to_doc(record))
            batch.commit()

    def _request(self, step: str, hold: Hold) -> bytes:
        event = copy.deepcopy(self._events[step])
        event["id"] = f"evt_{uuid.uuid4().hex}"
        event["data"]["object"] |= {"id": hold.id, "metadata": metadata_of(hold)}
        body = json.dumps(event)
        signature = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET)
        return http_request(body.encode(), signature)


def _unpaid(intent_id: str) -> tuple[Hold, ChatSession]:
    """A hold that waits for its card, and its session, as `createPaymentIntent` leaves them."""
    session_id, now = uuid.uuid4().hex, _now()
    shared: dict[str, Any] = {"user_id": PAYER, "consultant_id": CONSULTANT, "attempt": 1, "created_at": now}
    price: dict[str, Any] = {"amount": AMOUNT, "currency": CURRENCY}
    waits: dict[str, Any] = {"status": HoldStatus.CREATED, "due_at": now + timedelta(minutes=5)}
    hold = Hold(id=intent_id, session_id=session_id, **shared, **price, **waits)
    opens: dict[str, Any] = {"status": SessionStatus.AWAITING_PAYMENT, "intent_id": intent_id, "minutes": MINUTES}
    return hold, ChatSession(id=session_id, requested_at=now, **shared, **price, **opens)


def _used(intent_id: str) -> tuple[Hold, ChatSession]:
    """A hold whose chat has just ended and whose capture is on its way, and its session."""
    hold, session = _unpaid(intent_id)
    ended = _now()
    started = ended - timedelta(minutes=MINUTES)
    hold = replace(
        hold,
        status=HoldStatus.REQUIRES_CAPTURE,
        authorized_at=started,
        confirmed_at=started,
        capture_before=started + timedelta(days=7),
        started_at=started,
        ends_at=ended,
        operation=Operation.CAPTURE,
        operation_at=ended,
    )
    chat: dict[str, Any] = {"started_at": started, "expires_at": ended, "ended_at": ended, "ended_by": PAYER}
    return hold, replace(session, status=SessionStatus.ENDED, used_intent_id=intent_id, **chat)


def _now() -> datetime:
    return datetime.now(UTC)


STEPS: Mapping[str, Callable[[str], tuple[Hold, ChatSession]]] = {
    "payment_intent.amount_capturable_updated": _unpaid,
    "payment_intent.succeeded": _used,
}
"""The common events, and the hold and session that each finds: it moves both, so that each is real work."""
