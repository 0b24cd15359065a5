"""What reaches the webhook and is not a signed event of Stripe's (C-06)."""

from __future__ import annotations

import json
import time

import pytest

from tests.e2e.answers import secrets_in
from tests.e2e.conftest import Deploy
from tests.e2e.http_site import Data, Site, sign

pytestmark = pytest.mark.xdist_group("functions")


def body_of(event: Data) -> bytes:
    """The event as it is sent."""
    return json.dumps(event).encode()


BAD_SIGNATURES = {
    "none": None,
    "no characters of ours": "t={now},v1=é",
    "5,000 of them": "t={now}," + ",".join(["v1=" + "0" * 64] * 100),
}


@pytest.mark.parametrize("signature", BAD_SIGNATURES.values(), ids=BAD_SIGNATURES)
def test_an_event_without_a_good_signature_is_refused(site: Site, event: Data, signature: str | None) -> None:
    signature = signature.replace("{now}", str(int(time.time()))) if signature else signature

    with site.nothing_happens():
        answer = site.deliver_with(body_of(event), signature)

    assert answer.status_code == 400


def test_an_event_signed_with_another_secret_is_refused(site: Site, event: Data) -> None:
    with site.nothing_happens():
        answer = site.deliver(event, secret="whsec_of_somebody_else")

    assert answer.status_code == 400
    assert secrets_in(answer.text) == []


BAD_BODIES = {
    "not UTF-8": b'{"id": "\xff"}',
    "nested 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "an id that is none": b'{"id": "../x", "type": "charge.succeeded", "created": 1, "data": {"object": {}}}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_event_is_refused_though_it_is_signed(site: Site, body: bytes) -> None:
    with site.nothing_happens():
        answer = site.deliver(body)

    assert answer.status_code == 400


@pytest.mark.parametrize("is_chunked", [False, True], ids=["at once", "in chunks, without a length"])
def test_two_megabytes_are_refused_though_they_are_signed(site: Site, event: Data, *, is_chunked: bool) -> None:
    body = body_of({**event, "padding": "x" * 2_000_000})
    signed = {"Stripe-Signature": sign(body, site.webhook_secret)}

    with site.nothing_happens():
        answer = site.functions.send("stripeWebhook", data=iter([body]) if is_chunked else body, headers=signed)

    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
def test_only_a_post_brings_an_event(site: Site, event: Data, method: str) -> None:
    body = body_of(event)
    headers = {"Content-Type": "application/json", "Stripe-Signature": sign(body, site.webhook_secret)}

    with site.nothing_happens():
        answer = site.functions.send("stripeWebhook", method, data=body, headers=headers)

    assert answer.status_code == 405


@pytest.mark.parametrize("secret", [None, " , "], ids=["no parameter", "a comma alone"])
def test_without_a_secret_every_event_is_refused(site: Site, event: Data, deploy: Deploy, secret: str | None) -> None:
    """C-07: also one that is signed with the empty secret."""
    body = body_of(event)
    functions = deploy(STRIPE_WEBHOOK_SECRET=secret)

    with site.nothing_happens():
        answers = [
            functions.send("stripeWebhook", data=body, headers={"Stripe-Signature": sign(body, signing)})
            for signing in ("", " ", site.webhook_secret)
        ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert "no webhook secret is configured" in functions.log()
    assert '"CRITICAL", "message": "not configured"' in functions.log()


def test_two_secrets_are_good_while_one_is_rolled(site: Site, event: Data, deploy: Deploy) -> None:
    """C-06."""
    functions = deploy(STRIPE_WEBHOOK_SECRET="whsec_new, whsec_old")
    body = body_of(event)

    answers = [
        functions.send("stripeWebhook", data=body, headers={"Stripe-Signature": sign(body, secret)})
        for secret in ("whsec_old", "whsec_new", "whsec_new, whsec_old", "whsec_gone")
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 400, 400]
