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
from tests.integration.call_recorder import Wire
from tests.integration.deployment import Deployment
from tests.integration.firestore_requests import Asked
from tests.integration.notification_cases import CAUSES, DECLINED, TELLS_OF, Cause
from tests.integration.refused import refused
from tests.integration.ticket_steps import CODE, Told, issued, notices, redeem, told
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
