"""A Stripe Checkout page as Stripe described it, and what that means for its order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .orders import PaymentState
from .payments import Books, Received, page_over, settle


class PageState(StrEnum):
    """Where a Checkout page is. UNKNOWN is "read it again later", never a guess."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A Checkout Session as Stripe described it. Its address is for the payer alone.

    `has_failed`: its delayed payment will never come.
    """

    id: str
    order_id: str
    state: PageState
    is_paid: bool
    amount: int
    currency: str
    intent_id: str | None = None
    has_failed: bool = False
    expires_at: datetime | None = None
    url: str | None = field(default=None, repr=False)

    @property
    def is_over(self) -> bool:
        """Whether nobody can pay by it any more, nor has."""
        return not self.is_paid and (self.state is PageState.EXPIRED or self.has_failed)

    @property
    def received(self) -> Received | None:
        """The money that it has brought in, if it has."""
        if not self.is_paid or self.intent_id is None:
            return None
        return Received(order_id=self.order_id, intent_id=self.intent_id, amount=self.amount, currency=self.currency)


def turn(books: Books, page: Page, now: datetime, *, by_webhook: bool) -> Books:
    """What a page says of its order: paid, over without money, waiting for a delayed method, or nothing yet."""
    if page.received is not None:
        return settle(books, page.received, now, by_webhook=by_webhook)
    if page.is_over:
        error = "async_payment_failed" if page.has_failed else "expired"
        return page_over(books, page.id, PaymentState.FAILED, error, by_webhook=by_webhook)
    if page.state is PageState.COMPLETE:
        return page_over(books, page.id, PaymentState.PENDING, None, by_webhook=by_webhook)
    return books
