"""The story, chapter by chapter. Every chapter is one chat session and one hold, from its first step to its last."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from emulators.demo.stage import HOUR, MINUTE, PRICE, Chat, Stage, expect
from emulators.demo.stripe_side import DECLINED, GOOD, THREE_D_SECURE, Card, EmulatedStripe

Chapter = Callable[[Stage], None]


def _hold_asked_for(stage: Stage) -> Chat:
    stage.screen.step(f"The payer taps 「チケットを購入する」 (Buy a ticket): createPaymentIntent, ¥{PRICE:,}.")
    chat = stage.ask_for_a_hold()
    stage.look(chat, hold="created", session="awaiting_payment")
    return chat


def _paid_with(stage: Stage, chat: Chat, card: Card) -> None:
    stage.screen.step(f"The payer types {card.number} into the PaymentSheet: the money is held, not taken.")
    stage.pay(chat, card, "requires_capture")
    _held(stage, chat)


def _held(stage: Stage, chat: Chat) -> None:
    if not stage.stripe.sends_webhooks:
        stage.screen.note(
            "left out: no webhook reaches this machine, so Firestore learns it later, by a look at Stripe"
        )
        return
    stage.app_sees(chat, "ready")
    stage.screen.note("「メッセージを開始」 (Start messaging) is enabled")
    stage.look(chat, hold="requires_capture", session="ready")


def _started(stage: Stage, chat: Chat) -> None:
    stage.screen.step("The payer taps 「メッセージを開始」: startSession, the 30 minutes run.")
    started = stage.payer.call("startSession", sessionId=chat.session_id)
    stage.app_sees(chat, "active")
    stage.screen.note(f"from {started['startedAt']} to {started['expiresAt']}")
    stage.look(chat, hold="requires_capture", session="active")


def _ended_by_the_payer(stage: Stage, chat: Chat) -> None:
    stage.screen.step("The payer ends the chat: endSession, and the hold is captured.")
    ended = stage.payer.call("endSession", sessionId=chat.session_id)
    expect("the payment that endSession answers", ended["payment"], "captured")
    _captured(stage, chat)


def _ended_by_the_capture(stage: Stage, chat: Chat) -> None:
    stage.screen.step("The payer's app calls capturePaymentIntent, which ends the chat as well.")
    answer = stage.payer.call("capturePaymentIntent", paymentIntentId=chat.intent.id)
    expect("the status that capturePaymentIntent answers", answer["status"], "captured")
    _captured(stage, chat)


def _captured(stage: Stage, chat: Chat) -> None:
    stage.app_sees(chat, "ended")
    stage.look(chat, hold="captured", session="ended")
    stage.captured.append(chat)


def _released(stage: Stage, chat: Chat) -> None:
    stage.app_sees(chat, "canceled")
    stage.look(chat, hold="canceled", session="canceled")
    stage.released.append(chat)


def a_chat_that_is_paid(stage: Stage) -> None:
    """H-03 … H-09, H-15: the plain way."""
    stage.screen.chapter("A chat, held and captured")
    chat = _hold_asked_for(stage)
    _paid_with(stage, chat, GOOD)
    _started(stage, chat)
    _ended_by_the_payer(stage, chat)


def a_card_with_3d_secure(stage: Stage, stripe: EmulatedStripe) -> None:
    """H-05, H-09, H-10: the bank asks, and nobody ends the chat: the clock does."""
    stage.screen.chapter("3-D Secure, and a chat that runs out")
    chat = _hold_asked_for(stage)
    stage.screen.step(f"The payer types {THREE_D_SECURE.number}: the bank asks who is there.")
    stage.pay(chat, THREE_D_SECURE, "requires_action")
    stage.look(chat, hold="created", session="awaiting_payment")
    stage.screen.step("The payer passes 3-D Secure (本人認証).")
    expect("the PaymentIntent after 3-D Secure", stripe.pass_challenge(chat.intent).status, "requires_capture")
    _held(stage, chat)
    _started(stage, chat)
    stage.screen.step("30 minutes pass and nobody ends the chat: sweepHolds ends it and captures.")
    stage.let_time_pass(chat, 30 * MINUTE)
    stage.sweep()
    _captured(stage, chat)


def a_declined_card(stage: Stage) -> None:
    """H-05, H-09: a decline leaves the hold open for another card; the capture is asked for by its own function."""
    stage.screen.chapter("A declined card, then a good one on the same hold")
    chat = _hold_asked_for(stage)
    stage.screen.step(f"The payer types {DECLINED.number}.")
    sheet = stage.pay(chat, DECLINED, "requires_payment_method")
    stage.screen.note(f"the PaymentSheet says: {sheet.declined}")
    stage.look(chat, hold="created", session="awaiting_payment")
    _paid_with(stage, chat, GOOD)
    _started(stage, chat)
    _ended_by_the_capture(stage, chat)


def a_hold_let_go_by_the_button(stage: Stage) -> None:
    """H-11: canceled by a button."""
    stage.screen.chapter("A hold that the payer lets go")
    chat = _hold_asked_for(stage)
    _paid_with(stage, chat, GOOD)
    stage.screen.step("The payer taps 「キャンセル」 (Cancel): cancelPaymentIntent.")
    stage.payer.call("cancelPaymentIntent", paymentIntentId=chat.intent.id)
    _released(stage, chat)


def a_hold_left_alone(stage: Stage) -> None:
    """H-11, H-16: not captured within 72 hours, canceled by the schedule."""
    stage.screen.chapter("A hold that nobody uses")
    chat = _hold_asked_for(stage)
    _paid_with(stage, chat, GOOD)
    if not stage.stripe.sends_webhooks:
        _found_by_the_sweep(stage, chat)
    stage.screen.step("71 hours pass; sweepHolds runs: it is not time yet.")
    _hours_pass(stage, chat, 71)
    stage.sweep()
    stage.look(chat, hold="requires_capture", session="ready")
    stage.screen.step("One more hour, 72 in all; sweepHolds runs: the hold is released.")
    _hours_pass(stage, chat, 1)
    stage.sweep()
    _released(stage, chat)


def _hours_pass(stage: Stage, chat: Chat, hours: int) -> None:
    """Stripe's clock can't be turned back: it moves in the last chapter only, where a hold's age at Stripe matters."""
    stage.let_time_pass(chat, hours * HOUR)
    stage.stripe.let_time_pass(hours * HOUR)


def _found_by_the_sweep(stage: Stage, chat: Chat) -> None:
    stage.screen.step("15 minutes without a webhook; sweepHolds looks at Stripe and finds the card held.")
    stage.let_time_pass(chat, 15 * MINUTE)
    stage.sweep()
    stage.look(chat, hold="requires_capture", session="ready")


def chapters(stage: Stage) -> tuple[Chapter, ...]:
    """Return what can be told on this stage, in its order; what is left out is said, with the reason."""
    told: tuple[Chapter, ...] = ()
    if isinstance(stage.stripe, EmulatedStripe):
        told = (partial(a_card_with_3d_secure, stripe=stage.stripe),)
    else:
        stage.screen.chapter("Against Stripe's test mode")
        stage.screen.note("left out: 3-D Secure, which needs a browser at Stripe itself")
        stage.screen.note("left out: webhooks, which reach a laptop only through `stripe listen`")
    return (a_chat_that_is_paid, *told, a_declined_card, a_hold_let_go_by_the_button, a_hold_left_alone)


def tell(stage: Stage) -> None:
    """Tell every chapter, then count up. Raises `StoryBrokenError` at the first thing that is not as it should be."""
    for chapter in chapters(stage):
        chapter(stage)
    if isinstance(stage.stripe, EmulatedStripe):
        stage.screen.chapter("Counted up")
        _webhooks_came_twice(stage, stage.stripe)
        _nothing_else_is_held(stage, stage.stripe)
    taken, kept = len(stage.captured), len(stage.released)
    stage.screen.success(
        f"Stripe and Firestore were equal at all {stage.looks} looks. "
        f"{taken} chats paid (¥{taken * PRICE:,}), {kept} holds let go, nothing still held."
    )


def _webhooks_came_twice(stage: Stage, stripe: EmulatedStripe) -> None:
    times = stripe.deliveries()
    once = [event for event in stripe.event_ids() if times[event] < 2]
    expect("events that did not come twice", once, [])
    stage.screen.note(
        f"{len(times)} events came by webhook, every one at least twice: {sum(times.values())} deliveries"
    )


def _nothing_else_is_held(stage: Stage, stripe: EmulatedStripe) -> None:
    told = {chat.intent.id for chat in (*stage.captured, *stage.released)}
    at_stripe, in_firestore = stripe.intent_ids(), stage.documents.ids("payment_intents")
    expect("the PaymentIntents at Stripe", at_stripe, told)
    expect("the holds in Firestore", in_firestore, told)
