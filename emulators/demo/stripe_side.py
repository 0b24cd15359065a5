"""Stripe as the demo uses it: the PaymentSheet's part and a look at a PaymentIntent. The emulator or test mode."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import stripe

from emulators.demo.compare import Sold
from stripe_emulator import StripeControl

if TYPE_CHECKING:
    from emulators.stack.stripe_settings import StripeSettings

NETWORK_SECONDS = 30
WEBHOOK_SECONDS = 60
NO_RETURN = "https://example.com/"
"""Stripe wants an address to come back to with a confirmation, also where the card never leads away."""


@dataclass(frozen=True)
class Card:
    """A test card: the number that a person types, and the id that stands for it on the server side."""

    number: str
    payment_method: str


GOOD = Card("4242 4242 4242 4242", "pm_card_visa")
THREE_D_SECURE = Card("4000 0025 0000 3155", "pm_card_authenticationRequired")
DECLINED = Card("4000 0000 0000 0002", "pm_card_visa_chargeDeclined")
NO_FUNDS = Card("4000 0000 0000 9995", "pm_card_visa_chargeDeclinedInsufficientFunds")


@dataclass(frozen=True)
class Sheet:
    """What the PaymentSheet learns: the PaymentIntent's status, and why the card was declined if it was."""

    status: str
    declined: str | None = None


class StripeSide(Protocol):
    """Stripe, whichever it is."""

    sends_webhooks: bool
    """Whether events reach this machine. Stripe itself can't call a laptop; `stripe listen` would be needed."""

    def retrieve(self, intent_id: str) -> dict[str, Any]:
        """Return the PaymentIntent as Stripe has it now."""
        ...

    def intents_of(self, session_id: str) -> set[str]:
        """Return the ids of the PaymentIntents, of the newest 100, that were made for this chat."""
        ...

    def pay(self, intent: PaymentIntent, card: Card) -> Sheet:
        """Do what the PaymentSheet does with a card; one that asks for 3-D Secure then waits for it."""
        ...

    def settle(self) -> int:
        """Wait until every event has been delivered; return how many are still on their way after a minute."""
        ...

    def let_time_pass(self, seconds: int) -> None:
        """Move Stripe's clock on, where it can be moved."""
        ...


@dataclass(frozen=True)
class PaymentIntent:
    """What the app has in its hands after `createPaymentIntent`."""

    id: str
    client_secret: str


def sdk(settings: StripeSettings) -> stripe.StripeClient:
    """Return Stripe's own SDK with our key, pointed at Stripe or at the emulator."""
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        settings.secret_key,
        base_addresses={"api": settings.api_url},
        http_client=stripe.RequestsClient(timeout=NETWORK_SECONDS),
        max_network_retries=2,
    )


class _ThroughTheSdk:
    """What is read of Stripe in the same way, whichever it is."""

    def __init__(self, settings: StripeSettings) -> None:
        self._client = sdk(settings)

    def retrieve(self, intent_id: str) -> dict[str, Any]:
        return self._client.v1.payment_intents.retrieve(intent_id).to_dict()

    def intents_of(self, session_id: str) -> set[str]:
        newest = self._client.v1.payment_intents.list({"limit": 100}).data
        return {intent.id for intent in newest if intent.metadata.to_dict().get("sessionId") == session_id}

    def intent_ids(self) -> set[str]:
        """Return the ids of the newest 100 PaymentIntents."""
        return {intent.id for intent in self._client.v1.payment_intents.list({"limit": 100}).data}


class EmulatedStripe(_ThroughTheSdk):
    """The Stripe emulator, with every webhook sent twice."""

    sends_webhooks = True

    def __init__(self, settings: StripeSettings) -> None:
        super().__init__(settings)
        self._control = StripeControl(settings.api_url)
        self._control.webhooks(duplicate=2)

    def pay(self, intent: PaymentIntent, card: Card) -> Sheet:
        answer = self._control.pay(intent.client_secret, card.number.replace(" ", ""))
        return Sheet(answer["status"], (answer["error"] or {}).get("message"))

    def pass_challenge(self, intent: PaymentIntent) -> Sheet:
        """Answer the bank's 3-D Secure challenge as the card's owner."""
        return Sheet(self._control.authenticate(intent.id, "succeed")["status"])

    def sold(self, page: str) -> Sold:
        """Return a Checkout Session with what has come of it."""
        session = self._client.v1.checkout.sessions.retrieve(page)
        if not isinstance(session.payment_intent, str):
            return Sold(session.to_dict(), None, [])
        intent = self._client.v1.payment_intents.retrieve(session.payment_intent, {"expand": ["latest_charge"]})
        disputes = self._client.v1.disputes.list({"payment_intent": intent.id})
        return Sold(session.to_dict(), intent.to_dict(), [each.to_dict() for each in disputes.data])

    def pay_on_page(self, page: str, card: Card) -> dict[str, Any]:
        """Do what Checkout's page does with a card; return where the page is then, and what it says of a decline."""
        return self._control.pay_checkout(page, card.number.replace(" ", ""))

    def choose_store(self, page: str) -> dict[str, Any]:
        """Do what Checkout's page does with a payment at a convenience store; return as `pay_on_page`."""
        return self._control.pay_checkout(page, method="konbini")

    def pay_at_store(self, intent_id: str) -> None:
        """Pay at the store's till."""
        self._control.settle_konbini(intent_id, "succeed")

    def refund(self, intent_id: str, amount: int) -> None:
        """Give a part back, as the staff does in the dashboard."""
        self._client.v1.refunds.create({"payment_intent": intent_id, "amount": amount})

    def dispute(self, intent_id: str, amount: int) -> str:
        """Let the payer's bank take an amount back; return the dispute's id."""
        charge: str = self.retrieve(intent_id)["latest_charge"]
        return str(self._control.dispute(charge, amount=amount)["id"])

    def win(self, dispute_id: str) -> None:
        """Let the bank decide for the shop."""
        self._control.close_dispute(dispute_id, "won")

    def settle(self) -> int:
        return self._control.wait_webhooks(WEBHOOK_SECONDS)

    def let_time_pass(self, seconds: int) -> None:
        self._control.advance_clock(seconds)

    def event_ids(self) -> list[str]:
        """Return the ids of all events that Stripe has made, newest first."""
        return [event.id for event in self._client.v1.events.list({"limit": 100}).auto_paging_iter()]

    def deliveries(self) -> Counter[str]:
        """Return how often each event was delivered and taken with a 2xx."""
        taken = (delivery for delivery in self._control.deliveries() if (delivery["status"] or 0) // 100 == 2)
        return Counter(delivery["event"] for delivery in taken)


class TestModeStripe(_ThroughTheSdk):
    """Stripe's test mode. Cards are confirmed from the server side with their ids; nothing comes back by webhook."""

    sends_webhooks = False

    def pay(self, intent: PaymentIntent, card: Card) -> Sheet:
        try:
            confirmed = self._client.v1.payment_intents.confirm(
                intent.id, {"payment_method": card.payment_method, "return_url": NO_RETURN}
            )
        except stripe.CardError as error:
            return Sheet("requires_payment_method", error.user_message)
        return Sheet(confirmed.status)

    def settle(self) -> int:
        return 0

    def let_time_pass(self, seconds: int) -> None:
        """Stripe's clock is the world's: the days pass in the stored times alone."""
