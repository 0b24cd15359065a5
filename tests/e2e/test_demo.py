"""`make demo`, from its first word to its last."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: A guard against a hang: it starts a stack of its own, and then tells for half a minute on a quiet machine.
HANG_SECONDS = 500


@pytest.mark.timeout(HANG_SECONDS + 100)
def test_the_demo_tells_its_story_to_the_end(environment: dict[str, str]) -> None:
    """It compares Stripe and Firestore after each step, and stops where they differ."""
    environment.pop("STRIPE_SECRET_KEY", None)  # never Stripe's test mode
    command = [sys.executable, "-m", "emulators.demo"]

    told = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANG_SECONDS, check=False
    )

    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-6000:]
    looks = re.search(r"equal at all (\d+) looks", told.stdout)
    assert looks, told.stdout[-2000:]
    assert int(looks[1]) > 30
    assert "nothing still held" in told.stdout
