"""Many at once, in the threads of one instance, as Cloud Run lets them in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.answers import outcome
from tests.e2e.http_site import Site

pytestmark = pytest.mark.xdist_group("functions")

MANY = 16


def test_a_session_id_that_many_people_ask_for_at_once_is_one_persons(site: Site) -> None:
    """The others get neither a payment nor anybody's client secret."""
    asked = site.new_session()

    with ThreadPoolExecutor(MANY) as pool:
        calls = pool.map(lambda n: site.call("createPaymentIntent", asked, by=f"person-{n}"), range(MANY))
        answers = list(calls)

    assert len([answer for answer in answers if answer.ok]) == 1
    assert {outcome(answer)[2] for answer in answers if not answer.ok} <= {"session_not_yours", "busy"}
    assert len(site.deployment.sdk.v1.payment_intents.list({"limit": 100}).data) == 1
