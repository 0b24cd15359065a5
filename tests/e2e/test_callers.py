"""Who calls, about whose payment, in which language."""

from __future__ import annotations

import pytest

from payments.endpoints.callables import CALLABLES
from tests.e2e.answers import UNAUTHENTICATED, outcome, refused
from tests.e2e.http_site import ENGLISH, OF_CHATS, Site
from tests.integration.deployment import PAYER, STRANGER
from tests.rules.app import unsigned_token

pytestmark = pytest.mark.xdist_group("functions")

BAD_TOKENS = ["Bearer not.a.token", "Basic cGF5ZXI6eA=="]

every_callable = pytest.mark.parametrize("function", CALLABLES)


@every_callable
def test_somebody_who_is_not_signed_in_is_refused(site: Site, function: str) -> None:
    hold = site.deployment.paid()

    with site.nothing_happens():
        answer = refused(site.call(function, site.good(function, hold), by=None))

    assert (answer.http_status, answer.status, answer.code) == (401, "UNAUTHENTICATED", "unauthenticated")
    assert answer.is_japanese


@every_callable
def test_a_token_that_is_none_is_refused_as_no_token_is(site: Site, function: str) -> None:
    hold = site.deployment.paid()
    asked = site.good(function, hold)

    with site.nothing_happens():
        answers = [site.call(function, asked, by=None, Authorization=token) for token in BAD_TOKENS]

    assert [outcome(answer) for answer in answers] == [UNAUTHENTICATED] * len(BAD_TOKENS)
    assert all(refused(answer).is_japanese for answer in answers)


def test_a_token_of_another_project_is_refused(site: Site) -> None:
    token = unsigned_token("demo-another", PAYER)

    with site.nothing_happens():
        answer = site.call("createPaymentIntent", site.new_session(), by=None, Authorization=f"Bearer {token}")

    assert refused(answer).code == "unauthenticated"


@pytest.mark.parametrize("uid", ["a/b", "__x__"])
def test_somebody_whose_uid_can_be_no_document_is_refused(site: Site, uid: str) -> None:
    """Custom sign-in may give any text as a UID; a slash in it would lead elsewhere in the database."""
    with site.nothing_happens():
        answer = refused(site.call("createPaymentIntent", site.new_session(), by=uid))

    assert (answer.http_status, answer.code) == (401, "unauthenticated")


def test_a_uid_as_custom_sign_in_makes_them_is_good(site: Site) -> None:
    answer = site.call("createPaymentIntent", site.new_session(), by="line:U4af4980629")

    assert answer.json()["result"]["status"] == "created"


@pytest.mark.parametrize("function", OF_CHATS)
def test_a_strangers_call_is_refused(site: Site, function: str) -> None:
    """Another person's payment or session."""
    hold = site.deployment.started()

    with site.nothing_happens():
        answer = refused(site.call(function, site.good(function, hold), by=STRANGER))

    assert (answer.http_status, answer.status, answer.code) == (403, "PERMISSION_DENIED", "session_not_yours")


@pytest.mark.parametrize(
    ("function", "field", "code"),
    [
        ("capturePaymentIntent", "paymentIntentId", "payment_not_found"),
        ("cancelPaymentIntent", "paymentIntentId", "payment_not_found"),
        ("startSession", "sessionId", "session_not_found"),
        ("endSession", "sessionId", "session_not_found"),
    ],
)
def test_what_does_not_exist_is_not_found(site: Site, function: str, field: str, code: str) -> None:
    with site.nothing_happens():
        answer = refused(site.call(function, {field: "nowhere"}))

    assert (answer.http_status, answer.status, answer.code) == (404, "NOT_FOUND", code)


@every_callable
def test_a_refusal_is_in_the_callers_language(site: Site, function: str) -> None:
    japanese = refused(site.call(function, {}))
    english = refused(site.call(function, {}, **ENGLISH))

    assert japanese.is_japanese
    assert english.message.isascii()
    assert (japanese.code, japanese.fields) == (english.code, english.fields)
