"""Fixtures for pytest: a Stripe emulator in which nothing has happened yet, its control, and the SDK against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import stripe

from stripe_emulator.client import StripeControl
from stripe_emulator.emulator import StripeEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def stripe_server() -> Iterator[StripeEmulator]:
    """The Stripe emulator of this process. Tests ask for `stripe_emulator`, which has been reset."""
    with StripeEmulator() as server:
        yield server


@pytest.fixture
def stripe_control(stripe_server: StripeEmulator) -> StripeControl:
    """The control side of the Stripe emulator: the clock, faults, webhooks, and "pay with this card"."""
    control = StripeControl(stripe_server.url)
    control.reset()
    return control


@pytest.fixture
def stripe_emulator(stripe_server: StripeEmulator, stripe_control: StripeControl) -> StripeEmulator:  # noqa: ARG001
    """A Stripe emulator in which nothing has happened yet, with no faults and its clock at now."""
    return stripe_server


@pytest.fixture
def stripe_client(stripe_emulator: StripeEmulator) -> stripe.StripeClient:
    """The unmodified SDK against the emulator; it repeats no request by itself."""
    return stripe.StripeClient(
        stripe_emulator.secret_key,
        base_addresses={"api": stripe_emulator.url},
        http_client=stripe.RequestsClient(),
        max_network_retries=0,
    )
