"""A stateful stand-in for Stripe with its real wire format, and a client of its control API."""

from .client import ControlError, StripeControl
from .delivery import Retries
from .emulator import StripeEmulator

__all__ = ["ControlError", "Retries", "StripeControl", "StripeEmulator"]
