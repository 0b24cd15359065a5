"""Letting an extension go: by the payer, the consultant, the issuer, a hand in the dashboard (design 4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from payments.core.refusals import Code
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import CONSULTANT, PAYER, Deployment
from tests.integration.extending import GRACE, PERIOD, clock_of, extended
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe, refused

ACTIVE, ENDED, READY = SessionStatus.ACTIVE, SessionStatus.ENDED, SessionStatus.READY
HELD, CAPTURED, CANCELED = HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED, HoldStatus.CANCELED


# --- somebody lets it go


@pytest.mark.parametrize("by", [PAYER, CONSULTANT])
@pytest.mark.parametrize("is_blind", [False, True], ids=["seen", "blind"])
def test_a_cancel_gives_the_time_back_in_its_claim(deployment: Deployment, by: str, *, is_blind: bool) -> None:
    """Not only once Stripe has answered: nobody writes in time that is not paid for."""
    chat = extended(deployment)

    if is_blind:
        break_stripe(deployment, "cancel")
        assert refused(deployment.cancel, chat.second, by) is Code.PAYMENT_UNAVAILABLE
    else:
        deployment.cancel(chat.second, by)

    assert clock_of(deployment, chat.first) == chat.ends
    deployment.pass_time(minutes=3)
    deployment.sweep()
    assert chat.statuses == (ACTIVE, HELD, CANCELED)
    chat.reach(seconds=1)
    deployment.sweep()
    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert deployment.alerts() == []
    check_promise(deployment)


def test_a_cancel_in_the_minute_of_grace_ends_the_chat_where_the_first_hold_ended(deployment: Deployment) -> None:
    chat = extended(deployment)
    chat.reach(seconds=45)

    deployment.cancel(chat.second)
    deployment.sweep()

    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert deployment.hold(chat.first.id).ends_at == chat.ends
    check_promise(deployment)


def test_whoever_cancels_one_extension_after_the_other_has_one_minute_for_nothing_and_no_more(
    deployment: Deployment,
) -> None:
    """The minute of grace is for a word that crosses with the end: it is no way to chat on and never pay."""
    chat = extended(deployment, at_minute=29)
    chat.reach()
    extension, chatted = chat.second, timedelta()

    while chat.session.status is ACTIVE and chatted < 5 * GRACE:
        deployment.pass_time(seconds=50)
        chatted += timedelta(seconds=50)
        deployment.sweep()
        deployment.cancel(extension)
        extension = deployment.extend(chat.first)

    assert chatted <= GRACE
    deployment.cancel(extension)
    deployment.sweep_for(1, every=0.25)
    assert deployment.hold(chat.first.id).status is CAPTURED
    check_promise(deployment)


def test_a_cancel_that_stripe_refuses_for_good_leaves_the_chat_extended(deployment: Deployment) -> None:
    """Design 4: PAID is looked at again where the cancel is refused."""
    chat = extended(deployment)
    deployment.control.fault("refuse", "POST", "*/cancel", status=400, code="payment_intent_unexpected_state")

    code = refused(deployment.cancel, chat.second)

    assert code is Code.PAYMENT_UNAVAILABLE
    assert clock_of(deployment, chat.first) == chat.ends + PERIOD
    deployment.sweep_for(2, every=0.05)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    check_promise(deployment)


def test_a_payment_that_comes_while_the_extensions_cancel_is_claimed_moves_no_clock(deployment: Deployment) -> None:
    first = deployment.started("s1")
    ends = clock_of(deployment, first)
    created = deployment.create("s1")
    break_stripe(deployment, "cancel")
    refused(deployment.cancel, created.hold)
    deployment.pay(created)

    deployment.deliver()
    during = clock_of(deployment, first)
    deployment.sweep_for(1, every=0.05)

    assert during == ends
    assert deployment.intent(created.hold.id).status == "canceled"
    check_promise(deployment)


def test_an_extension_that_was_let_go_can_be_asked_for_again(deployment: Deployment) -> None:
    chat = extended(deployment)
    deployment.cancel(chat.second)

    third = deployment.extend(chat.first)

    assert third.attempt == 3
    assert clock_of(deployment, chat.first) == chat.ends + PERIOD


def test_the_consultant_lets_the_person_go_free_and_the_extension_goes_too(deployment: Deployment) -> None:
    chat = extended(deployment)

    deployment.cancel(chat.first, CONSULTANT)
    deployment.sweep()

    assert chat.statuses == (ENDED, CANCELED, CANCELED)
    assert deployment.asked("/capture") == []
    assert deployment.alerts() == []
    check_promise(deployment)


def test_the_consultant_lets_a_begun_extension_go_and_the_first_hold_stays_charged(deployment: Deployment) -> None:
    chat = extended(deployment)
    chat.reach(minutes=5)
    deployment.sweep()
    deployment.sweep()

    deployment.cancel(chat.second, CONSULTANT)

    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert deployment.alerts() == []
    check_promise(deployment)


# --- Stripe, the issuer, or a hand in the dashboard lets it go


RELEASES: Final[dict[str, Callable[[Deployment, str], Any]]] = {
    "by hand": lambda deployment, intent_id: deployment.sdk.v1.payment_intents.cancel(intent_id),
    "by the issuer": lambda deployment, intent_id: deployment.control.expire_authorization(intent_id),
}
every_release = pytest.mark.parametrize("release", RELEASES.values(), ids=RELEASES)


@every_release
@pytest.mark.parametrize("seconds", [-300, 45])
def test_a_release_before_it_has_begun_gives_the_time_back(
    deployment: Deployment, release: Callable[[Deployment, str], Any], seconds: int
) -> None:
    chat = extended(deployment)
    chat.reach(seconds=seconds)

    release(deployment, chat.second.id)
    deployment.deliver()

    assert (clock_of(deployment, chat.first), chat.session.next) == (chat.ends, None)
    chat.reach(seconds=55)
    deployment.sweep()
    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert deployment.alerts() == []
    check_promise(deployment)


@every_release
def test_a_release_after_it_has_begun_ends_the_chat_and_is_raised(
    deployment: Deployment, release: Callable[[Deployment, str], Any]
) -> None:
    chat = extended(deployment)
    chat.reach(seconds=62)

    release(deployment, chat.second.id)
    deployment.deliver()
    deployment.sweep()

    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert deployment.alerts() == ["used_but_unpaid"]
    check_promise(deployment)


@every_release
def test_a_release_of_the_first_hold_ends_the_chat_and_frees_its_extension(
    deployment: Deployment, release: Callable[[Deployment, str], Any]
) -> None:
    chat = extended(deployment)

    release(deployment, chat.first.id)
    deployment.deliver()
    deployment.sweep()

    assert chat.statuses == (ENDED, CANCELED, CANCELED)
    assert deployment.alerts_by_intent() == {chat.first.id: {"used_but_unpaid"}}
    check_promise(deployment)


def test_a_release_of_the_first_hold_does_not_end_a_chat_that_runs_on_the_second(deployment: Deployment) -> None:
    chat = extended(deployment)
    chat.reach(seconds=62)

    deployment.sdk.v1.payment_intents.cancel(chat.first.id)
    deployment.deliver()
    running = chat.statuses
    deployment.sweep_for(1, every=0.25)

    assert running == (ACTIVE, CANCELED, HELD)
    assert chat.statuses == (ENDED, CANCELED, CAPTURED)
    assert deployment.alerts_by_intent() == {chat.first.id: {"used_but_unpaid"}}
    check_promise(deployment)
