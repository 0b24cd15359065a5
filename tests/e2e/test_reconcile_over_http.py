"""`reconcilePayments` and `comparePayments` as Cloud Scheduler calls them (H-18)."""

from __future__ import annotations

import pytest

from payments.domain.chat.states import SessionStatus
from tests.e2e.http_site import Site
from tests.integration.payments_made import Take, for_either

pytestmark = pytest.mark.xdist_group("functions")


@for_either
def test_the_schedulers_call_finds_a_refund_of_which_nothing_was_heard(site: Site, take: Take) -> None:
    """TC-010."""
    taken = take(site.deployment)
    taken.refund(1200)

    answer = site.functions.send("reconcilePayments", "POST", data=b"{}")

    assert answer.status_code == 200
    assert taken.stands == taken.after(1200)


def test_the_schedulers_call_opens_the_chat_of_a_payment_of_which_nothing_was_heard(site: Site) -> None:
    created = site.deployment.create()
    site.deployment.pay(created)

    answer = site.functions.send("comparePayments", "POST", data=b"{}")

    assert answer.status_code == 200
    assert site.deployment.session(created.hold.session_id).status is SessionStatus.READY


@pytest.mark.parametrize("function", ["reconcilePayments", "comparePayments"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_only_a_post_runs_it(site: Site, function: str, method: str) -> None:
    with site.nothing_happens():
        answer = site.functions.send(function, method)

    assert answer.status_code == 405
