"""What reaches a callable and is no call: the SDK never sends it, and anybody can."""

from __future__ import annotations

import json

import pytest

from payments.endpoints.callables import CALLABLES
from tests.e2e.answers import INVALID, outcome, refused
from tests.e2e.http_site import Site
from tests.integration.deployment import PAYER

pytestmark = pytest.mark.xdist_group("functions")

every_callable = pytest.mark.parametrize("function", CALLABLES)
JSON = "application/json"

BAD_BODIES = {
    "empty": b"",
    "not JSON": b"{sessionId: abc}",
    "not UTF-8": b'{"data": "\xff\xfe"}',
    "a number of 5,000 digits": b'{"data": {"amount": ' + b"9" * 5000 + b"}}",
    "a list": b'[{"data": {}}]',
    "without data": b"{}",
    "something beside data": b'{"data": {"sessionId": "abc"}, "userId": "payer"}',
    "nested 100,000 deep": b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}

CONTENT_TYPES = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None]
METHODS = ["GET", "PUT", "DELETE", "PATCH"]


def signed_in(site: Site, **headers: str | None) -> dict[str, str]:
    """Headers of somebody who is signed in; None leaves one out."""
    given = {"Authorization": f"Bearer {site.functions.token(PAYER)}", **headers}
    return {name: value for name, value in given.items() if value is not None}


@every_callable
def test_a_body_that_is_no_call_is_an_invalid_argument(site: Site, function: str) -> None:
    headers = signed_in(site, **{"Content-Type": JSON})

    with site.nothing_happens():
        answers = {name: site.functions.send(function, data=body, headers=headers) for name, body in BAD_BODIES.items()}

    assert {name: outcome(answer) for name, answer in answers.items()} == dict.fromkeys(BAD_BODIES, INVALID)
    assert all(refused(answer).is_japanese for answer in answers.values())


@every_callable
def test_a_call_in_another_content_type_is_an_invalid_argument(site: Site, function: str) -> None:
    """A form of another site can send these without a preflight."""
    hold = site.deployment.paid()
    body = json.dumps({"data": site.good(function, hold)})

    with site.nothing_happens():
        answers = {
            kind: site.functions.send(function, data=body, headers=signed_in(site, **{"Content-Type": kind}))
            for kind in CONTENT_TYPES
        }

    assert {kind: outcome(answer) for kind, answer in answers.items()} == dict.fromkeys(CONTENT_TYPES, INVALID)


@every_callable
def test_only_a_post_is_a_call(site: Site, function: str) -> None:
    hold = site.deployment.paid()
    body = {"data": site.good(function, hold)}

    with site.nothing_happens():
        answers = [site.functions.send(function, method, json=body, headers=signed_in(site)) for method in METHODS]

    assert [refused(answer).code for answer in answers] == ["invalid_argument"] * len(METHODS)
    assert {answer.status_code for answer in answers} <= {400, 405}


def test_what_is_no_call_leaves_nothing_of_itself_in_the_log(site: Site) -> None:
    """Fields beside `data` are somebody's, and nobody has asked for them."""
    site.functions.send("startSession", json={"data": {}, "card": "4242-4242"}, headers={"Content-Type": JSON})
    site.functions.send("startSession", json={"card": "4242-4242"}, headers={"Content-Type": JSON})

    assert "4242-4242" not in site.functions.log("startSession")


@every_callable
def test_the_preflight_of_a_browser_is_answered_and_runs_nothing(site: Site, function: str) -> None:
    """Not even one that carries a call."""
    hold = site.deployment.started()
    body = {"data": site.good(function, hold)}
    asked = {
        **signed_in(site),
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-firebase-appcheck",
    }

    with site.nothing_happens():
        answer = site.functions.send(function, "OPTIONS", json=body, headers=asked)

    assert answer.ok
    assert answer.headers["Access-Control-Allow-Origin"] in {"*", "https://app.example"}
    allowed = {name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type"} <= allowed


@pytest.mark.parametrize("body", [b"{", b'{"data": {}}'], ids=["no call", "a call that is refused"])
def test_a_browser_may_read_why_it_was_refused(site: Site, body: bytes) -> None:
    """Without the header a web app learns of a network error, whatever the answer says."""
    headers = {"Content-Type": JSON, "Origin": "https://app.example"}

    answer = site.functions.send("startSession", data=body, headers=headers)

    assert refused(answer).http_status in {400, 401}
    assert answer.headers["Access-Control-Allow-Origin"] in {"*", "https://app.example"}
