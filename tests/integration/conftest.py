"""Fixtures of the integration tests: one deployment for each test."""

from __future__ import annotations

import pytest
from google.cloud.firestore import Client

from emulators.stripe_emulator import StripeControl, StripeEmulator
from payments.adapters import stripe_gateway
from tests.integration.house import House


@pytest.fixture
def house(db: Client, stripe_emulator: StripeEmulator, stripe_control: StripeControl) -> House:
    """A deployment on an empty database and an empty Stripe account, with one consultant."""
    return House(db, stripe_emulator, stripe_control)


@pytest.fixture
def asks_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that asks once, so that every lost answer reaches the use case."""
    monkeypatch.setattr(stripe_gateway, "RETRIES", 0)
    house.with_deps(gateway=house.gateway())
