"""Two people with the app on the whole local stack, and a chat between them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import stripe

from emulators.demo.documents import Documents
from emulators.demo.stripe_side import sdk
from emulators.stack.app_client import Answer, App, Listener, User
from emulators.stack.stack import Stack
from payments.commands.issue_tickets import new_code
from stripe_emulator import StripeControl

GOOD_CARD = "4242424242424242"


@dataclass(frozen=True)
class Hold:
    """What the payer's app has in its hands after `createPaymentIntent`."""

    id: str
    client_secret: str
    session_id: str

    @property
    def path(self) -> str:
        return f"payment_intents/{self.id}"

    @property
    def session_path(self) -> str:
        return f"sessions/{self.session_id}"


@dataclass(frozen=True)
class Stage:
    """The stack with a payer and a consultant of one test's own. Times pass by moving what is stored."""

    stack: Stack
    app: App
    documents: Documents
    control: StripeControl
    payer: User
    consultant: User

    def hold(self, session_id: str | None = None) -> Hold:
        """The payer asks for a hold (H-03)."""
        asked = {"sessionId": session_id or str(uuid.uuid4()), "consultantId": self.consultant.uid, "amount": 5000}
        answer = self.payer.call("createPaymentIntent", asked)
        assert answer.code is None, answer
        return Hold(answer.data["paymentIntentId"], answer.data["clientSecret"], answer.data["sessionId"])

    def pay(self, hold: Hold, card: str = GOOD_CARD) -> dict[str, Any]:
        """The payer types a card into the PaymentSheet (H-04, H-05)."""
        return self.control.pay(hold.client_secret, card)

    def paid(self) -> Hold:
        """A hold whose session the payer's app has seen become ready."""
        hold = self.hold()
        self.pay(hold)
        until(self.payer.listen(hold.session_path), "ready")
        return hold

    def started(self) -> Hold:
        """A hold whose chat runs."""
        hold = self.paid()
        answer = self.payer.call("startSession", {"sessionId": hold.session_id})
        assert answer.data["status"] == "active", answer
        return hold

    def ticket(self, uses: int = 1, minutes: int | None = None) -> str:
        """A code, issued for so many chats."""
        code = new_code()
        fields: dict[str, Any] = {"active": {"booleanValue": True}, "remaining": {"integerValue": str(uses)}}
        self.documents.write(
            f"tickets/{code}", fields | ({"minutes": {"integerValue": str(minutes)}} if minutes else {})
        )
        return code

    def redeem(self, code: str, session_id: str | None = None, by: User | None = None) -> Answer:
        """Somebody, the payer unless another is named, types a code (H-02)."""
        asked = {"code": code, "consultantId": self.consultant.uid, "sessionId": session_id or str(uuid.uuid4())}
        return (by or self.payer).call("redeemTicket", asked)

    def webhooks_delivered(self) -> None:
        """Wait until Stripe has delivered all that it has to."""
        assert self.control.wait_webhooks() == 0

    def status(self, path: str) -> str:
        """`status` of a document, with administration rights."""
        return str(self.documents.read(path)["status"])

    def intent(self, intent_id: str) -> stripe.PaymentIntent:
        """The PaymentIntent as Stripe has it."""
        return sdk(self.stack.stripe).v1.payment_intents.retrieve(intent_id)


def until(listener: Listener, status: str) -> dict[str, Any]:
    """The document as the listener sees it, once it has that status. Fails where the rules end the listening."""
    heard: Answer = listener.until(lambda a: a.code is not None or (a.data or {}).get("status") == status)
    assert heard.code is None, heard
    document: dict[str, Any] = heard.data
    return document
