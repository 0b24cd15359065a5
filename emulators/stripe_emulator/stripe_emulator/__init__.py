"""A stateful stand-in for Stripe with its real wire format, and a client of its control API."""

from stripe_emulator.client import ControlError, StripeControl
from stripe_emulator.emulator import StripeEmulator
from stripe_emulator.webhooks.delivery import Retries

__all__ = ["ControlError", "Retries", "StripeControl", "StripeEmulator"]
