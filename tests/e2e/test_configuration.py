"""What a deployment answers that lacks a parameter, or has a wrong one: closed, and the log says which (C-07)."""

from __future__ import annotations

import pytest

from tests.e2e.answers import refused, secrets_in
from tests.e2e.conftest import Deploy
from tests.e2e.http_site import Site
from tests.integration.deployment import PAYER

pytestmark = pytest.mark.xdist_group("functions")


def test_nobody_pays_on_a_deployment_that_is_not_configured(site: Site, deploy: Deploy) -> None:
    functions = deploy(STRIPE_SECRET_KEY=None)

    with site.nothing_happens():
        answer = refused(functions.call("createPaymentIntent", site.new_session(), by=PAYER))

    assert (answer.http_status, answer.status) == (503, "UNAVAILABLE")
    assert answer.details == {"code": "payment_unavailable"}
    assert answer.is_japanese
    log = functions.log()
    assert '"problem": "STRIPE_SECRET_KEY"' in log
    assert '"severity": "CRITICAL"' in log
    assert secrets_in(log) == []


def test_an_event_has_to_come_again_once_the_key_is_there(site: Site, deploy: Deploy) -> None:
    site.deployment.pay(site.deployment.create())
    event = site.the_event("payment_intent.amount_capturable_updated")
    functions = deploy(STRIPE_SECRET_KEY=None)
    lacking = Site(functions, site.deployment)

    with site.nothing_happens():
        answer = lacking.deliver(event)

    assert answer.status_code == 500
    assert "STRIPE_SECRET_KEY" in functions.log()
    assert secrets_in(functions.log() + answer.text) == []


def test_where_app_check_is_enforced_a_call_without_it_is_refused(site: Site, deploy: Deploy) -> None:
    functions = deploy(ENFORCE_APP_CHECK="true")
    junk = {"X-Firebase-AppCheck": "not.a.token"}

    with site.nothing_happens():
        without = refused(functions.call("createPaymentIntent", site.new_session(), by=PAYER))
        wrong = refused(functions.call("createPaymentIntent", site.new_session(), by=PAYER, headers=junk))

    assert (without.http_status, without.code) == (401, "unauthenticated")
    assert (wrong.http_status, wrong.code) == (401, "unauthenticated")
