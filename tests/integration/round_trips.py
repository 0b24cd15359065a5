"""Something that a process does, on a wire that is watched: what it costs, and what is left where the process dies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from payments.jobs.port import JobDeps
from tests.integration.call_recorder import FIRESTORE, STRIPE, Killed, Wire
from tests.integration.deployment import Deployment


def dies(deployment: Deployment, act: Callable[[JobDeps], Any], lives_for: int) -> bool:
    """Whether the process died in the act, `lives_for` calls after its start."""
    try:
        act(Wire(lives_for).deps(deployment.deps, deployment.db))
    except Killed:
        return True
    return False


def cost(deployment: Deployment, act: Callable[[JobDeps], Any]) -> tuple[int, int]:
    """The calls to Firestore and to Stripe that an act makes; Stripe's own log has to agree."""
    wire = Wire()
    deps = wire.deps(deployment.deps, deployment.db)
    deployment.control.clear_requests()

    act(deps)

    to_stripe = wire.count(*STRIPE)
    assert len(deployment.control.requests()) == to_stripe
    return wire.count(*FIRESTORE), to_stripe
