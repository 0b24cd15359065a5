"""The promise, kept through everything at once: many chats, each life drawn from a seed."""

from __future__ import annotations

import pytest

from tests.integration.deployment import Deployment
from tests.integration.promise import check_promise
from tests.integration.random_chats import Chaos
from tests.integration.random_world import WIDEST_SKEW

SEEDS = range(4)
CHATS = 10
STEPS = 200
pytestmark = pytest.mark.usefixtures("asks_once")


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_the_promise_is_kept(
    deployment: Deployment, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """No one is charged for a chat that did not start, no one twice, nothing is lost, every hold ends."""
    chaos = Chaos(deployment, seed, CHATS)

    for _ in range(STEPS):
        chaos.step()
    chaos.settle()
    print(chaos.told)  # noqa: T201 - what led to a failure, shown only with one

    check_promise(deployment, WIDEST_SKEW)
    assert '"failed"' not in capsys.readouterr().err


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_at_once_the_promise_is_kept(
    deployment: Deployment, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Eight things at a time on three chats, so that they meet; the seed says which, the machine in what order."""
    chaos = Chaos(deployment, seed, chats=3)

    for _ in range(20):
        chaos.storm(8)
    chaos.settle()
    print(chaos.told)  # noqa: T201 - what led to a failure, shown only with one

    check_promise(deployment, WIDEST_SKEW)
    assert '"failed"' not in capsys.readouterr().err
