"""The hosted Checkout page, by plain HTTP: what it shows, what it takes, where it leads, in Japanese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from stripe_emulator.customer.hosted.words import PAGE, PROBLEMS, money
from tests.contract.checkout_builders import (
    CANCEL_URL,
    CHALLENGED,
    SUCCESS_URL,
    a_line,
    a_session,
    a_session_with_konbini,
    intent_of,
    session_of,
)
from tests.contract.customer import Customer, typed, visit

if TYPE_CHECKING:
    import stripe

    from stripe_emulator import StripeControl, StripeEmulator


def test_the_page_shows_what_is_bought_and_the_total(emulated_api: stripe.StripeClient) -> None:
    session = a_session(emulated_api, line_items=[a_line(2500, 2), a_line(12000, 1, name="<b>急須</b>")])

    customer = visit(session)

    assert customer.answer.status_code == 200
    assert "煎茶" in (customer.text("line-items") or "")
    assert "<b>急須</b>" in (customer.text("line-items") or "")
    assert customer.text("total") == "¥17,000"
    assert customer.page.attributes["cancel"]["href"] == CANCEL_URL


@pytest.mark.parametrize(
    ("locale", "browser", "shown"),
    [
        (None, "ja-JP,ja;q=0.9,en;q=0.5", "ja"),
        ("auto", "en-US,en;q=0.9,ja;q=0.1", "en"),
        (None, "fr", "en"),
        ("ja", "en", "ja"),
        ("en", "ja", "en"),
        ("de", "ja", "en"),
    ],
)
def test_the_page_speaks_the_sessions_language_or_the_browsers(
    emulated_api: stripe.StripeClient, locale: str | None, browser: str, shown: str
) -> None:
    customer = visit(a_session(emulated_api, locale=locale), browser)

    assert customer.page.language == shown
    assert customer.text("submit") == PAGE[shown]["pay"]
    assert customer.text("cancel") == PAGE[shown]["cancel"]


def test_both_languages_say_the_same_things() -> None:
    assert PAGE["ja"].keys() == PAGE["en"].keys()
    assert PROBLEMS["ja"].keys() == PROBLEMS["en"].keys()


def test_every_field_has_a_label(emulated_api: stripe.StripeClient) -> None:
    page = visit(a_session_with_konbini(emulated_api)).page

    choices = {"payment-method-card", "payment-method-konbini"}
    assert page.labelled == {*page.fields.keys() - {"formToken", "paymentMethod"}, *choices}


def test_the_page_loads_nothing_from_elsewhere_and_runs_no_script(
    emulated_api: stripe.StripeClient, stripe_emulator: StripeEmulator
) -> None:
    answer = visit(a_session(emulated_api)).answer

    style = requests.get(stripe_emulator.url + "/c/static/page.css", timeout=10)
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert (style.status_code, "url(" in style.text) == (200, False)


def test_a_card_pays_and_leads_to_the_success_url(emulated_api: stripe.StripeClient) -> None:
    """TC-001"""
    session = a_session(emulated_api)

    customer = visit(session).pay(**typed())

    assert customer.location == SUCCESS_URL
    assert (session_of(emulated_api, session).status, intent_of(emulated_api, session).status) == (
        "complete",
        "succeeded",
    )


def test_a_passed_challenge_pays(emulated_api: stripe.StripeClient) -> None:
    """TC-002"""
    session = a_session(emulated_api)

    challenged = visit(session).pay(**typed(CHALLENGED))
    seen = (challenged.location, challenged.text("challenge"), challenged.text("challenge-amount"))
    waiting = intent_of(emulated_api, session).status
    customer = challenged.answer_challenge("succeed")

    assert seen == ("", PAGE["ja"]["challenge_title"], "¥5,000")
    assert waiting == "requires_action"
    assert customer.location == SUCCESS_URL
    assert intent_of(emulated_api, session).status == "succeeded"


def test_a_challenge_page_without_a_challenge_leads_back_to_the_form(emulated_api: stripe.StripeClient) -> None:
    session = a_session(emulated_api)

    customer = Customer().open(f"{session.url}/authenticate")

    assert customer.url == session.url
    assert customer.text("submit") == PAGE["ja"]["pay"]


@pytest.mark.parametrize("step", ["open", "pay", "challenge"])
def test_an_expired_page_says_so_and_takes_nothing(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, step: str
) -> None:
    """TC-007"""
    session = a_session(emulated_api)
    customer = visit(session)
    if step == "challenge":
        customer.pay(**typed(CHALLENGED))
    stripe_control.advance_clock(24 * 3600 + 1)

    steps: dict[str, Any] = {
        "open": lambda: customer.open(str(session.url)),
        "pay": lambda: customer.pay(**typed()),
        "challenge": lambda: customer.answer_challenge("succeed"),
    }
    steps[step]()

    assert (customer.location, customer.text("expired")) == ("", PAGE["ja"]["expired_title"])
    assert session_of(emulated_api, session).status == "expired"
    assert emulated_api.v1.charges.list().data == []


def test_a_paid_page_says_so(emulated_api: stripe.StripeClient) -> None:
    session = a_session(emulated_api)
    visit(session).pay(**typed())

    assert visit(session, "en").text("done") == PAGE["en"]["done_title"]


def test_an_unknown_page_is_not_found(stripe_emulator: StripeEmulator) -> None:
    customer = Customer("en").open(f"{stripe_emulator.url}/c/pay/cs_test_nobody")

    assert (customer.answer.status_code, customer.text("missing")) == (404, PAGE["en"]["missing_title"])


def test_a_customer_who_cancels_leaves_the_session_open(emulated_api: stripe.StripeClient) -> None:
    """TC-006: the link is all there is to it; the page can be opened again."""
    session = a_session(emulated_api)

    visit(session)

    assert (session_of(emulated_api, session).status, session_of(emulated_api, session).payment_intent) == (
        "open",
        None,
    )
    assert visit(session).pay(**typed()).location == SUCCESS_URL


def test_without_a_cancel_url_there_is_no_way_back(emulated_api: stripe.StripeClient) -> None:
    assert "cancel" not in visit(a_session(emulated_api, cancel_url=None)).page.attributes


def test_an_email_that_the_session_knows_is_not_asked_for(emulated_api: stripe.StripeClient) -> None:
    session = a_session(emulated_api, customer_email="known@example.com")
    form = typed()
    del form["email"]

    customer = visit(session)
    shown = customer.text("email")
    customer.pay(**form)

    details = session_of(emulated_api, session).customer_details
    assert (shown, customer.location) == ("known@example.com", SUCCESS_URL)
    assert details
    assert details.email == "known@example.com"


def test_a_convenience_store_is_offered_where_the_session_takes_it(emulated_api: stripe.StripeClient) -> None:
    session = a_session_with_konbini(emulated_api)
    form = {"paymentMethod": "konbini", "email": "taro@example.com", "billingName": "山田 太郎"}

    customer = visit(session).pay(**form)

    after = session_of(emulated_api, session)
    assert (customer.location, after.status, after.payment_status) == (SUCCESS_URL, "complete", "unpaid")


def test_an_event_of_the_page_names_a_request_of_its_own(emulated_api: stripe.StripeClient) -> None:
    visit(a_session(emulated_api)).pay(**typed())

    causes = [event.request for event in emulated_api.v1.events.list().data]
    assert all(cause and str(cause.id).startswith("req_") for cause in causes)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [(5000, "jpy", "¥5,000"), (5000, "usd", "$50.00"), (1234567, "sek", "12,345.67 SEK")],
)
def test_amounts_are_shown_as_people_read_them(amount: int, currency: str, shown: str) -> None:
    assert money(amount, currency) == shown
