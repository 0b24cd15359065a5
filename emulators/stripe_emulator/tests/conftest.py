"""The package's tests use the fixtures that it offers.

A test that asks for `stripe_api` runs against the emulator and, if `STRIPE_SECRET_KEY=sk_test_…` is set, unchanged
against Stripe's own test mode. A test that asks for `stripe_client` needs the emulator's control API.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from support.payments import Api, client_of
from support.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stripe_emulator import StripeEmulator

pytest_plugins = ["stripe_emulator.pytest_plugin"]
TEST_MODE = "Stripe's test mode"
LIVE_KEY = os.environ.get("STRIPE_SECRET_KEY", "")
NO_KEY = "needs Stripe's test mode: set STRIPE_SECRET_KEY=sk_test_…"


@pytest.fixture(params=["emulator", pytest.param(TEST_MODE, marks=pytest.mark.skipif(not LIVE_KEY, reason=NO_KEY))])
def stripe_api(request: pytest.FixtureRequest) -> Api:
    """The SDK against the emulator and, with a key, against Stripe's test mode."""
    if request.param == TEST_MODE:
        assert LIVE_KEY.startswith("sk_test_"), "a live key must never be used by tests"
        return client_of(LIVE_KEY, retries=2)
    client: Api = request.getfixturevalue("stripe_client")
    return client


@pytest.fixture
def receiver(stripe_emulator: StripeEmulator) -> Iterator[Receiver]:
    """A server that takes every webhook of the emulator, as `stripe listen` would forward them."""
    with Receiver() as server:
        stripe_emulator.webhook_url = server.url
        yield server
        stripe_emulator.webhook_url = None
