"""Builds what the tests need and this machine lacks, once, before they start: a build takes longer than a test may.

A Firestore engine (`engine_choice`), Stripe's own stateless mock (`stripe_mock`) and a Dart VM (`dart_vm`).
"""

from __future__ import annotations

import os
import sys

from emulators.stack.dart_vm import DartNotFoundError, find_dart
from emulators.stack.engine_choice import EngineNotFoundError, find_engine
from emulators.stack.stripe_mock import StripeMockNotFoundError, find_stripe_mock


def main() -> int:
    """Find or build all; 1 if there is no way to. Without a Dart VM only a CI fails: see tests/conftest.py."""
    try:
        find_engine(say=lambda line: print(line, flush=True))
        find_stripe_mock()
        find_dart()
    except DartNotFoundError as error:
        print(error, file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0
    except (EngineNotFoundError, StripeMockNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
