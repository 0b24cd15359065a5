"""Steps that several chapters share: a hold is asked for, paid, its chat starts and ends."""

from __future__ import annotations

from datetime import datetime

from emulators.demo.stage import PRICE, Chat, Stage, expect, hold_path
from emulators.demo.stripe_side import DECLINED, THREE_D_SECURE, Card, EmulatedStripe


def hold_asked_for(stage: Stage) -> Chat:
    """A new session and its first hold (H-03)."""
    stage.screen.step(f"The payer taps 「チケットを購入する」 (Buy a ticket): createPaymentIntent, ¥{PRICE:,}.")
    chat = stage.ask_for_a_hold()
    stage.look(chat, "awaiting_payment", "created")
    return chat


def paid_with(stage: Stage, chat: Chat, card: Card) -> None:
    """The card is held (H-05), and the chat can start (H-19)."""
    stage.screen.step(f"The payer types {card.number} into the PaymentSheet: the money is held, not taken.")
    stage.pay(chat, card, "requires_capture")
    held(stage, chat)


def declined(stage: Stage, chat: Chat) -> None:
    """A decline leaves the hold open for another card."""
    stage.screen.step(f"The payer types {DECLINED.number}.")
    sheet = stage.pay(chat, DECLINED, "requires_payment_method")
    stage.screen.note(f"the PaymentSheet says: {sheet.declined}")
    heard_of(stage, chat)
    stage.look(chat, "awaiting_payment", "created")
    stage.told(chat, "payment_failed", stage.payer)


def paid_with_3d_secure(stage: Stage, stripe: EmulatedStripe, chat: Chat) -> None:
    """The bank asks for its customer first (H-05)."""
    stage.screen.step(f"The payer types {THREE_D_SECURE.number}: the bank asks who is there.")
    stage.pay(chat, THREE_D_SECURE, "requires_action")
    stage.look(chat, "awaiting_payment", "created")
    stage.screen.step("The payer passes 3-D Secure (本人認証).")
    status = stripe.pass_challenge(chat.intents[-1]).status
    expect("the PaymentIntent after 3-D Secure", status, "requires_capture")
    held(stage, chat)


def held(stage: Stage, chat: Chat) -> None:
    """The app learns that the card is held."""
    heard_of(stage, chat)
    stage.app_sees(chat, "ready")
    stage.screen.note("「メッセージを開始」 (Start messaging) is enabled")
    stage.look(chat, "ready", "requires_capture")


def heard_of(stage: Stage, chat: Chat) -> None:
    """Firestore hears of a payment by webhook; where none reaches this machine, the app asks once more."""
    if not stage.stripe.sends_webhooks:
        stage.screen.note("no webhook reaches this machine: the app asks again, and the functions look at Stripe")
        stage.ask_for_a_hold(chat)
    expect("webhooks that are still on their way", stage.stripe.settle(), 0)


def started(stage: Stage, chat: Chat) -> None:
    """The clock runs (H-17)."""
    stage.screen.step("The payer taps 「メッセージを開始」: startSession, the 30 minutes run.")
    answer = stage.payer.call("startSession", sessionId=chat.session_id)
    stage.app_sees(chat, "active")
    stage.screen.note(f"from {answer['startedAt']} to {answer['expiresAt']}")
    stage.look(chat, "active", "requires_capture" if chat.intents else None)


def time_of(stage: Stage, path: str, name: str) -> datetime:
    """A time that is on record."""
    at: datetime = stage.documents.read(path)[name]
    return at


def captured(stage: Stage, chat: Chat) -> None:
    """The chat is over and its last hold is taken (H-15)."""
    stage.app_sees(chat, "ended")
    stage.look(chat, "ended", "captured")
    stage.captured.append(chat.intents[-1])


def released(stage: Stage, chat: Chat) -> None:
    """The hold is canceled, and nothing was captured (H-11)."""
    stage.app_sees(chat, "canceled")
    stage.look(chat, "canceled", "canceled")
    stage.released.append(chat.intents[-1])


def end_of(stage: Stage, chat: Chat, number: int) -> datetime:
    """When the time that a hold pays for is over."""
    return time_of(stage, hold_path(chat.intents[number]), "endsAt")
