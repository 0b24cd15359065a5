"""The least that any webhook of this kind must do, behind the same decorator: what the product's is measured against.

It verifies, reads the event, the hold and the session in one batch get, and writes what changes in one batch commit
in which every write must find its document as it was read; what people are told of it goes with it. It refuses
nothing, repeats nothing and decides nothing.
"""

from __future__ import annotations

import functools
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import firebase_admin  # type: ignore[import-untyped]  # it ships no types
import stripe
from firebase_functions import https_fn
from flask import Request, Response
from google.cloud import firestore

firebase_admin.initialize_app()

TOLERANCE = 300
KEPT = timedelta(days=35)
STATUSES = {"requires_capture": "requires_capture", "succeeded": "captured"}
TOLD = {"requires_capture": ("payer", "consultant"), "succeeded": ("payer",)}


@functools.cache
def database() -> firestore.Client:
    """One client an instance, built on the first call, as the product's."""
    return firestore.Client()


@https_fn.on_request()
def floor_webhook(request: Request) -> Response:
    """Verify, one batch get, one batch commit."""
    payload = request.get_data(cache=False)
    stripe.WebhookSignature.verify_header(
        payload, request.headers["Stripe-Signature"], os.environ["STRIPE_WEBHOOK_SECRET"], TOLERANCE
    )
    follow(json.loads(payload))
    return Response('{"outcome": "done"}', 200, mimetype="application/json")


@https_fn.on_request()
def answer_at_once(request: Request) -> Response:
    """Read the body and do nothing: how fast the load generator can be answered at all."""
    request.get_data(cache=False)
    return Response('{"outcome": "done"}', 200, mimetype="application/json")


def follow(event: dict[str, Any]) -> None:
    """Write that the event was seen, and the statuses that it brings."""
    db, intent, now = database(), event["data"]["object"], datetime.now(UTC)
    marker = db.document("stripe_events", event["id"])
    hold = db.document("payment_intents", intent["id"])
    session = db.document("sessions", intent["metadata"]["sessionId"])
    read = {snapshot.reference.path: snapshot for snapshot in db.get_all([marker, hold, session])}
    batch = db.batch()
    batch.create(marker, seen(event, intent, now))
    status = STATUSES[intent["status"]]
    update(batch, read[hold.path], {"status": status, "confirmedAt": now, "dueAt": now + KEPT})
    update(batch, read[session.path], {"status": "ready"})
    for person in TOLD[intent["status"]]:
        notice = db.document("notifications", f"{status}-{session.id}-{person}")
        batch.set(notice, told(session.id, person, status, now))
    batch.commit()


def seen(event: dict[str, Any], intent: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What is kept of an event."""
    return {
        "type": event["type"],
        "objectId": intent["id"],
        "outcome": "done",
        "at": now,
        "expireAt": now + KEPT,
    }


def told(session_id: str, person: str, kind: str, now: datetime) -> dict[str, Any]:
    """What a person is told in the same commit (H-06)."""
    return {"userId": person, "sessionId": session_id, "kind": kind, "attempt": 1, "createdAt": now, "readAt": None}


def update(batch: Any, snapshot: Any, changes: dict[str, Any]) -> None:
    """Change a document if it is still as it was read."""
    unchanged = database().write_option(last_update_time=snapshot.update_time)
    batch.update(snapshot.reference, {**changes, "rev": snapshot.to_dict()["rev"] + 1}, option=unchanged)
