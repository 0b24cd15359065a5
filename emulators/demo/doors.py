"""The two doors into a chat, a ticket and a card, and what follows: the clock, the end, a new hold, an extension."""

from __future__ import annotations

import uuid
from datetime import timedelta

from emulators.demo.scenes import (
    captured,
    end_of,
    heard_of,
    hold_asked_for,
    paid_with,
    paid_with_3d_secure,
    started,
    time_of,
)
from emulators.demo.stage import MINUTE, PRICE, Chat, Stage, expect
from emulators.demo.stripe_side import GOOD, EmulatedStripe

FULL_WIDTH = ord("Ａ") - ord("A")
LENGTH = timedelta(minutes=30)


def a_ticket(stage: Stage) -> None:
    """H-01, H-02, H-19: the door that costs nothing at Stripe, and who may write when."""
    stage.screen.chapter("A ticket opens a chat")
    stage.screen.step("The shop issues a code that is good for one chat: python -m payments.commands.issue_tickets.")
    code = stage.issue_ticket()
    chat = _redeemed(stage, code)
    stage.look(chat, "ready")
    stage.told(chat, "session_ready")
    stage.may_not_say(stage.payer, chat, "before the start")
    started(stage, chat)
    stage.says(stage.payer, chat, "「こんにちは」 (Hello)")
    stage.says(stage.consultant, chat, "「はじめまして」 (Nice to meet you)")
    stage.screen.step("The payer ends the chat: endSession; there is nothing to be paid.")
    ended = stage.payer.call("endSession", sessionId=chat.session_id)
    expect("the payment that endSession answers", ended["payment"], "none")
    stage.app_sees(chat, "ended")
    stage.look(chat, "ended")
    stage.may_not_say(stage.consultant, chat, "after the end")


def _redeemed(stage: Stage, code: str) -> Chat:
    mistyped = ("B" if code[0] == "A" else "A") + code[1:]
    stage.screen.step(f"The payer taps 「チケットコードを入力」 (Enter a ticket code), and types {mistyped}.")
    asked = {"code": mistyped, "consultantId": stage.consultant.uid, "sessionId": str(uuid.uuid4())}
    answer = stage.payer.user.call("redeemTicket", asked)
    expect("why the code is refused", answer.refusal, "ticket_invalid")
    stage.screen.note(f"redeemTicket says {answer.refusal}: {answer.message}")
    typed = "".join(chr(ord(each) + FULL_WIDTH) for each in code.lower())
    stage.screen.step(f"The payer types {typed}, as Japanese keyboards do: the code is taken, {code}.")
    chat = stage.redeem(typed)
    stage.app_sees(chat, "ready")
    stage.screen.note("「メッセージを開始」 (Start messaging) is enabled")
    return chat


def a_card(stage: Stage) -> None:
    """H-03 … H-10, H-15, H-17: held, used, captured when the clock runs out; a new hold, and the same room again."""
    stage.screen.chapter("A card is held; the clock runs out; a new hold goes on in the same room")
    chat = hold_asked_for(stage)
    paid_with(stage, chat, GOOD)
    stage.told(chat, "session_ready")
    started(stage, chat)
    stage.says(stage.payer, chat, "「よろしくお願いします」 (Thank you for your time)")
    stage.screen.step("26 minutes pass; sweepHolds, which runs each minute, reminds both.")
    stage.let_time_pass(chat, 26 * MINUTE, "26 minutes")
    stage.sweep()
    stage.told(chat, "ending_soon")
    _runs_out(stage, chat)
    _goes_on(stage, chat)


def _runs_out(stage: Stage, chat: Chat) -> None:
    stage.screen.step("One second after expiresAt: nobody can write any more, though nothing has ended the chat yet.")
    stage.let_time_pass_until(chat, time_of(stage, chat.path, "expiresAt"), "the rest of the 30 minutes")
    stage.may_not_say(stage.payer, chat, "one second after expiresAt")
    stage.look(chat, "active", "requires_capture")
    stage.screen.step("sweepHolds runs: it ends the chat and captures the hold.")
    stage.sweep()
    captured(stage, chat)
    stage.told(chat, "session_ended")
    stage.told(chat, "payment_captured", stage.payer)


def _goes_on(stage: Stage, chat: Chat) -> None:
    stage.screen.step("The payer holds the next 30 minutes: createPaymentIntent for the same session, a second hold.")
    stage.ask_for_a_hold(chat)
    stage.look(chat, "awaiting_payment", "created")
    if isinstance(stage.stripe, EmulatedStripe):
        paid_with_3d_secure(stage, stage.stripe, chat)
    else:
        stage.screen.note("left out: 3-D Secure, which needs a browser at Stripe itself")
        paid_with(stage, chat, GOOD)
    started(stage, chat)
    stage.says(stage.consultant, chat, "「おかえりなさい」 (Welcome back)")
    said = [each["text"] for each in reversed(stage.consultant.user.messages(chat.path).done())]
    stage.screen.note(f"one room, both halves: {' … '.join(said)}")
    stage.screen.step("The payer's app calls capturePaymentIntent, which ends the chat as well.")
    answer = stage.payer.call("capturePaymentIntent", paymentIntentId=chat.intents[-1].id)
    expect("the status that capturePaymentIntent answers", answer["status"], "captured")
    captured(stage, chat)


def an_extension(stage: Stage) -> None:
    """H-09, H-10, H-17: the next hold is made before the clock runs out, each hold pays for its own 30 minutes."""
    stage.screen.chapter("A chat that is extended, without a gap")
    chat = hold_asked_for(stage)
    paid_with(stage, chat, GOOD)
    started(stage, chat)
    _extended(stage, chat)
    stage.screen.step("The first 30 minutes are over; sweepHolds captures their hold, and the chat goes on.")
    stage.let_time_pass_until(chat, end_of(stage, chat, 0), "the rest of the first 30 minutes")
    stage.says(stage.payer, chat, "「続けましょう」 (Let us go on)")
    stage.sweep()
    stage.look(chat, "active", "requires_capture")
    stage.captured.append(chat.intents[0])
    stage.screen.step("The second 30 minutes are over; sweepHolds ends the chat and captures their hold too.")
    stage.let_time_pass_until(chat, end_of(stage, chat, 1), "30 minutes more")
    stage.may_not_say(stage.payer, chat, "one second after expiresAt")
    stage.sweep()
    captured(stage, chat)


def _extended(stage: Stage, chat: Chat) -> None:
    stage.screen.step(f"20 minutes later the payer holds the next 30: createPaymentIntent, ¥{PRICE:,} more.")
    stage.let_time_pass(chat, 20 * MINUTE, "20 minutes")
    stage.ask_for_a_hold(chat)
    stage.look(chat, "active", "created", earlier="requires_capture")
    before = time_of(stage, chat.path, "expiresAt")
    stage.screen.step(f"The payer types {GOOD.number}: the clock is moved, the chat runs on.")
    stage.pay(chat, GOOD, "requires_capture")
    heard_of(stage, chat)
    chat.in_the_app.until_it_expires(before + LENGTH)
    stage.screen.note(f"the app saw, by onSnapshot: expiresAt {before:%H:%M:%S} → {before + LENGTH:%H:%M:%S} UTC")
    stage.look(chat, "active", "requires_capture", earlier="requires_capture")
    stage.told(chat, "session_extended")
