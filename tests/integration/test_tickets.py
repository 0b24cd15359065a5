"""Door A, whole (H-01, H-02, H-10): a code opens a chat, nothing is paid, and the chat goes on by either door."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.chat import start_and_end
from payments.commands import issue_tickets
from payments.core.refusals import Code
from payments.domain.chat.records import Source
from payments.domain.chat.states import SessionStatus
from payments.domain.chat.tickets import Ticket
from tests.integration.deployment import CONSULTANT, PAYER, STRANGER, Deployment
from tests.integration.promise import check_promise
from tests.integration.refused import refused
from tests.integration.ticket_steps import (
    CODE,
    attempts,
    document,
    issued,
    redeem,
    redemptions,
    remaining,
)

MINUTE = timedelta(minutes=1)


def test_a_code_opens_a_chat_that_starts_and_ends_and_stripe_is_never_asked(deployment: Deployment) -> None:
    """H-01, H-02: a ticket's chat is ready at once, and nothing is to be paid at its end."""
    issued(deployment)

    ready = redeem(deployment, CODE)
    running = deployment.start(ready)
    ended = deployment.end(ready)

    assert (ready.status, ready.source, ready.intent_id, ready.amount) == (SessionStatus.READY, Source.TICKET, None, 0)
    assert running.status is SessionStatus.ACTIVE
    assert running.started_at is not None
    assert running.expires_at == running.started_at + 30 * MINUTE
    assert (ended.session.status, ended.payment) == (SessionStatus.ENDED, "none")
    assert deployment.control.requests() == []
    assert deployment.holds() == {}


def test_one_commit_takes_one_use_and_says_what_it_was_for(deployment: Deployment) -> None:
    """H-02."""
    issued(deployment, remaining=3)

    redeem(deployment, CODE)

    assert remaining(deployment) == 2
    [(redemption_id, redemption)] = redemptions(deployment).items()
    assert redemption_id == "s1:1"
    assert (redemption["code"], redemption["userId"]) == (CODE, PAYER)
    assert redemption["at"] == deployment.db.document("sessions/s1").get().get("createdAt")
    assert document(deployment, "sessions/s1")["participants"] == [PAYER, CONSULTANT]


@pytest.mark.parametrize(
    "typed",
    [
        "wxyz-2345-6789",
        " WXYZ 2345 6789 ",
        "ＷＸＹＺ２３４５６７８９",
        "ｗｘｙｚー２３４５ー６７８９",
        "WXYZ−2345–6789",
    ],
)
def test_a_code_may_be_typed_as_people_type(deployment: Deployment, typed: str) -> None:
    """H-02: any case, full width, spaces, and whatever a keyboard has for a hyphen."""
    issued(deployment)

    assert redeem(deployment, typed).status is SessionStatus.READY
    assert remaining(deployment) == 0


def test_a_code_as_the_command_issues_and_prints_it_is_good(
    deployment: Deployment, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue_tickets, "open_store", lambda: deployment.deps.store)

    issue_tickets.main(["--uses", "2", "--minutes", "45", "--consultant", CONSULTANT])
    printed = capsys.readouterr().out.strip()
    running = deployment.start(redeem(deployment, printed))

    assert running.minutes == 45
    assert remaining(deployment, printed.replace("-", "")) == 1


def test_a_code_is_not_issued_twice(deployment: Deployment) -> None:
    issued(deployment, remaining=1)
    ticket = Ticket(id=CODE, active=True, remaining=100)

    with pytest.raises(ValueError, match="already"):
        issue_tickets.issue(deployment.deps.store, ticket)

    assert remaining(deployment) == 1


@pytest.mark.parametrize(("minutes", "lasts"), [(None, 30), (1, 1), (90, 90), (1440, 1440)])
def test_a_ticket_may_have_a_length_of_its_own(deployment: Deployment, minutes: int | None, lasts: int) -> None:
    issued(deployment, minutes=minutes)

    running = deployment.start(redeem(deployment, CODE))

    assert running.started_at is not None
    assert running.expires_at == running.started_at + lasts * MINUTE


def test_a_tickets_chat_ends_by_the_sweep_when_its_time_is_over(deployment: Deployment) -> None:
    """H-17: the clock is the server's."""
    issued(deployment, minutes=10)
    deployment.start(redeem(deployment, CODE))

    deployment.pass_time(minutes=9)
    deployment.sweep()
    before = deployment.session("s1").status
    deployment.pass_time(minutes=1.1)
    report = deployment.sweep()

    assert before is SessionStatus.ACTIVE
    assert deployment.session("s1").status is SessionStatus.ENDED
    assert report.done == {"end: by ticket": 1}
    assert deployment.control.requests() == []
    check_promise(deployment)


def test_a_consultant_can_end_a_tickets_chat_only_after_its_time(deployment: Deployment) -> None:
    issued(deployment)
    ready = redeem(deployment, CODE)
    deployment.start(ready)

    too_early = refused(deployment.end, ready, CONSULTANT)
    deployment.pass_time(minutes=31)
    ended = deployment.end(ready, CONSULTANT)

    assert too_early is Code.SESSION_RUNNING
    assert (ended.session.status, ended.payment) == (SessionStatus.ENDED, "none")


@pytest.mark.parametrize("by", [CONSULTANT, STRANGER])
def test_only_the_person_who_redeemed_a_code_starts_its_chat(deployment: Deployment, by: str) -> None:
    issued(deployment)
    redeem(deployment, CODE)

    assert refused(start_and_end.start, deployment.deps.chat, by, "s1") is Code.SESSION_NOT_YOURS
    assert deployment.session("s1").status is SessionStatus.READY


def test_a_ticket_nobody_starts_stays_ready(deployment: Deployment) -> None:
    """What was given for a code is not taken back: there is no hold that would run out."""
    issued(deployment)
    ready = redeem(deployment, CODE)

    deployment.sweep_for(24 * 30, every=24 * 5)

    assert deployment.session("s1") == ready
    assert deployment.start(ready).status is SessionStatus.ACTIVE


def test_a_code_with_three_uses_opens_three_rooms_of_three_people(deployment: Deployment) -> None:
    issued(deployment, remaining=3)

    for n in range(3):
        redeem(deployment, CODE, f"s{n}", user_id=f"payer{n}")

    assert remaining(deployment) == 0
    assert sorted(redemptions(deployment)) == ["s0:1", "s1:1", "s2:1"]
    assert {s.user_id for s in deployment.sessions().values()} == {"payer0", "payer1", "payer2"}
    assert [attempts(deployment, f"payer{n}") for n in range(3)] == [1, 1, 1]
