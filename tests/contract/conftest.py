"""What the contract tests stand on: stripe-mock, which knows Stripe's own description of its API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulators.stack.stripe_mock import running_stripe_mock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def stripe_mock() -> Iterator[str]:
    """The URL of a running stripe-mock."""
    with running_stripe_mock() as url:
        yield url
