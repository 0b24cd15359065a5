"""A deployment with its database and its Stripe account, and people who call it over HTTP."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from google.cloud.firestore import Client
from stripe import WebhookSignature

from payments.domain.chat.records import Hold
from payments.endpoints.callables import CALLABLES
from tests.e2e.served import ServedFunctions
from tests.integration.deployment import CONSULTANT, PAYER, Deployment
from tests.integration.ticket_steps import CODE

ENGLISH = {"Accept-Language": "en-US,en;q=0.9"}
Data = dict[str, Any]
OF_CHATS = [name for name in CALLABLES if name != "createCheckoutSession"]
"""The callables that are about a chat or its hold; what is sold on Checkout is about neither."""


def sign(body: bytes, secret: str, *, ago: float = 0) -> str:
    """A `Stripe-Signature` header for the body; `ago` is in seconds, negative for a signature from the future."""
    text = body.decode(errors="replace")  # Stripe signs text; what is none has no signature that could be right
    return WebhookSignature.generate_signature_header(text, secret, int(time.time() - ago))


@dataclass
class Site:
    """`deployment` shares the database and the Stripe account: with it a test brings about what it then calls upon."""

    functions: ServedFunctions
    deployment: Deployment

    @property
    def db(self) -> Client:
        return self.deployment.db

    @property
    def webhook_secret(self) -> str:
        return self.functions.environment["STRIPE_WEBHOOK_SECRET"]

    def call(self, function: str, data: Any, *, by: str | None = PAYER, **headers: str) -> requests.Response:
        """Call a callable, signed in as `by`."""
        return self.functions.call(function, data, by=by, headers=headers)

    def good(self, function: str, hold: Hold) -> Data:
        """What an app would send to the callable about the hold."""
        if function == "createPaymentIntent":
            return {"sessionId": hold.session_id, "consultantId": CONSULTANT, "amount": 5000}
        if function == "redeemTicket":
            return {"sessionId": hold.session_id, "consultantId": CONSULTANT, "code": CODE}
        about_payment = function in {"capturePaymentIntent", "cancelPaymentIntent"}
        return {"paymentIntentId": hold.id} if about_payment else {"sessionId": hold.session_id}

    def new_session(self, **changes: Any) -> Data:
        """What an app would send to open a new session."""
        return {"sessionId": uuid.uuid4().hex, "consultantId": CONSULTANT, "amount": 5000, **changes}

    def ticket(self, **changes: Any) -> Data:
        """What an app would send to open a new session with a ticket."""
        return {"sessionId": uuid.uuid4().hex, "consultantId": CONSULTANT, "code": CODE, **changes}

    def deliver(self, event: Data | bytes, *, secret: str | None = None, ago: float = 0) -> requests.Response:
        """Deliver an event, signed; bytes go as they are."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        return self.deliver_with(body, sign(body, secret or self.webhook_secret, ago=ago))

    def deliver_with(self, body: bytes, signature: str | None) -> requests.Response:
        """Deliver a body with this `Stripe-Signature`, or without one."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if signature is not None:
            headers["Stripe-Signature"] = signature
        return self.functions.send("stripeWebhook", data=body, headers=headers)

    def the_event(self, kind: str) -> Data:
        """The newest event of that type at Stripe, as its webhook would bring it."""
        return [event for event in self.deployment.events() if event["type"] == kind][-1]

    def let_time_pass(self, path: str, **step: float) -> None:
        """Move every time in the document back: the functions' own clock is the machine's and never moved."""
        document = self.db.document(path)
        fields = document.get().to_dict() or {}
        earlier = timedelta(**step)
        document.update({name: value - earlier for name, value in fields.items() if isinstance(value, datetime)})

    @contextmanager
    def nothing_happens(self) -> Iterator[None]:
        """Fails where what is done meanwhile changes a document or makes Stripe do anything."""
        documents, effects = self.deployment.everything(), self._asked_of_stripe()
        yield
        assert self.deployment.everything() == documents
        assert self._asked_of_stripe() == effects

    def _asked_of_stripe(self) -> list[Data]:
        return [request for request in self.deployment.control.requests() if request["method"] != "GET"]
