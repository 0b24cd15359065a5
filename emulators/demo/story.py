"""The story, chapter by chapter, and the counting up at its end."""

from __future__ import annotations

from emulators.demo import doors, letting_go, shop
from emulators.demo.stage import PRICE, Stage, expect
from emulators.demo.stripe_side import EmulatedStripe

CHAPTERS = (
    doors.a_ticket,
    doors.a_card,
    doors.an_extension,
    shop.an_order,
    shop.at_a_store,
    letting_go.by_the_button,
    letting_go.by_the_schedule,
)


def tell(stage: Stage) -> None:
    """Tell every chapter, then count up. Raises `StoryBrokenError` at the first thing that is not as it should be."""
    if not stage.stripe.sends_webhooks:
        stage.screen.chapter("Against Stripe's test mode")
        stage.screen.note("left out: webhooks, which reach a laptop only through `stripe listen`")
    for chapter in CHAPTERS:
        chapter(stage)
    stage.screen.chapter("Counted up")
    if isinstance(stage.stripe, EmulatedStripe):
        _webhooks_came_twice(stage, stage.stripe)
        _nothing_else_is_held(stage, stage.stripe)
    _everybody_was_told_once(stage)
    taken, kept = len(stage.captured), len(stage.released)
    stage.screen.success(
        f"Stripe and Firestore were equal at all {stage.looks} looks. "
        f"{taken} holds captured (¥{taken * PRICE:,}), {kept} canceled, nothing still held{_orders(stage)}."
    )


def _orders(stage: Stage) -> str:
    """How the shop has done; nothing where nobody could order."""
    statuses = [order["status"] for order in stage.documents.all("orders").values()]
    return f"; {statuses.count('paid')} of {len(statuses)} orders paid" if statuses else ""


def _webhooks_came_twice(stage: Stage, stripe: EmulatedStripe) -> None:
    times = stripe.deliveries()
    once = [event for event in stripe.event_ids() if times[event] < 2]
    expect("events that did not come twice", once, [])
    stage.screen.note(
        f"{len(times)} events came by webhook, every one at least twice: {sum(times.values())} deliveries"
    )


def _nothing_else_is_held(stage: Stage, stripe: EmulatedStripe) -> None:
    told = {intent.id for intent in (*stage.captured, *stage.released)}
    expect("the PaymentIntents at Stripe", stripe.intent_ids(), told | set(stage.sold))
    expect("the holds in Firestore", set(stage.documents.all("payment_intents")), told)


def _everybody_was_told_once(stage: Stage) -> None:
    if not stage.phones.are_reached:
        stage.screen.note("left out: pushes, for this Firestore engine ran before the functions and knows no triggers")
        return
    people = (stage.payer, stage.consultant)
    pushed, listed = stage.phones.wait_for(people)
    expect("what the phones got beside what the apps list", pushed - listed, listed - pushed)
    stage.screen.note(f"{listed.total()} notifications in the two apps' lists, each pushed once")
