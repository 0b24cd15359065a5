"""Builds what the tests need and this machine lacks, once, before they start: a build takes longer than a test may.

A Firestore engine (`emulators.engine_choice`) and Stripe's own stateless mock (`emulators.stripe_mock`).
"""

from __future__ import annotations

import sys

from emulators.engine_choice import EngineNotFoundError, find_engine
from emulators.stripe_mock import StripeMockNotFoundError, find_stripe_mock


def main() -> int:
    """Find or build both; 1 where there is no way to."""
    try:
        find_engine(say=lambda line: print(line, flush=True))
        find_stripe_mock()
    except (EngineNotFoundError, StripeMockNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
