"""What nobody is charged for: holds let go by the button or after 72 hours (H-11), and a page that is left alone."""

from __future__ import annotations

from emulators.demo import shop
from emulators.demo.scenes import declined, hold_asked_for, paid_with, released
from emulators.demo.stage import HOUR, Chat, Stage
from emulators.demo.stripe_side import GOOD


def by_the_button(stage: Stage) -> None:
    """H-05, H-11: a declined card, a good one on the same hold, and then the payer thinks better of it."""
    stage.screen.chapter("A declined card, a good one on the same hold, and the cancel button")
    chat = hold_asked_for(stage)
    declined(stage, chat)
    paid_with(stage, chat, GOOD)
    stage.screen.step("The payer taps 「キャンセル」 (Cancel): cancelPaymentIntent.")
    stage.payer.call("cancelPaymentIntent", paymentIntentId=chat.intents[-1].id)
    released(stage, chat)


def by_the_schedule(stage: Stage) -> None:
    """H-11, H-16, TC-007: not captured within 72 hours, canceled by the schedule; a page is over long before that."""
    stage.screen.chapter("A hold that nobody uses, and an order that nobody pays")
    chat = hold_asked_for(stage)
    paid_with(stage, chat, GOOD)
    order = shop.left_open(stage)
    stage.screen.step("71 hours pass; sweepHolds runs: it is not time yet for the hold.")
    _hours_pass(stage, chat, 71, "71 hours")
    shop.expired(stage, order)
    stage.sweep()
    stage.look(chat, "ready", "requires_capture")
    stage.screen.step("One more hour, 72 in all; sweepHolds runs: the hold is released.")
    _hours_pass(stage, chat, 1, "one hour")
    stage.sweep()
    released(stage, chat)
    stage.told(chat, "hold_released")


def _hours_pass(stage: Stage, chat: Chat, hours: int, in_words: str) -> None:
    """Stripe's clock can't be turned back: it moves in the last chapter only, where a hold's age at Stripe matters."""
    stage.let_time_pass(chat, hours * HOUR, in_words)
    stage.stripe.let_time_pass(hours * HOUR)
