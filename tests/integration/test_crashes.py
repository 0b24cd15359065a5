"""Processes that die between any two of their steps (design 6, 7).

Each action is run again and again, each time for another chat, and its process dies one call later than the time
before. Then the person repeats it, or the webhooks come, or nobody does anything; the sweep finishes what is left, and
the promise has to hold for every chat.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Final

import pytest

from payments.chat import hold_card
from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import Hold
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.jobs import sweep
from tests.integration.crash_cases import (
    ACTIONS,
    CANCELED,
    CAPTURED,
    Action,
    extended,
    extension_asked,
    extension_paid_unheard,
    paid,
    paid_unheard,
    started,
    unpaid,
)
from tests.integration.deployment import Deployment
from tests.integration.promise import check_promise
from tests.integration.round_trips import dies

#: What may have been done at Stripe when the process dies.
DONE_AT_STRIPE: Final = ("end", "cancel", "let the person go free", "create an extension", "cancel an extension")
#: What a person is told who repeats what the first call, though its process died, has brought to its end.
OVER: Final = {Code.ALREADY_CAPTURED, Code.HOLD_RELEASED, Code.SESSION_IN_PROGRESS}


def die_everywhere(deployment: Deployment, action: Action) -> list[Any]:
    """One chat for each call at which the process can die; what each action was given."""
    given = []
    for n in count():
        given.append(action.prepare(deployment, f"chat{n}"))
        if not dies(deployment, lambda deps: action.act(deps, given[-1]), n):
            assert n > 1
            return given
    raise AssertionError


def _nobody(deployment: Deployment, action: Action, given: list[Any]) -> None:
    pass


def _webhooks(deployment: Deployment, action: Action, given: list[Any]) -> None:
    for body in deployment.events():
        deployment.receive(body)


def _person(deployment: Deployment, action: Action, given: list[Any]) -> None:
    deployment.pass_time(minutes=3)
    for what in given:
        try:
            action.act(deployment.deps, what)
        except Refusal as refusal:
            if refusal.code not in OVER:
                raise


#: Webhooks finish what Stripe has done and the process could not write down any more.
FINISHED: Final = [
    pytest.param(name, finisher, id=f"{name}-{finisher.__name__.strip('_')}")
    for finisher, names in {_nobody: ACTIONS, _person: ACTIONS, _webhooks: DONE_AT_STRIPE}.items()
    for name in names
]


@pytest.mark.parametrize(("name", "finisher"), FINISHED)
def test_a_death_anywhere_leaves_nothing_open_and_charges_nobody_wrongly(
    deployment: Deployment, name: str, finisher: Callable[[Deployment, Action, list[Any]], None]
) -> None:
    action = ACTIONS[name]
    given = die_everywhere(deployment, action)

    finisher(deployment, action, given)
    deployment.sweep_for(1, every=0.25)
    deployment.sweep_for(80, every=20)

    check_promise(deployment)
    assert {hold.status for hold in deployment.holds().values()} <= action.ends
    assert set(deployment.alerts()) <= (action.raised_unheard if finisher is _nobody else set())


@pytest.mark.parametrize("finisher", ["nobody", "person"])
def test_a_death_in_a_first_create_leaves_one_payment_intent_at_most_that_can_be_paid(
    deployment: Deployment, finisher: str
) -> None:
    """H-03: the app asks again, and what it gets can be paid, used and captured; what it never got is never paid."""
    asked = []
    for n in count():
        asked.append(deployment.ask(f"chat{n}", user_id=f"payer{n}"))
        if not dies(deployment, lambda deps: hold_card.create(deps.chat, asked[-1]), n):
            break

    if finisher == "nobody":
        deployment.pass_time(minutes=16)
        deployment.sweep()
    for ask in asked:
        created = hold_card.create(deployment.deps.chat, ask)
        deployment.pay(created)
        deployment.start(created.hold)
        deployment.end(created.hold)
    deployment.deliver()
    deployment.sweep_for(160, every=20)

    check_promise(deployment)
    assert sum(h.status is CAPTURED for h in deployment.holds().values()) == len(asked)
    if finisher == "person":
        assert len(deployment.intents()) == len(asked)


def _ended_early(deployment: Deployment, chat: str) -> Hold:
    hold = extended(deployment, chat)
    deployment.end(hold)
    return hold


#: What leads to a sweep, after how many hours it comes, and where the hold may end.
Work = tuple[Callable[[Deployment, str], Any], float, frozenset[HoldStatus]]

SWEEPS: Final[dict[str, Work]] = {
    "releases": (paid, 72.1, frozenset({CANCELED})),
    "releases what nobody paid": (unpaid, 72.1, frozenset({CANCELED})),
    "looks at what was paid unheard": (paid_unheard, 0.3, frozenset({CANCELED})),
    "ends and captures": (started, 0.6, frozenset({CAPTURED})),
    "begins an extension": (extended, 0.53, frozenset({CAPTURED})),
    "captures an extension": (extended, 1.1, frozenset({CAPTURED})),
    "releases an extension that nobody paid": (extension_asked, 72.1, frozenset({CANCELED})),
    "looks at an extension that was paid unheard": (extension_paid_unheard, 0.26, frozenset({CAPTURED, CANCELED})),
    "releases an extension whose chat has ended": (_ended_early, 0.02, frozenset({CANCELED})),
}


@pytest.mark.parametrize("work", SWEEPS.values(), ids=SWEEPS)
def test_a_sweep_that_dies_is_finished_by_the_next(deployment: Deployment, work: Work) -> None:
    (prepare, hours, ends), held = work, []
    for n in count():
        held.append(prepare(deployment, f"chat{n}").id)
        deployment.pass_time(hours=hours)
        has_died = dies(deployment, sweep.run, n)
        deployment.sweep_for(1, every=0.25)
        if not has_died:
            break
    deployment.sweep_for(80, every=20)

    assert {deployment.hold(name).status for name in held} <= ends
    assert deployment.alerts() == []
    check_promise(deployment)


def test_a_claim_that_died_before_stripe_answered_is_given_up_after_ten_minutes(deployment: Deployment) -> None:
    """Design 7: the session is canceled, and the next call is a new attempt with a key of its own."""
    ask = deployment.ask("s1")
    assert dies(deployment, lambda deps: hold_card.create(deps.chat, ask), 3)

    deployment.pass_time(minutes=9)
    deployment.sweep()
    early = deployment.session("s1").status
    deployment.pass_time(minutes=2)
    deployment.sweep()

    assert early is SessionStatus.AWAITING_PAYMENT
    assert deployment.session("s1").status is SessionStatus.CANCELED
    assert hold_card.create(deployment.deps.chat, ask).hold.attempt == 2


def test_a_claim_of_an_extension_that_died_is_given_up_after_ten_minutes_and_the_chat_goes_on(
    deployment: Deployment,
) -> None:
    """Design 7: the next call is a new attempt with a key of its own."""
    running = deployment.started("s1")
    ask = deployment.ask("s1")
    assert dies(deployment, lambda deps: hold_card.create(deps.chat, ask), 3)

    deployment.pass_time(minutes=9)
    deployment.sweep()
    early = deployment.session("s1").next
    deployment.pass_time(minutes=2)
    deployment.sweep()

    assert early is not None
    assert early.attempt == 2
    given_up = deployment.session("s1")
    assert (given_up.status, given_up.intent_id, given_up.next) == (SessionStatus.ACTIVE, running.id, None)
    assert hold_card.create(deployment.deps.chat, ask).hold.attempt == 3
