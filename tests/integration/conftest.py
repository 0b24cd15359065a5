"""Fixtures of the integration tests: one deployment for each test."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final

import pytest
from google.cloud.firestore import Client

from payments.adapters import stripe_gateway
from payments.chat import finish_hold, hold_card, redeem_ticket, start_and_end
from payments.core.refusals import Refusal
from payments.endpoints.callable_protocol import ANY_CALLABLE
from payments.endpoints.callables import CALLABLES
from payments.shop import check_out
from stripe_emulator import StripeControl, StripeEmulator
from tests.integration.deployment import Deployment

#: Each use case, and the callable that it is behind.
USE_CASES: Final[list[tuple[ModuleType, str, str]]] = [
    (hold_card, "create", "createPaymentIntent"),
    (finish_hold, "capture", "capturePaymentIntent"),
    (finish_hold, "cancel", "cancelPaymentIntent"),
    (redeem_ticket, "redeem", "redeemTicket"),
    (start_and_end, "start", "startSession"),
    (start_and_end, "end", "endSession"),
    (check_out, "place_order", "createCheckoutSession"),
    (check_out, "retry_order", "createCheckoutSession"),
]


@pytest.fixture(autouse=True, scope="session")
def _undeclared_refusals_fail() -> Iterator[None]:
    """A use case that refuses with a code that its callable does not declare is a bug, whatever the test is about."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, callable_name in USE_CASES:
            patch.setattr(module, name, _checked(getattr(module, name), callable_name))
        yield


def _checked(use_case: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(use_case)
    def checked(*given: Any, **named: Any) -> Any:
        try:
            return use_case(*given, **named)
        except Refusal as refusal:
            if refusal.code not in (*CALLABLES[name].refuses, *ANY_CALLABLE):
                pytest.fail(f"{name} does not declare {refusal.code}")
            raise

    return checked


@pytest.fixture
def deployment(db: Client, stripe_emulator: StripeEmulator, stripe_control: StripeControl) -> Deployment:
    """A deployment on an empty database and an empty Stripe account, with one consultant."""
    return Deployment(db, stripe_emulator, stripe_control)


@pytest.fixture
def asks_once(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that asks once, so that every lost answer reaches the use case."""
    monkeypatch.setattr(stripe_gateway, "RETRIES", 0)
    deployment.with_deps(stripe=deployment.gateway())
