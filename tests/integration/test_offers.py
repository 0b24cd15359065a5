"""A price that changes while somebody asks (H-08; design 6)."""

from __future__ import annotations

import json

import pytest

from payments.chat import hold_card
from payments.core.refusals import Code
from payments.domain.chat.states import SessionStatus
from payments.endpoints.callables import CREATE_PAYMENT_INTENT
from tests.integration.call_recorder import Killed, Wire
from tests.integration.deployment import CONSULTANT, PAYER, Deployment
from tests.integration.refused import refused
from tests.integration.ticket_steps import issued, redeem


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


WRONG_PRICES = [0, -5, 49, 100_000_000, 10**9]


@pytest.mark.parametrize("price", WRONG_PRICES)
def test_a_price_that_stripe_would_refuse_is_refused_before_a_payer_meets_stripe(
    deployment: Deployment, capsys: pytest.CaptureFixture[str], price: int
) -> None:
    """Typed by hand in the console: nothing is spent, nothing is written, and the log names what to mend."""
    hold = deployment.started("s1")
    deployment.db.document(f"consultants/{CONSULTANT}").update({"price": price})
    before, asked = deployment.everything(), len(deployment.control.requests())
    capsys.readouterr()

    new = refused(create_payment_intent, deployment, "s2")
    extension = refused(create_payment_intent, deployment, hold.session_id)

    assert new is extension is Code.CONSULTANT_UNAVAILABLE
    assert deployment.everything() == before
    assert len(deployment.control.requests()) == asked
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    problem = f"consultants/{CONSULTANT}: price must be 50 … 99999999 (jpy)"
    assert lines == [{"severity": "ERROR", "message": "corrupt document", "document": problem}] * 2


def test_a_wrong_price_keeps_nobody_from_a_chat_that_a_ticket_pays(deployment: Deployment) -> None:
    deployment.db.document(f"consultants/{CONSULTANT}").update({"price": 0})

    assert redeem(deployment, issued(deployment)).status is SessionStatus.READY


def create_payment_intent(deployment: Deployment, session_id: str) -> None:
    """The callable, as it is served; the app shows no price."""
    sent = {"sessionId": session_id, "consultantId": CONSULTANT}
    CREATE_PAYMENT_INTENT.run(deployment.deps.chat, PAYER, sent)
