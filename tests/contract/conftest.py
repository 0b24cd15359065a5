"""What the contract tests stand on: the emulator or Stripe's test mode, stripe-mock, and a server that takes webhooks.

A test that asks for `stripe_api` runs against the emulator and, where `STRIPE_SECRET_KEY=sk_test_…` is set, unchanged
against Stripe's own test mode. A test that asks for `emulated_api` needs the emulator's control API.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import stripe

from emulators.stack.stripe_mock import running_stripe_mock
from tests.contract.receiver import Receiver
from tests.contract.shapes import Comparison

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stripe_emulator import StripeEmulator

TEST_MODE = "Stripe's test mode"
LIVE_KEY = os.environ.get("STRIPE_SECRET_KEY", "")
NO_KEY = "needs Stripe's test mode: set STRIPE_SECRET_KEY=sk_test_…"


def client_of(key: str, url: str | None = None, retries: int = 0) -> stripe.StripeClient:
    """The unmodified SDK, for Stripe itself or for what stands in its place at `url`."""
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        base_addresses={"api": url} if url else {},
        http_client=stripe.RequestsClient(),
        max_network_retries=retries,
    )


@pytest.fixture
def emulated_api(stripe_emulator: StripeEmulator) -> stripe.StripeClient:
    """The SDK against the emulator only."""
    return client_of(stripe_emulator.secret_key, stripe_emulator.url)


@pytest.fixture(params=["emulator", pytest.param(TEST_MODE, marks=pytest.mark.skipif(not LIVE_KEY, reason=NO_KEY))])
def stripe_api(request: pytest.FixtureRequest) -> stripe.StripeClient:
    """The SDK against the emulator and, with a key, against Stripe's test mode."""
    if request.param == TEST_MODE:
        assert LIVE_KEY.startswith("sk_test_"), "a live key must never be used by tests"
        return client_of(LIVE_KEY, retries=2)
    client: stripe.StripeClient = request.getfixturevalue("emulated_api")
    return client


@pytest.fixture(scope="session")
def stripe_mock() -> Iterator[str]:
    """The URL of a running stripe-mock."""
    with running_stripe_mock() as url:
        yield url


@pytest.fixture
def receiver(stripe_emulator: StripeEmulator) -> Iterator[Receiver]:
    """A server that takes every webhook of the emulator, as `stripe listen` would forward them."""
    with Receiver() as server:
        stripe_emulator.webhook_url = server.url
        yield server
        stripe_emulator.webhook_url = None


@pytest.fixture
def compare(stripe_mock: str, stripe_emulator: StripeEmulator) -> Comparison:
    """Both servers."""
    return Comparison(stripe_mock, stripe_emulator)
