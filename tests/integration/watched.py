"""Something that a process does, on a wire that is watched: what it costs, and what is left where the process dies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from payments.jobs.port import JobDeps
from tests.integration.house import House
from tests.integration.wire import FIRESTORE, STRIPE, Killed, Wire


def dies(house: House, act: Callable[[JobDeps], Any], lives_for: int) -> bool:
    """Whether the process died in the act, `lives_for` calls after its start."""
    try:
        act(Wire(lives_for).deps(house.deps, house.db))
    except Killed:
        return True
    return False


def cost(house: House, act: Callable[[JobDeps], Any]) -> tuple[int, int]:
    """The calls to Firestore and to Stripe that an act makes; Stripe's own log has to agree."""
    wire = Wire()
    deps = wire.deps(house.deps, house.db)
    house.control.clear_requests()

    act(deps)

    to_stripe = wire.count(*STRIPE)
    assert len(house.control.requests()) == to_stripe
    return wire.count(*FIRESTORE), to_stripe
