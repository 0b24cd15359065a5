"""A price that changes while somebody asks (H-08; design 6)."""

from __future__ import annotations

import pytest

from payments.chat import hold_card
from payments.core.refusals import Code
from tests.integration.call_recorder import Killed, Wire
from tests.integration.deployment import CONSULTANT, Deployment
from tests.integration.refused import refused


def test_the_price_of_an_attempt_stands_while_the_price_list_changes(deployment: Deployment) -> None:
    """Design 6: a repeat has the same parameters, or Stripe answers `idempotency_error`."""
    ask = deployment.ask("s1")
    with pytest.raises(Killed):
        hold_card.create(Wire(lives_for=3).deps(deployment.deps, deployment.db).chat, ask)
    deployment.db.document(f"consultants/{CONSULTANT}").update({"price": 8000})

    repeated = deployment.create("s1")
    deployment.cancel(repeated.hold)
    next_one = refused(deployment.create, "s1")

    assert (repeated.hold.attempt, repeated.hold.amount) == (1, 5000)
    assert next_one is Code.PRICE_CHANGED
    assert deployment.create("s1", amount=None).hold.amount == 8000
