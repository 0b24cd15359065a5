"""Every request that the product makes is valid for Stripe's public description of its API (stripe-mock checks it).

The pinned stripe-mock describes API 2026-08-26.dahlia, one major before the version that the SDK pins. What the two
take differently is in DIFFERENCES, and each row is proved; the newer side is held by the SDK's own generated types.
"""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from payments.adapters.stripe_gateway import StripeGateway
from payments.adapters.stripe_webhook import register_endpoint
from payments.core.looks import SHORT
from payments.domain.chat.records import CancelReason, Operation
from payments.domain.shop.orders import Item, Order, open_order
from payments.jobs.reconcile import LOOK_BACK
from payments.jobs.webhook import LISTENED, REVERSALS
from payments.stripe_model.answers import Done
from payments.stripe_model.snapshots import CheckoutSession
from stripe_emulator import StripeControl, StripeEmulator
from support.payments import client_of
from tests.contract.shapes import send
from tests.unit.builders import a_held_hold, a_session, a_used_hold

URL = "https://example.com/api/webhooks/stripe"


class Product:
    """The product's own gateway, talking to the emulator."""

    def __init__(self, emulator: StripeEmulator, control: StripeControl) -> None:
        self._key, self._url, self._control = emulator.secret_key, emulator.url, control
        self.gateway = StripeGateway(
            self._key,
            base=self._url,
            now=lambda: datetime.now(UTC),
            app="paid-chat",
            app_base_url="https://example.com",
        )

    def create(self) -> str:
        """The PaymentIntent of a session."""
        made = self.gateway.create(a_session(intent_id=None).current)
        assert isinstance(made, Done)
        return made.snapshot.id

    def authorized(self) -> str:
        """A PaymentIntent that the payment sheet has paid."""
        identifier = self.create()
        client_secret = client_of(self._key, self._url).v1.payment_intents.retrieve(identifier).client_secret
        self._control.pay(client_secret or "")
        return identifier

    def open_page(self) -> str:
        """The Checkout page of an order."""
        page = self.gateway.create_checkout_session(an_order())
        assert isinstance(page, CheckoutSession)
        return page.id

    def register(self) -> str | None:
        """The webhook endpoint, with exactly the events that are listened to."""
        return register_endpoint(self._key, URL, sorted(LISTENED), base=self._url)


def an_order() -> Order:
    """Two cups and a pot, ordered now."""
    items = (
        Item(product_id="cup", name="湯のみ", unit_amount=1200, quantity=2),
        Item(product_id="pot", name="急須", unit_amount=5600, quantity=1),
    )
    return open_order(str(uuid.uuid4()), "buyer", "seller", items, "jpy", datetime.now(UTC))


def create(product: Product) -> object:
    """The hold of a session (H-07)."""
    return product.create()


def retrieve(product: Product) -> object:
    """Before a chat starts, and after every ambiguous answer."""
    return product.gateway.retrieve(product.authorized())


def capture(product: Product) -> object:
    """At the end of the chat (H-09)."""
    return product.gateway.capture(a_used_hold(id=product.authorized(), operation=Operation.CAPTURE))


def money_back(product: Product) -> object:
    """Read again after an event about a refund or a dispute."""
    return product.gateway.reversals(product.authorized())


def list_events(product: Product) -> object:
    """Once a day: refunds and disputes of which nothing was heard."""
    return product.gateway.list_events(REVERSALS, datetime.now(UTC) - LOOK_BACK, None)


def list_intents(product: Product) -> object:
    """Once a day: every PaymentIntent of the last days, page by page."""
    first, now = product.create(), datetime.now(UTC)
    return product.gateway.list_intents(now - SHORT, None), product.gateway.list_intents(now - SHORT, first)


def read_account(product: Product) -> object:
    """Which of Stripe's accounts the key belongs to."""
    return product.gateway.read_account()


def open_page(product: Product) -> object:
    """The Checkout page of an order (C-01)."""
    return product.open_page()


def expire_page(product: Product) -> object:
    """Before an order gets another page."""
    return product.gateway.expire_checkout_session(product.open_page())


def retrieve_page(product: Product) -> object:
    """The last resort of the success page, where no webhook has come (C-04)."""
    return product.gateway.retrieve_checkout_session(product.open_page())


def register_twice(product: Product) -> object:
    """At set-up, and again after an upgrade (C-06)."""
    return product.register(), product.register()


def cancel_for(reason: CancelReason) -> Callable[[Product], object]:
    """By the button, or when nobody used the hold (H-11)."""

    def cancel(product: Product) -> object:
        hold = a_held_hold(id=product.authorized(), operation=Operation.CANCEL, cancel_reason=reason)
        return product.gateway.cancel(hold)

    cancel.__name__ = f"cancel_for_{reason}"
    return cancel


PAGES = [open_page, expire_page, retrieve_page]
READS = [read_account, list_events, list_intents]
REQUESTS = [create, retrieve, capture, money_back, *READS, *PAGES, register_twice, *map(cancel_for, CancelReason)]


@dataclass(frozen=True)
class Difference:
    """A request that the two versions of the API answer differently."""

    path: str
    param: str
    params: dict[str, Any]
    theirs: int
    ours: int
    reason: str


DIFFERENCES = [
    Difference(
        "/v1/payment_intents",
        "payment_method_types",
        {"amount": "5000", "currency": "jpy", "payment_method_types": {"0": "card"}},
        theirs=200,
        ours=400,
        reason="removed in 2026-09-30.endive; stripe-mock, which describes dahlia, still takes it",
    ),
    Difference(
        "/v1/webhook_endpoints",
        "api_version",
        {"url": "https://example.com/x", "enabled_events": {"0": "*"}, "api_version": "2026-10-28.endive"},
        theirs=400,
        ours=200,
        reason="stripe-mock knows the versions up to its own",
    ),
]
NOT_DESCRIBED = {difference.param for difference in DIFFERENCES if difference.ours == 200}


@pytest.fixture
def product(stripe_emulator: StripeEmulator, stripe_control: StripeControl) -> Product:
    """The product's side of Stripe."""
    return Product(stripe_emulator, stripe_control)


@pytest.mark.parametrize("ask", REQUESTS)
def test_a_request_of_the_product_is_valid_for_stripes_description(
    product: Product, stripe_control: StripeControl, stripe_mock: str, ask: Callable[[Product], object]
) -> None:
    ask(product)

    for sent in stripe_control.requests():
        params = {name: value for name, value in sent["params"].items() if name not in NOT_DESCRIBED}
        theirs = send(stripe_mock, sent["method"], sent["path"], params)
        assert (sent["status"], theirs.status_code) == (200, 200), theirs.text


def test_every_request_of_the_gateway_is_in_the_table() -> None:
    """Force a decision when the gateway learns a new request: it has to be checked here too."""
    public = {name for name, _ in inspect.getmembers(StripeGateway, inspect.isfunction) if not name.startswith("_")}

    holds = {"create", "retrieve", "capture", "cancel"}
    assert public == holds | {
        "reversals",
        "list_events",
        "list_intents",
        "read_account",
        "create_checkout_session",
        "expire_checkout_session",
        "retrieve_checkout_session",
    }


@pytest.mark.parametrize("known", DIFFERENCES, ids=lambda known: known.param)
def test_a_known_difference_between_the_versions_is_real(
    stripe_emulator: StripeEmulator, stripe_mock: str, known: Difference
) -> None:
    theirs = send(stripe_mock, "POST", known.path, known.params)
    ours = send(stripe_emulator.url, "POST", known.path, known.params, stripe_emulator.secret_key)

    assert (theirs.status_code, ours.status_code) == (known.theirs, known.ours)


def test_stripe_mock_refuses_what_nobody_knows(stripe_mock: str) -> None:
    """Why the tests above mean something."""
    answer = send(stripe_mock, "POST", "/v1/payment_intents", {"amount": "1", "currency": "jpy", "unheard_of": "1"})

    assert answer.status_code == 400
