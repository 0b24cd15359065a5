"""Things that happen at once to a chat and its extension (design 4, 5)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from payments.core.refusals import Code
from payments.domain.chat.deadlines import EXTENSION_GRACE
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.concurrently import ROUNDS, rounds
from tests.integration.deployment import Deployment
from tests.integration.extending import PERIOD, clock_of, extended
from tests.integration.promise import check_promise
from tests.integration.together import answers, at_once

ACTIVE, ENDED, READY = SessionStatus.ACTIVE, SessionStatus.ENDED, SessionStatus.READY
HELD, CAPTURED, CANCELED = HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED, HoldStatus.CANCELED


def come_to_rest(deployment: Deployment, session_id: str) -> None:
    """What is left is swept up; a hold that nobody uses is given back by its payer."""
    deployment.pass_time(minutes=3)
    deployment.sweep()
    session = deployment.session(session_id)
    if session.status is READY:
        deployment.cancel(deployment.hold(session.intent_id or ""))


def test_sixteen_askings_at_once_make_one_extension(deployment: Deployment) -> None:
    first = deployment.started("s1")

    outcomes = at_once(*[partial(deployment.create, "s1")] * 16)

    made = answers(outcomes, Code.BUSY, Code.PAYMENT_UNAVAILABLE)
    assert made
    assert len({(c.hold.id, c.client_secret, c.hold.attempt) for c in made}) == 1
    assert deployment.intents().keys() == deployment.holds().keys() == {first.id, made[0].hold.id}
    assert deployment.session("s1").next_intent_id == made[0].hold.id
    assert deployment.attempts() == 2


def test_the_end_against_the_payment_of_an_extension_never_charges_for_time_nobody_had(deployment: Deployment) -> None:
    """Either it was paid first, and is released unused; or the chat ended first, and it opens the next one."""
    for _, chat, payer in rounds(deployment):
        first = deployment.started(chat, user_id=payer)
        created = deployment.create(chat, user_id=payer)
        deployment.pay(created)

        outcomes = at_once(partial(deployment.end, first), deployment.deliver)

        [ended] = answers(outcomes[:1])
        after = deployment.session(chat)
        assert ended.payment == "captured"
        assert after.status in (ENDED, READY)
        assert after.expires_at is None or after.status is ENDED
        come_to_rest(deployment, chat)
        assert deployment.hold(first.id).amount_captured == 5000
        assert deployment.intent(created.hold.id).amount_received == 0


def test_the_end_against_asking_for_an_extension_leaves_one_hold_that_can_be_paid(deployment: Deployment) -> None:
    """The extension of a chat that has ended meanwhile, or the next attempt of it: never both."""
    for _, chat, payer in rounds(deployment):
        first = deployment.started(chat, user_id=payer)
        ask = partial(deployment.create, chat, user_id=payer)

        ended, made = at_once(partial(deployment.end, first), ask)

        answers([ended])
        [created] = answers([made], Code.BUSY) or [ask()]
        assert len([h for h in deployment.holds().values() if h.session_id == chat]) == 2
        deployment.pay(created)
        deployment.deliver()
        assert (deployment.session(chat).status, deployment.session(chat).attempt) == (READY, 2)
        deployment.cancel(created.hold)


def test_the_end_against_the_cancel_of_an_extension_releases_it_once(deployment: Deployment) -> None:
    for _, name, payer in rounds(deployment):
        chat = extended(deployment, name, payer=payer, at_minute=0)

        outcomes = at_once(partial(deployment.end, chat.first), partial(deployment.cancel, chat.second))

        answers(outcomes[:1])
        answers(outcomes[1:], Code.BUSY)
        come_to_rest(deployment, name)
        assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    canceled = [r["path"] for r in deployment.asked("/cancel", effect=True)]
    assert len(canceled) == len(set(canceled)) == ROUNDS


def test_the_sweep_against_the_payment_of_an_extension_ends_the_chat_or_moves_its_clock(deployment: Deployment) -> None:
    """At `expiresAt` both are possible, and one of them happens."""
    for _, chat, payer in rounds(deployment):
        first = deployment.started(chat, user_id=payer)
        ends = clock_of(deployment, first)
        deployment.pass_time(minutes=29)
        created = deployment.create(chat, user_id=payer)
        deployment.pay(created)
        deployment.pass_time(minutes=1, seconds=1)

        at_once(deployment.sweep, deployment.deliver)

        after = deployment.session(chat)
        assert after.status in (ACTIVE, READY)
        if after.status is ACTIVE:
            assert after.expires_at is not None
            assert after.expires_at >= ends + PERIOD
            deployment.pass_time(minutes=32)
            deployment.sweep()
        come_to_rest(deployment, chat)
        is_used = after.status is ACTIVE
        assert deployment.hold(first.id).status is CAPTURED
        assert deployment.hold(created.hold.id).status is (CAPTURED if is_used else CANCELED)


def test_the_cancel_of_an_extension_against_its_beginning_has_one_winner(deployment: Deployment) -> None:
    """At the end of the minute of grace: it is given back and costs nothing, or has begun and is charged for."""
    for n, name, payer in rounds(deployment):
        chat = extended(deployment, name, payer=payer, at_minute=0)
        chat.reach(seconds=59.9 + n * 0.005)

        _, canceled = at_once(deployment.sweep, partial(deployment.cancel, chat.second))

        answers([canceled], Code.SESSION_STARTED)
        has_begun = deployment.hold(chat.second.id).started_at is not None
        assert isinstance(canceled, Code) is has_begun
        deployment.pass_time(minutes=32)
        deployment.sweep()
        come_to_rest(deployment, name)
        assert chat.statuses == (ENDED, CAPTURED, CAPTURED if has_begun else CANCELED)


def test_sweeps_that_overlap_begin_and_capture_each_extension_once(deployment: Deployment) -> None:
    chats = [extended(deployment, f"s{n}", payer=f"payer{n}", at_minute=0) for n in range(5)]
    deployment.pass_time(minutes=31, seconds=5)
    at_once(*[deployment.sweep] * 4)
    deployment.pass_time(minutes=3)
    deployment.sweep()
    begun = [chat.statuses for chat in chats]
    deployment.pass_time(minutes=31)
    at_once(*[deployment.sweep] * 4)
    deployment.pass_time(minutes=3)
    deployment.sweep()

    assert begun == [(ACTIVE, CAPTURED, HELD)] * 5
    assert [chat.statuses for chat in chats] == [(ENDED, CAPTURED, CAPTURED)] * 5
    assert len(deployment.asked("/capture", effect=True)) == 10
    check_promise(deployment)


def test_the_end_and_the_capture_of_both_holds_at_once_charge_each_once(deployment: Deployment) -> None:
    chat = extended(deployment)
    chat.reach(minutes=10)

    outcomes = at_once(
        partial(deployment.end, chat.first),
        partial(deployment.capture, chat.first),
        partial(deployment.capture, chat.second),
        deployment.sweep,
        partial(deployment.end, chat.first),
    )

    answers(outcomes, Code.BUSY)
    come_to_rest(deployment, chat.first.session_id)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    assert len(deployment.asked("/capture", effect=True)) == 2
    check_promise(deployment)


def test_whoever_cancels_one_extension_after_the_other_has_one_minute_for_nothing_and_no_more(
    deployment: Deployment,
) -> None:
    """The minute of grace is for a word that crosses with the end: it is no way to chat on and never pay."""
    chat = extended(deployment, at_minute=29)
    chat.reach()
    extension, chatted = chat.second, timedelta()

    while chat.session.status is ACTIVE and chatted < 5 * EXTENSION_GRACE:
        deployment.pass_time(seconds=50)
        chatted += timedelta(seconds=50)
        deployment.sweep()
        deployment.cancel(extension)
        extension = deployment.extend(chat.first)

    assert chatted <= EXTENSION_GRACE
    deployment.cancel(extension)
    deployment.sweep_for(1, every=0.25)
    assert deployment.hold(chat.first.id).status is CAPTURED
    check_promise(deployment)
