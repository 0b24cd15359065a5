"""The local stack: stand-ins for the services that the product talks to, and what starts them."""

import sys
from pathlib import Path

# The Stripe emulator is a package of its own, which the local stack uses without installing it.
STRIPE_EMULATOR = Path(__file__).parent / "stripe_emulator"
sys.path.append(str(STRIPE_EMULATOR))
