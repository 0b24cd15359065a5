"""Which Stripe the local stack talks to: the Stripe emulator, or Stripe's test mode when a test key is set."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

TEST_KEYS = ("sk_test_", "rk_test_")
STRIPE_API = "https://api.stripe.com"


@dataclass(frozen=True)
class StripeSettings:
    """Keys, and the address of Stripe's API as the functions see it."""

    secret_key: str
    publishable_key: str
    webhook_secret: str
    api_url: str

    @property
    def is_test_mode(self) -> bool:
        """Whether this is Stripe itself, and not the emulator."""
        return self.api_url == STRIPE_API


def stripe_settings(port: int, environ: Mapping[str, str] = os.environ) -> StripeSettings:
    """Stripe's test mode with the keys of the environment, or the emulator on this port with keys of its own.

    Raises:
        ValueError: `STRIPE_SECRET_KEY` is not a test key. The local stack never touches real money.
    """
    key = environ.get("STRIPE_SECRET_KEY", "")
    if not key:
        webhook_secret = f"whsec_{secrets.token_hex(16)}"
        return StripeSettings("sk_test_emulator", "pk_test_emulator", webhook_secret, f"http://127.0.0.1:{port}")
    if not key.startswith(TEST_KEYS):
        raise ValueError("STRIPE_SECRET_KEY is not a test key (sk_test_…): the local stack takes no other.")
    webhook_secret = environ.get("STRIPE_WEBHOOK_SECRET") or f"whsec_{secrets.token_hex(16)}"
    # The functions want a publishable key to hand to the app; what pays from a server needs none that works.
    publishable_key = environ.get("STRIPE_PUBLISHABLE_KEY") or "pk_test_not_set"
    return StripeSettings(key, publishable_key, webhook_secret, STRIPE_API)
