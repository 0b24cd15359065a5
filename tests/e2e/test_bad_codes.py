"""Codes that are none, as `redeemTicket` is sent them (H-02): nothing has happened but that a try was counted."""

from __future__ import annotations

import pytest

from tests.e2e.answers import INVALID, TICKET_INVALID, outcome, refused
from tests.e2e.http_site import Site
from tests.integration.deployment import PAYER
from tests.integration.ticket_steps import CODE, UNKNOWN_CODE, issued, remaining

pytestmark = pytest.mark.xdist_group("functions")

BAD_CODES = {
    "full-width spaces": "　　",
    "60,000 characters": "A" * 60_000,
    "a map": {"code": "WXYZ23456789"},
}
NO_CODES = {
    "a path": "tickets/WXYZ23456789",
    "half a character": "WXYZ2345678\ud800",
}


def test_a_code_that_is_no_text_is_refused(site: Site) -> None:
    issued(site.deployment)

    with site.nothing_happens():
        answers = {name: site.call("redeemTicket", site.ticket(code=code)) for name, code in BAD_CODES.items()}

    assert {name: outcome(answer) for name, answer in answers.items()} == dict.fromkeys(BAD_CODES, INVALID)
    assert all(refused(answer).fields == {"code": "invalid"} for answer in answers.values())


def test_a_text_that_is_no_code_is_answered_as_a_code_that_is_no_good(site: Site) -> None:
    """H-02: one answer, in the callers language, which says nothing of what was wrong; and only a counter has moved."""
    issued(site.deployment, UNKNOWN_CODE, remaining=0)
    before = site.deployment.everything()

    answers = {name: site.call("redeemTicket", site.ticket(code=code)) for name, code in NO_CODES.items()}
    used_up = site.call("redeemTicket", site.ticket(code=UNKNOWN_CODE))

    after = site.deployment.everything()
    assert after.pop(f"limits/ticket:{PAYER}")["attempts"] == len(NO_CODES) + 1
    assert after == before
    assert {name: outcome(answer) for name, answer in answers.items()} == dict.fromkeys(NO_CODES, TICKET_INVALID)
    assert {answer.content for answer in answers.values()} == {used_up.content}
    assert refused(used_up).details == {"code": "ticket_invalid"}
    assert refused(used_up).is_japanese


def test_a_good_code_is_taken_as_it_was_typed(site: Site) -> None:
    """The good case that the others depart from."""
    issued(site.deployment)
    asked = site.ticket(code=" wxyz-２３４５ー6789 ")

    answers = [site.call("redeemTicket", asked) for _ in range(2)]

    assert [answer.json() for answer in answers] == [
        {"result": {"sessionId": asked["sessionId"], "status": "ready"}}
    ] * 2
    assert remaining(site.deployment) == 0


def test_no_code_that_anybody_has_typed_is_in_a_log(site: Site) -> None:
    issued(site.deployment)
    for code in (CODE, "wxyz-2345-6789", UNKNOWN_CODE, "tickets/SECRETCODE", 5, {"code": CODE}):
        site.call("redeemTicket", site.ticket(code=code))

    log = site.functions.log("redeemTicket")

    assert [code for code in (CODE, "wxyz-2345", UNKNOWN_CODE, "SECRETCODE") if code in log] == []


def test_twenty_tries_an_hour_are_all_there_are(site: Site) -> None:
    for _ in range(20):
        site.call("redeemTicket", site.ticket(code=UNKNOWN_CODE))
    issued(site.deployment)

    with site.nothing_happens():
        answer = site.call("redeemTicket", site.ticket())

    assert outcome(answer) == (429, "RESOURCE_EXHAUSTED", "too_many_attempts")
    assert 0 < refused(answer).details["retryAfterSeconds"] <= 3600
