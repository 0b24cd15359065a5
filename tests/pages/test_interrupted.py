"""What comes between on the success page: trouble, no connection, a reload, a second tab, a tab that slept (TC-008)."""

from __future__ import annotations

import re

import pytest

from tests.pages.answers import (
    BROKEN,
    BUSY,
    DROPPED,
    GARBAGE,
    NO_SUCH_PAGE,
    ORDER,
    PAID,
    PENDING,
    Scripted,
    never,
)
from tests.pages.hosting import Hosting
from tests.pages.visit import Visit

PLAIN, CONFIRM = {"orderId": ORDER}, {"orderId": ORDER, "confirm": "1"}


@pytest.mark.parametrize("trouble", [BUSY, BROKEN, GARBAGE, NO_SUCH_PAGE, DROPPED])
def test_trouble_on_the_way_is_no_answer(hosting: Hosting, visit: Visit, trouble: Scripted) -> None:
    hosting.api.says(trouble, trouble, PAID)

    visit.success().answered(1).shows("決済確認中…")
    visit.waits(3)

    visit.shows("決済完了")


def test_a_question_without_an_answer_is_given_up_after_ten_seconds(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(never, PAID)
    visit.success().was_asked(1)

    visit.passes(10).answered(1)
    visit.passes(2).answered(2)

    visit.shows("決済完了")


def test_the_page_says_so_without_a_connection_and_asks_again_when_it_is_back(hosting: Hosting, visit: Visit) -> None:
    """Nobody knows whether it is paid, and the cancel page could not be loaded."""
    visit.success().waits(10)
    visit.context.set_offline(offline=True)
    visit.passes(3).answered(11)
    visit.shows("決済の状態を確認できません", "もう一度確認する", re.compile("もう一度支払う必要はありません"))
    visit.is_at_success()
    hosting.api.says(PAID)

    visit.context.set_offline(offline=False)

    visit.shows("決済完了")


def test_a_reload_within_the_wait_starts_it_again(hosting: Hosting, visit: Visit) -> None:
    visit.success().waits(5)

    visit.page.reload()
    visit.waits(10)

    visit.shows("決済確認中…")
    assert hosting.api.queries == [PLAIN] * 15


def test_an_overtaken_wait_changes_nothing_any_more(hosting: Hosting, visit: Visit) -> None:
    visit.success().waits(10)
    visit.is_restored()
    visit.answered(11)

    visit.passes(3).answered(12)

    visit.is_at_success().shows("決済確認中…")
    assert hosting.api.queries == [PLAIN] * 12


def test_who_comes_back_to_the_tab_does_not_wait_for_the_next_question(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(PENDING, PAID)
    visit.success().answered(1).passes(1)

    visit.is_seen_again()

    visit.answered(2).shows("決済完了")


def test_a_page_that_slept_through_its_wait_asks_stripe_at_once(hosting: Hosting, visit: Visit) -> None:
    """A phone in a pocket: no timer runs, and then all the time has passed."""
    hosting.api.confirms(PAID)
    visit.success().answered(1)

    visit.page.clock.fast_forward(600_000)

    visit.answered(2).shows("決済完了")
    assert hosting.api.queries == [PLAIN, CONFIRM]
