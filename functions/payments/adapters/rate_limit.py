"""Stripe, asked no faster than a given rate: what runs in bulk leaves room for people who are paying now."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from payments.domain.chat.records import Attempt, Hold
from payments.domain.shop.orders import Order
from payments.ports import Gateway
from payments.stripe_model.answers import Answer, Misconfigured, PageAnswer, TryAgain
from payments.stripe_model.events import EventPage
from payments.stripe_model.reversals import MoneyBack


class PacedGateway:
    """A gateway whose calls, from all threads together, start at least `1 / rate` seconds apart."""

    def __init__(self, gateway: Gateway, rate: float, sleep: Callable[[float], None]) -> None:
        self._gateway = gateway
        self._gap = 1 / rate
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = time.monotonic()

    def _wait(self) -> Gateway:
        with self._lock:
            now = time.monotonic()
            wait = self._next - now
            self._next = max(self._next, now) + self._gap
        if wait > 0:
            self._sleep(wait)
        return self._gateway

    def create(self, attempt: Attempt) -> Answer:
        """As `Gateway.create`."""
        return self._wait().create(attempt)

    def capture(self, hold: Hold) -> Answer:
        """As `Gateway.capture`."""
        return self._wait().capture(hold)

    def cancel(self, hold: Hold) -> Answer:
        """As `Gateway.cancel`."""
        return self._wait().cancel(hold)

    def retrieve(self, intent_id: str) -> Answer:
        """As `Gateway.retrieve`."""
        return self._wait().retrieve(intent_id)

    def money_back(self, intent_id: str) -> MoneyBack | TryAgain | Misconfigured:
        """As `Gateway.money_back`."""
        return self._wait().money_back(intent_id)

    def list_events(
        self, types: Sequence[str], since: datetime, after: str | None
    ) -> EventPage | TryAgain | Misconfigured:
        """As `Gateway.list_events`."""
        return self._wait().list_events(types, since, after)

    def create_page(self, order: Order) -> PageAnswer:
        """As `Gateway.create_page`."""
        return self._wait().create_page(order)

    def expire_page(self, page_id: str) -> PageAnswer:
        """As `Gateway.expire_page`."""
        return self._wait().expire_page(page_id)

    def retrieve_page(self, page_id: str) -> PageAnswer:
        """As `Gateway.retrieve_page`."""
        return self._wait().retrieve_page(page_id)
