"""The test cards of the document's table, as a buyer types them."""

from __future__ import annotations

from typing import Final

GOOD: Final = "4242 4242 4242 4242"
THREE_D_SECURE: Final = "4000 0025 0000 3155"
SUPPORTS_3D_SECURE: Final = "4000 0000 0000 3055"
"""Asks for 3-D Secure only where a Radar rule of the account requests it."""
NO_FUNDS: Final = "4000 0000 0000 9995"
EXPIRED: Final = "4000 0000 0000 0069"
INVALID: Final = "0000 0000 0000 0000"
