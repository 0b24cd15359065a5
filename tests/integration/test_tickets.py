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
from tests.integration.door import (
    CODE,
    attempts,
    document,
    issued,
    redeem,
    redemptions,
    remaining,
)
from tests.integration.house import CONSULTANT, PAYER, STRANGER, House
from tests.integration.promise import check_promise
from tests.integration.refused import refused

MINUTE = timedelta(minutes=1)


def test_a_code_opens_a_chat_that_starts_and_ends_and_stripe_is_never_asked(house: House) -> None:
    """H-01, H-02: a ticket's chat is ready at once, and nothing is to be paid at its end."""
    issued(house)

    ready = redeem(house, CODE)
    running = house.start(ready)
    ended = house.end(ready)

    assert (ready.status, ready.source, ready.intent_id, ready.amount) == (SessionStatus.READY, Source.TICKET, None, 0)
    assert running.status is SessionStatus.ACTIVE
    assert running.started_at is not None
    assert running.expires_at == running.started_at + 30 * MINUTE
    assert (ended.session.status, ended.payment) == (SessionStatus.ENDED, "none")
    assert house.control.requests() == []
    assert house.holds() == {}


def test_one_commit_takes_one_use_and_says_what_it_was_for(house: House) -> None:
    """H-02."""
    issued(house, remaining=3)

    redeem(house, CODE)

    assert remaining(house) == 2
    [(redemption_id, redemption)] = redemptions(house).items()
    assert redemption_id == "s1:1"
    assert (redemption["code"], redemption["userId"]) == (CODE, PAYER)
    assert redemption["at"] == house.db.document("sessions/s1").get().get("createdAt")
    assert document(house, "sessions/s1")["participants"] == [PAYER, CONSULTANT]


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
def test_a_code_may_be_typed_as_people_type(house: House, typed: str) -> None:
    """H-02: any case, full width, spaces, and whatever a keyboard has for a hyphen."""
    issued(house)

    assert redeem(house, typed).status is SessionStatus.READY
    assert remaining(house) == 0


def test_a_code_as_the_command_issues_and_prints_it_is_good(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue_tickets, "open_store", lambda: house.deps.store)

    issue_tickets.main(["--uses", "2", "--minutes", "45", "--consultant", CONSULTANT])
    printed = capsys.readouterr().out.strip()
    running = house.start(redeem(house, printed))

    assert running.minutes == 45
    assert remaining(house, printed.replace("-", "")) == 1


def test_a_code_is_not_issued_twice(house: House) -> None:
    issued(house, remaining=1)
    ticket = Ticket(id=CODE, active=True, remaining=100)

    with pytest.raises(ValueError, match="already"):
        issue_tickets.issue(house.deps.store, ticket)

    assert remaining(house) == 1


@pytest.mark.parametrize(("minutes", "lasts"), [(None, 30), (1, 1), (90, 90), (1440, 1440)])
def test_a_ticket_may_have_a_length_of_its_own(house: House, minutes: int | None, lasts: int) -> None:
    issued(house, minutes=minutes)

    running = house.start(redeem(house, CODE))

    assert running.started_at is not None
    assert running.expires_at == running.started_at + lasts * MINUTE


def test_a_tickets_chat_ends_by_the_sweep_when_its_time_is_over(house: House) -> None:
    """H-17: the clock is the server's."""
    issued(house, minutes=10)
    house.start(redeem(house, CODE))

    house.pass_time(minutes=9)
    house.sweep()
    before = house.session("s1").status
    house.pass_time(minutes=1.1)
    report = house.sweep()

    assert before is SessionStatus.ACTIVE
    assert house.session("s1").status is SessionStatus.ENDED
    assert report.done == {"end: by ticket": 1}
    assert house.control.requests() == []
    check_promise(house)


def test_a_consultant_can_end_a_tickets_chat_only_after_its_time(house: House) -> None:
    issued(house)
    ready = redeem(house, CODE)
    house.start(ready)

    too_early = refused(house.end, ready, CONSULTANT)
    house.pass_time(minutes=31)
    ended = house.end(ready, CONSULTANT)

    assert too_early is Code.SESSION_RUNNING
    assert (ended.session.status, ended.payment) == (SessionStatus.ENDED, "none")


@pytest.mark.parametrize("by", [CONSULTANT, STRANGER])
def test_only_the_person_who_redeemed_a_code_starts_its_chat(house: House, by: str) -> None:
    issued(house)
    redeem(house, CODE)

    assert refused(start_and_end.start, house.deps.chat, by, "s1") is Code.SESSION_NOT_YOURS
    assert house.session("s1").status is SessionStatus.READY


def test_a_ticket_nobody_starts_stays_ready(house: House) -> None:
    """What was given for a code is not taken back: there is no hold that would run out."""
    issued(house)
    ready = redeem(house, CODE)

    house.sweep_for(24 * 30, every=24 * 5)

    assert house.session("s1") == ready
    assert house.start(ready).status is SessionStatus.ACTIVE


def test_a_code_with_three_uses_opens_three_rooms_of_three_people(house: House) -> None:
    issued(house, remaining=3)

    for n in range(3):
        redeem(house, CODE, f"s{n}", user_id=f"payer{n}")

    assert remaining(house) == 0
    assert sorted(redemptions(house)) == ["s0:1", "s1:1", "s2:1"]
    assert {s.user_id for s in house.sessions().values()} == {"payer0", "payer1", "payer2"}
    assert [attempts(house, f"payer{n}") for n in range(3)] == [1, 1, 1]
