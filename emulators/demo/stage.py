"""What the story stands on: two people with an app, Stripe, Firestore, and times that can be moved."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import requests

from emulators.demo.compare import Row, compare
from emulators.demo.phones import Phones, told_by_the_apps
from emulators.demo.stripe_side import Card, PaymentIntent, Sheet, StripeSide
from emulators.stack.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulators.demo.app import Person, Watch
    from emulators.demo.documents import Documents
    from emulators.demo.screen import Screen
    from emulators.stack.stack import Stack

PRICE = 5000
MINUTE, HOUR = 60, 3600
DENIED = "permission-denied"
"""How the SDK words what the security rules refuse."""


class StoryBrokenError(Exception):
    """Something is not as the story has it: the text says what."""


@dataclass(frozen=True)
class Chat:
    """One chat session and its holds, oldest first; a chat that a ticket opened has none."""

    session_id: str
    in_the_app: Watch
    """The payer's listener to the session."""
    intents: list[PaymentIntent] = field(default_factory=list)

    @property
    def path(self) -> str:
        return self.in_the_app.path


def hold_path(intent: PaymentIntent) -> str:
    return f"payment_intents/{intent.id}"


@dataclass
class Stage:
    """The running story."""

    stack: Stack
    screen: Screen
    documents: Documents
    stripe: StripeSide
    phones: Phones
    payer: Person
    consultant: Person
    looks: int = 0
    captured: list[PaymentIntent] = field(default_factory=list)
    released: list[PaymentIntent] = field(default_factory=list)
    sold: list[str] = field(default_factory=list)
    """The PaymentIntents of shop orders, those of pages that were left included."""

    def issue_ticket(self) -> str:
        """The shop issues a code that opens one chat (H-02), by the product's own command."""
        command = [sys.executable, "-m", "payments.commands.issue_tickets", "--uses", "1"]
        target = {"FIRESTORE_EMULATOR_HOST": self.stack.firestore_host, "GOOGLE_CLOUD_PROJECT": self.stack.project}
        done = subprocess.run(
            command, cwd=ROOT / "functions", env=os.environ | target, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def redeem(self, code: str) -> Chat:
        """The payer's app calls `redeemTicket` for a new session and listens to it (H-02)."""
        session_id = str(uuid.uuid4())
        self.payer.call("redeemTicket", code=code, consultantId=self.consultant.uid, sessionId=session_id)
        return Chat(session_id, self.payer.watch(f"sessions/{session_id}"))

    def ask_for_a_hold(self, chat: Chat | None = None) -> Chat:
        """The payer's app calls `createPaymentIntent` (H-03): a new session, or one more hold for a chat."""
        session_id = chat.session_id if chat else str(uuid.uuid4())
        answer = self.payer.call(
            "createPaymentIntent", sessionId=session_id, consultantId=self.consultant.uid, amount=PRICE
        )
        chat = chat or Chat(session_id, self.payer.watch(f"sessions/{session_id}"))
        intent = PaymentIntent(answer["paymentIntentId"], answer["clientSecret"])
        chat.intents.extend([intent] if intent not in chat.intents else [])
        return chat

    def pay(self, chat: Chat, card: Card, expected: str) -> Sheet:
        """The payer types a card into the PaymentSheet (H-04, H-05). Raises `StoryBrokenError`."""
        sheet = self.stripe.pay(chat.intents[-1], card)
        expect(f"the PaymentIntent after the card {card.number}", sheet.status, expected)
        return sheet

    def look(self, chat: Chat, session: str, hold: str | None = None, earlier: str = "captured") -> None:
        """Show what both sides hold. Raises `StoryBrokenError` where they differ or are not as told.

        `hold` is the status of the chat's last hold, `earlier` that of each before it.
        """
        expect("webhooks that are still on their way", self.stripe.settle(), 0)
        status = str(self.documents.read(chat.path).get("status"))
        rows = [self._payments(chat), *self._rows(chat)]
        self.screen.sides(rows, status)
        self.looks += 1
        expect("rows in which Stripe and Firestore differ", [row.name for row in rows if not row.is_equal], [])
        wanted = [*([earlier] * (len(chat.intents) - 1)), *([hold] if hold else [])]
        expect("the holds", [self.documents.read(hold_path(each)).get("status") for each in chat.intents], wanted)
        expect("the session", status, session)

    def _payments(self, chat: Chat) -> Row:
        at_stripe = sorted(self.stripe.intents_of(chat.session_id))
        holds = self.documents.all("payment_intents")
        on_record = sorted(name for name, hold in holds.items() if hold["sessionId"] == chat.session_id)
        return Row("payments", str(len(at_stripe)), str(len(on_record)), at_stripe == on_record)

    def _rows(self, chat: Chat) -> Iterator[Row]:
        """The rows of each hold; those that are the same for all of them with the last one only."""
        for number, intent in enumerate(chat.intents, 1):
            is_last = intent is chat.intents[-1]
            for row in compare(self.stripe.retrieve(intent.id), self.documents.read(hold_path(intent))):
                if is_last or row.name in {"status", "captured"} or not row.is_equal:
                    name = f"{row.name} {number}" if len(chat.intents) > 1 else row.name
                    yield Row(name, row.stripe, row.firestore, row.is_equal)

    def app_sees(self, chat: Chat, status: str) -> None:
        """Wait until the payer's listener has seen the session in that status."""
        seen = chat.in_the_app.until(status)
        self.screen.note(f"the app saw, by onSnapshot: {' → '.join(seen)}")

    def says(self, person: Person, chat: Chat, text: str) -> None:
        """Somebody writes into the chat, and the other one reads it. Raises `RefusedError`, `StoryBrokenError`."""
        other = self.consultant if person is self.payer else self.payer
        person.user.say(chat.path, text).done()
        newest = other.user.messages(chat.path).done()[0]
        expect("what the other one reads", (newest["senderId"], newest["text"]), (person.uid, text))
        self.screen.note(f"the {person.name} writes {text}, the {other.name} reads it")

    def may_not_say(self, person: Person, chat: Chat, when: str) -> None:
        """The security rules refuse a message. Raises `StoryBrokenError` where they do not."""
        answer = person.user.say(chat.path, "…")
        expect(f"what the rules say of a message {when}", answer.code, DENIED)
        self.screen.note(f"a message {when}: refused by the security rules")

    def told(self, chat: Chat, kind: str, *people: Person) -> None:
        """Show what these people were told: their app lists it, their phone shows it. Raises `StoryBrokenError`."""
        for person in people or (self.payer, self.consultant):
            kinds = {what for _, what, session_id in told_by_the_apps([person]) if session_id == chat.session_id}
            expect(f"what of {kind} the {person.name}'s app lists", kinds & {kind}, {kind})
            if self.phones.are_reached:
                title = self.phones.push(person, kind, chat.session_id)
                self.screen.note(f"the {person.name}'s phone shows {title} ({kind})")

    def let_time_pass(self, chat: Chat, seconds: float, in_words: str) -> None:
        """Let the chat's past lie so much further back; the functions' own clock is the machine's and never moved."""
        self.screen.note(f"simulated: {in_words}, by dating back all times that are stored of this chat")
        for path in (chat.path, *map(hold_path, chat.intents)):
            self.documents.let_time_pass(path, seconds)

    def let_time_pass_until(self, chat: Chat, at: datetime, in_words: str) -> None:
        """Let time pass until a second after `at`, which is one of the chat's own times."""
        left = at + timedelta(seconds=1) - datetime.now(UTC)
        self.let_time_pass(chat, left.total_seconds(), in_words)

    def sweep(self) -> None:
        """Cloud Scheduler's part: run `sweepHolds` once (H-11, H-16). Raises `StoryBrokenError` if it fails."""
        answer = self.stack.run_scheduled("sweepHolds")
        expect(f"the answer of sweepHolds ({answer.text})", answer.status_code, requests.codes.ok)


def expect(what: str, seen: object, wanted: object) -> None:
    """Raise `StoryBrokenError`, naming what it is about, where something else is seen than is wanted."""
    if seen != wanted:
        raise StoryBrokenError(f"{what}: expected {wanted}, found {seen}")
