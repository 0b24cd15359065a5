"""What is asked for and what is offered: price, consultant, and how often a person may try (H-08; design 6, 9)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.chat import hold_card
from payments.core.limits import MOST_TRIES
from payments.core.refusals import Code, Refusal
from tests.integration.call_recorder import Killed, Wire
from tests.integration.deployment import CONSULTANT, Deployment
from tests.integration.refused import refused


def test_the_price_is_the_consultants_own_where_there_is_one(deployment: Deployment) -> None:
    """H-08."""
    deployment.db.document(f"consultants/{CONSULTANT}").update({"price": 8000})

    with pytest.raises(Refusal) as changed:
        deployment.create("s1")
    created = deployment.create("s1", amount=8000)

    assert (changed.value.code, changed.value.details) == (Code.PRICE_CHANGED, {"amount": 8000, "currency": "jpy"})
    assert (created.hold.amount, deployment.intent(created.hold.id).amount) == (8000, 8000)


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


def test_a_consultant_who_is_away_takes_no_new_attempts(deployment: Deployment) -> None:
    hold = deployment.paid("s1")
    deployment.db.document(f"consultants/{CONSULTANT}").update({"active": False})

    new = refused(deployment.create, "s2")
    deployment.start(hold)
    deployment.end(hold)
    again = refused(deployment.create, "s1")

    assert new is again is Code.CONSULTANT_UNAVAILABLE


def test_new_attempts_are_limited_and_repeats_are_not(deployment: Deployment) -> None:
    for n in range(MOST_TRIES):
        deployment.create(f"s{n}")
        deployment.create(f"s{n}")
    before = deployment.everything()

    with pytest.raises(Refusal) as limited:
        deployment.create("one-more")
    unchanged = deployment.everything() == before
    repeated = deployment.create("s0")
    other_person = deployment.create("another", user_id="somebody")
    deployment.pass_time(hours=1)

    assert limited.value.code is Code.TOO_MANY_ATTEMPTS
    assert isinstance(wait := limited.value.details["retryAfterSeconds"], int)
    assert timedelta(0) < timedelta(seconds=wait) <= timedelta(hours=1, seconds=1)
    assert unchanged
    assert (repeated.hold.attempt, other_person.hold.attempt) == (1, 1)
    assert deployment.create("one-more").hold.attempt == 1
