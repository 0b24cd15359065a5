"""What people are told (H-06): in the commit that causes it, each of them once, whatever is repeated or lost."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

import pytest

from payments.core import store
from payments.core.refusals import Code, Refusal
from payments.domain.chat.notifications import NotificationKind
from payments.domain.chat.states import SessionStatus
from tests.integration.call_recorder import Wire
from tests.integration.deployment import CONSULTANT, PAYER, Deployment
from tests.integration.firestore_requests import Asked
from tests.integration.notification_cases import CAUSES, DECLINED, EXPIRED, TELLS_OF, Cause, refusing
from tests.integration.refused import refused
from tests.integration.ticket_steps import CODE, Told, both, document, issued, notices, payer_alone, redeem, told
from tests.integration.together import answers, at_once

every_cause = pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)


def test_every_kind_is_told_here() -> None:
    """A kind that is added later has to be proved, too."""
    assert {kind for cause in CAUSES.values() for kind, _, _ in cause.tells} == set(NotificationKind) == set(TELLS_OF)


@every_cause
def test_what_happens_is_told_to_whom_it_concerns_in_the_commit_that_does_it(
    deployment: Deployment, cause: Cause
) -> None:
    """H-06: no commit tells of what another one does."""
    given = cause.prepare(deployment)
    before, asked = told(deployment), Asked()

    cause.act(asked.deps(deployment.deps, deployment.db), given)

    assert told(deployment) - before == cause.tells
    commits = [_fields(parts) for kind, parts in asked.requests if kind == "commit"]
    for written in commits:
        for kind in {path.split("/")[1].split("-")[0] for path in written if path.startswith("notifications/")}:
            where, field = TELLS_OF[kind]
            assert any(path.startswith(where) and field in fields for path, fields in written.items()), (kind, written)


def _fields(written: Any) -> dict[str, set[str]]:
    return {path: set(fields) for path, fields, _ in written}


@every_cause
def test_a_commit_that_fails_tells_nobody(
    deployment: Deployment, cause: Cause, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else is always faster: the commit reaches the engine, is refused whole, and leaves no notification."""
    monkeypatch.setattr(store, "TRIES", 3)
    given = cause.prepare(deployment)
    before, wire = told(deployment), Wire()
    touched = count()

    def be_faster(call: str) -> None:
        if call == "commit":
            for kind in ("sessions", "payment_intents", "tickets"):
                for snapshot in deployment.db.collection(kind).stream():
                    snapshot.reference.update({"touched": next(touched)})

    wire.watcher = be_faster
    answers(at_once(partial(cause.act, wire.deps(deployment.deps, deployment.db), given)), Code.BUSY)

    assert wire.count("commit") >= 1
    assert told(deployment) == before


@every_cause
def test_a_commit_that_is_sent_twice_tells_once(
    deployment: Deployment, cause: Cause, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer was lost, and the client library has sent it again: the second meets the first one's work.

    What a sweep then takes for somebody else's claim is finished by the next one.
    """
    monkeypatch.setattr(store, "FIRST_WAIT", 0.001)
    given = cause.prepare(deployment)
    before, wire = told(deployment), Wire()
    deps = wire.deps(deployment.deps, deployment.db)

    def send_each_again(_: str) -> None:
        wire.sends_again = wire.count("commit") - 1

    wire.watcher = send_each_again
    cause.act(deps, given)
    deployment.pass_time(minutes=3)
    deployment.sweep()

    assert told(deployment) - before == cause.tells
    assert {notice["rev"] for notice, _ in notices(deployment).values()} == {1}


@every_cause
def test_what_is_repeated_tells_nobody_again_and_what_was_read_stays_read(deployment: Deployment, cause: Cause) -> None:
    """The same call again, every webhook three times more in whatever order, the sweep: not one is written again."""
    given = cause.prepare(deployment)
    cause.act(deployment.deps, given)
    deployment.deliver()
    read_at = datetime(2026, 11, 21, tzinfo=UTC)
    for snapshot in deployment.db.collection("notifications").stream():
        snapshot.reference.update({"readAt": read_at})
    before = notices(deployment)

    try:
        cause.act(deployment.deps, given)
    except Refusal:
        assert notices(deployment) == before
    for bodies in (
        deployment.events(),
        deployment.events()[::-1],
        sorted(deployment.events(), key=lambda e: e["type"]),
    ):
        for body in bodies:
            deployment.receive(body)
    deployment.sweep()

    assert {name: notice for name, notice in notices(deployment).items() if name in before} == before
    assert told(deployment) - Counter(_told_of(before)) == Counter()


def _told_of(found: dict[str, Any]) -> list[Told]:
    return [(notice["kind"], notice["attempt"], notice["userId"]) for notice, _ in found.values()]


def test_a_notification_is_what_an_app_lists(deployment: Deployment) -> None:
    """Design 3: its fields; an unread one has null in `readAt`, which a query can ask for."""
    issued(deployment)
    redeem(deployment, CODE)

    found = document(deployment, "notifications/session_ready-s1-1-consultant")

    assert found.pop("createdAt") == deployment.session("s1").created_at
    assert found == {
        "userId": CONSULTANT,
        "kind": "session_ready",
        "sessionId": "s1",
        "attempt": 1,
        "readAt": None,
        "pushedAt": None,
        "rev": 1,
    }


def test_a_whole_chat_and_its_resumption_tell_each_thing_once(deployment: Deployment) -> None:
    """H-10: the second half is told as the first was."""
    hold = deployment.started("s1")
    deployment.end(hold)
    deployment.deliver()
    again = deployment.started("s1")
    deployment.pass_time(minutes=25.1)
    deployment.sweep()
    deployment.pass_time(minutes=5)
    deployment.sweep()
    deployment.deliver()

    halves = [both("session_ready", n) + both("session_started", n) + both("session_ended", n) for n in (1, 2)]
    paid = [payer_alone("payment_captured", n) for n in (1, 2)]
    assert again.attempt == 2
    assert told(deployment) == sum(halves + paid, both("ending_soon", 2))


@pytest.mark.parametrize("is_swept", [True, False], ids=["the sweep came first", "the payment came first"])
def test_a_chat_whose_extension_is_heard_of_too_late_is_told_as_ended_and_as_ready(
    deployment: Deployment, *, is_swept: bool
) -> None:
    """Whoever comes first, the sweep or the webhook: the first half is over, and the second one waits to be started."""
    deployment.started("s1")
    deployment.pay(deployment.create("s1"))
    deployment.pass_time(minutes=32)
    if is_swept:
        deployment.sweep()

    deployment.deliver()
    deployment.sweep()

    first = both("session_ready") + both("session_started") + both("session_ended") + payer_alone("payment_captured")
    assert told(deployment) == first + both("session_ready", 2)


def test_a_hold_let_go_before_its_payment_was_heard_of_is_told_as_released(deployment: Deployment) -> None:
    """Stripe's webhook takes a second or two: the card was held all the same, and its person is told of the end."""
    created = deployment.create("s1")
    deployment.pay(created)
    deployment.cancel(created.hold)

    deployment.deliver()
    deployment.sweep()
    deployment.deliver()

    assert told(deployment) == both("hold_released")


def test_a_decline_is_told_once_and_another_card_that_is_good_too(deployment: Deployment) -> None:
    """Whoever tries one bad card after the other sees that on the screen; the first notification stays as it is."""
    created = deployment.create("s1")
    deployment.pay(created, card=DECLINED)
    deployment.deliver()
    first = notices(deployment)
    deployment.pay(created, card=EXPIRED)
    deployment.deliver()
    second, error = notices(deployment), deployment.hold(created.hold.id).last_error
    deployment.pay(created)
    deployment.deliver()

    assert error == "expired_card"
    assert second == first
    assert told(deployment) == payer_alone("payment_failed") + both("session_ready")


def test_a_capture_that_fails_again_and_again_is_told_once_and_its_success_too(deployment: Deployment) -> None:
    hold = refusing(deployment)
    deployment.end(hold)
    for _ in range(5):
        deployment.pass_time(hours=1)
        deployment.sweep()
    meanwhile = told(deployment)
    deployment.control.clear_faults()
    deployment.pass_time(hours=1)
    deployment.sweep()

    so_far = both("session_ready") + both("session_started") + both("session_ended") + payer_alone("capture_failed")
    assert meanwhile == so_far
    assert told(deployment) - so_far == payer_alone("payment_captured")


def test_a_used_hold_that_is_given_up_is_told_as_released(deployment: Deployment) -> None:
    """H-11: refused for more than 72 hours; nothing is charged, and both are told."""
    deployment.end(refusing(deployment))
    deployment.sweep_for(100, every=1)

    assert told(deployment)[("hold_released", 1, PAYER)] == 1
    assert told(deployment)[("payment_captured", 1, PAYER)] == 0


def test_a_hold_that_nobody_has_paid_is_canceled_without_a_word(deployment: Deployment) -> None:
    """There is nothing on anybody's card."""
    deployment.create("s1")
    deployment.sweep_for(80, every=8)

    assert deployment.session("s1").status is SessionStatus.CANCELED
    assert told(deployment) == Counter()


def test_an_extension_that_is_given_back_is_told_as_released_and_the_chat_goes_on(deployment: Deployment) -> None:
    deployment.started("s1")
    extension = deployment.create("s1")
    deployment.pay(extension)
    deployment.deliver()
    before = told(deployment)

    deployment.cancel(extension.hold)

    assert told(deployment) - before == both("hold_released", 2)


def test_an_extension_told_once_stays_told_when_its_cancel_is_refused(deployment: Deployment) -> None:
    """Its time is given back and taken again: neither a second notification, nor the first one unread again."""
    deployment.started("s1")
    extension = deployment.create("s1")
    deployment.pay(extension)
    deployment.deliver()
    told_of = deployment.db.document("notifications/session_extended-s1-2-payer")
    told_of.update({"readAt": datetime(2026, 11, 21, tzinfo=UTC), "pushedAt": datetime(2026, 11, 21, tzinfo=UTC)})
    before = notices(deployment)

    deployment.control.fault("refuse", "POST", "*/cancel", status=400, code="resource_missing")
    assert refused(deployment.cancel, extension.hold) is Code.PAYMENT_UNAVAILABLE

    assert deployment.hold(extension.hold.id).starts_at is not None
    assert notices(deployment) == before


def test_no_notification_and_no_log_holds_money_names_or_codes(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    issued(deployment)
    deployment.start(redeem(deployment, CODE))
    deployment.end(deployment.started("s2", user_id="taro@example.com"))
    deployment.pay(deployment.create("s3"), card=DECLINED)
    deployment.deliver()
    deployment.sweep()

    written = json.dumps([notice for notice, _ in notices(deployment).values()], default=str)
    log = capsys.readouterr()
    assert [secret for secret in (CODE, "5000", "_secret_", "pi_", "declined") if secret in written] == []
    assert [secret for secret in (CODE, "_secret_", "taro@example.com") if secret in log.out + log.err] == []
