"""What Stripe's events mean for shop orders (C-02, TC-001 … TC-014)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from payments.core import logs
from payments.core.processed_events import Outcome, mark, mark_ref
from payments.core.store import Decision, Docs
from payments.domain.shop.ledger import Books, settle, try_failed, turn
from payments.ports import Deps
from payments.shop.repository import books_refs, change_books, decided
from payments.stripe_model.answers import Done
from payments.stripe_model.events import Event
from payments.stripe_model.snapshots import Money, Observed, Page, Received


def page_moved(deps: Deps, event: Event) -> Outcome:
    """A Checkout page has been completed or has expired, or its delayed payment has come or failed."""
    page = event.about
    if not isinstance(page, Page):
        return Outcome.NOT_OURS
    has_failed = event.type == "checkout.session.async_payment_failed"
    page = replace(page, has_failed=has_failed)
    return _once(
        deps, event, page.order_id, page.intent_id, lambda books: turn(books, page, deps.now(), by_webhook=True)
    )


def intent_moved(deps: Deps, event: Event, seen: Observed) -> Outcome:
    """A PaymentIntent of an order has been paid, or a try to pay it has failed."""
    if seen.money is Money.CAPTURED:
        received = received_of(seen)
        return _once(
            deps, event, seen.order_id, seen.id, lambda books: settle(books, received, deps.now(), by_webhook=True)
        )
    if seen.error_code is None:
        return Outcome.NOT_OURS
    error = seen.error_code
    return _once(deps, event, seen.order_id, seen.id, lambda books: try_failed(books, error))


def payment_unknown(deps: Deps, intent_id: str) -> Outcome:
    """A refund or a dispute of a payment that is on no record: not ours, or its own event has not come yet.

    Where Stripe says that it is an order's, Stripe sends this event again, and by then the payment is on record.
    """
    answer = deps.gateway.retrieve(intent_id)
    if not isinstance(answer, Done):
        return Outcome.RETRY
    seen = answer.seen
    if not seen.order_id or seen.money is not Money.CAPTURED:
        return Outcome.NOT_OURS
    books = change_books(
        deps, seen.order_id, seen.id, lambda books: settle(books, received_of(seen), deps.now(), by_webhook=False)
    )
    return Outcome.RETRY if books is not None else Outcome.NOT_OURS


def received_of(seen: Observed) -> Received:
    """The money that an order's PaymentIntent has brought in."""
    return Received(order_id=seen.order_id, intent_id=seen.id, amount=seen.amount_received, currency=seen.currency)


def _once(deps: Deps, event: Event, order_id: str, intent_id: str | None, decide: Callable[[Books], Books]) -> Outcome:
    """Write the change and the event's mark in one commit."""
    marker = mark_ref(event)

    def decision(docs: Docs) -> Decision[tuple[Outcome, Books | None]]:
        if docs.get(marker) is not None:
            return Decision((Outcome.DUPLICATE, None))
        made = decided(docs, order_id, intent_id, decide)
        if made.result is None:
            return Decision((Outcome.NOT_OURS, None))
        return Decision((Outcome.DONE, made.result), (mark(deps, event, intent_id or order_id), *made.writes))

    outcome, books = deps.store.change([marker, *books_refs(order_id, intent_id)], decision).result
    logs.alerts(books.alerts if books else ())
    return outcome
