"""What the story stands on: two people with an app, Stripe, Firestore, and a clock that can be moved."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import requests

from emulators.demo.compare import compare
from emulators.demo.stripe_side import Card, PaymentIntent, Sheet, StripeSide

if TYPE_CHECKING:
    from emulators.demo.app import Person, Watch
    from emulators.demo.documents import Documents
    from emulators.demo.screen import Screen
    from emulators.stack import Stack

PRICE = 5000
MINUTE, HOUR = 60, 3600


class StoryBrokenError(Exception):
    """Something is not as the story has it: the text says what."""


@dataclass(frozen=True)
class Chat:
    """One chat session and its hold."""

    session_id: str
    intent: PaymentIntent
    in_the_app: Watch
    """The payer's listener to the session."""

    @property
    def session_path(self) -> str:
        return self.in_the_app.path

    @property
    def hold_path(self) -> str:
        return f"payment_intents/{self.intent.id}"


@dataclass
class Stage:
    """The running story."""

    stack: Stack
    screen: Screen
    documents: Documents
    stripe: StripeSide
    payer: Person
    consultant: Person
    looks: int = 0
    captured: list[Chat] = field(default_factory=list)
    released: list[Chat] = field(default_factory=list)

    def ask_for_a_hold(self) -> Chat:
        """The payer's app calls `createPaymentIntent` for a new session and listens to it (H-03)."""
        session_id = str(uuid.uuid4())
        answer = self.payer.call(
            "createPaymentIntent", sessionId=session_id, consultantId=self.consultant.uid, amount=PRICE
        )
        intent = PaymentIntent(answer["paymentIntentId"], answer["clientSecret"])
        return Chat(session_id, intent, self.payer.watch(f"sessions/{session_id}"))

    def pay(self, chat: Chat, card: Card, expected: str) -> Sheet:
        """The payer types a card into the PaymentSheet (H-04, H-05). Raises `StoryBrokenError`."""
        sheet = self.stripe.pay(chat.intent, card)
        expect(f"the PaymentIntent after the card {card.number}", sheet.status, expected)
        return sheet

    def look(self, chat: Chat, hold: str, session: str) -> None:
        """Show what both sides hold. Raises `StoryBrokenError` where they differ or are not as told."""
        expect("webhooks that are still on their way", self.stripe.settle(), 0)
        intent, kept = self.stripe.retrieve(chat.intent.id), self.documents.read(chat.hold_path)
        status = str(self.documents.read(chat.session_path).get("status"))
        rows = compare(intent, kept)
        self.screen.sides(rows, status)
        self.looks += 1
        expect("rows in which Stripe and Firestore differ", [row.name for row in rows if not row.is_equal], [])
        expect("the hold", kept["status"], hold)
        expect("the session", status, session)

    def app_sees(self, chat: Chat, status: str) -> None:
        """Wait until the payer's listener has seen the session in that status."""
        seen = chat.in_the_app.until(status)
        self.screen.note(f"the app saw, by onSnapshot: {' → '.join(seen)}")

    def let_time_pass(self, chat: Chat, seconds: int) -> None:
        """Let the chat's past lie so much further back; the functions' own clock is the machine's and never moved."""
        for path in (chat.session_path, chat.hold_path):
            self.documents.let_time_pass(path, seconds)

    def sweep(self) -> None:
        """Cloud Scheduler's part: run `sweepHolds` once (H-11, H-16). Raises `StoryBrokenError` if it fails."""
        answer = self.stack.run_scheduled("sweepHolds")
        expect(f"the answer of sweepHolds ({answer.text})", answer.status_code, requests.codes.ok)


def expect(what: str, seen: object, wanted: object) -> None:
    """Raise `StoryBrokenError`, naming what it is about, where something else is seen than is wanted."""
    if seen != wanted:
        raise StoryBrokenError(f"{what}: expected {wanted}, found {seen}")
