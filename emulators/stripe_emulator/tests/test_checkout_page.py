"""The hosted Checkout page, by plain HTTP: what it shows, what it takes, where it leads, in Japanese and English."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from stripe_emulator.customer.hosted.words import PAGE, PROBLEMS, money
from support.checkout import (
    CANCEL_URL,
    CHALLENGED,
    OLD,
    ON_REQUEST,
    POOR,
    SUCCESS_URL,
    a_line,
    a_session,
    a_session_with_konbini,
    intent_of,
    session_of,
)
from support.customer import Customer, typed, visit
from support.payments import Api, all_events

if TYPE_CHECKING:
    from stripe_emulator import StripeControl, StripeEmulator


def test_the_page_shows_what_is_bought_and_the_total_and_loads_nothing_from_elsewhere(
    stripe_client: Api, stripe_emulator: StripeEmulator
) -> None:
    session = a_session(stripe_client, line_items=[a_line(2500, 2), a_line(12000, 1, name="<b>急須</b>")])

    customer = visit(session)

    style = requests.get(stripe_emulator.url + "/c/static/page.css", timeout=10)
    assert "煎茶" in (customer.text("line-items") or "")
    assert "<b>急須</b>" in (customer.text("line-items") or "")
    assert customer.text("total") == "¥17,000"
    assert customer.page.attributes["cancel"]["href"] == CANCEL_URL
    assert "<script" not in customer.answer.text
    assert "default-src 'none'" in customer.answer.headers["Content-Security-Policy"]
    assert (style.status_code, "url(" in style.text) == (200, False)


@pytest.mark.parametrize(
    ("locale", "browser", "shown"),
    [
        (None, "ja-JP,ja;q=0.9,en;q=0.5", "ja"),
        ("auto", "en-US,en;q=0.9,ja;q=0.1", "en"),
        (None, "fr", "en"),
        ("ja", "en", "ja"),
        ("de", "ja", "en"),
    ],
)
def test_the_page_speaks_the_sessions_language_or_the_browsers(
    stripe_client: Api, locale: str | None, browser: str, shown: str
) -> None:
    customer = visit(a_session(stripe_client, locale=locale), browser)

    assert customer.page.language == shown
    assert customer.text("submit") == PAGE[shown]["pay"]


def test_both_languages_say_the_same_things() -> None:
    assert PAGE["ja"].keys() == PAGE["en"].keys()
    assert PROBLEMS["ja"].keys() == PROBLEMS["en"].keys()


def test_every_field_has_a_label(stripe_client: Api) -> None:
    page = visit(a_session_with_konbini(stripe_client)).page

    choices = {"payment-method-card", "payment-method-konbini"}
    assert page.labelled == {*page.fields.keys() - {"formToken", "paymentMethod"}, *choices}


def test_a_customer_who_cancels_can_open_the_page_again_and_pay(stripe_client: Api) -> None:
    """TC-001, TC-006: the link is all there is to canceling."""
    session = a_session(stripe_client)
    visit(session)

    customer = visit(session).pay(**typed())

    assert customer.location == SUCCESS_URL
    assert intent_of(stripe_client, session).status == "succeeded"
    assert visit(session, "en").text("done") == PAGE["en"]["done_title"]


def test_a_passed_challenge_pays_once_though_it_is_answered_twice(stripe_client: Api) -> None:
    """TC-002"""
    session = a_session(stripe_client)

    customer = visit(session).pay(**typed(CHALLENGED))
    seen = (customer.location, customer.text("challenge"), customer.text("challenge-amount"))
    waiting = intent_of(stripe_client, session).status
    locations = [customer.answer_challenge("succeed").location for _ in range(2)]

    assert seen == ("", PAGE["ja"]["challenge_title"], "¥5,000")
    assert waiting == "requires_action"
    assert locations == [SUCCESS_URL] * 2
    assert len(stripe_client.v1.charges.list().data) == 1


@pytest.mark.parametrize(("card", "has_rule"), [(ON_REQUEST, True), (CHALLENGED, False)])
def test_a_failed_challenge_is_told_and_can_be_tried_again(
    stripe_client: Api,
    stripe_control: StripeControl,
    card: str,
    has_rule: bool,  # noqa: FBT001  (a column of the table)
) -> None:
    """TC-003"""
    stripe_control.settings(request_three_d_secure=has_rule)

    customer = visit(a_session(stripe_client)).pay(**typed(card)).answer_challenge("fail")
    told = customer.text("payment-error")
    customer.pay(**typed())

    assert told == PROBLEMS["ja"]["payment_intent_authentication_failure"]
    assert customer.location == SUCCESS_URL


@pytest.mark.parametrize(
    ("card", "language", "words"),
    [
        (POOR, "ja", "カード残高が不足しています"),
        (POOR, "en", "insufficient funds"),
        (OLD, "ja", "カードの有効期限が切れています"),
        ("4000000000000002", "ja", "カードが拒否されました"),
        ("4000000000009987", "ja", "カードが拒否されました"),
        ("4000000000000127", "ja", "セキュリティコードが正しくありません"),
        ("4111111111111111", "ja", "テスト用のカードのみ"),
    ],
)
def test_a_decline_is_told_in_the_documents_words(stripe_client: Api, card: str, language: str, words: str) -> None:
    """TC-004, TC-005"""
    session = a_session(stripe_client)

    customer = visit(session, language).pay(**typed(card))

    assert words in (customer.text("payment-error") or "")
    assert (customer.location, session_of(stripe_client, session).status) == ("", "open")
    assert customer.page.fields["billingName"] == "山田 太郎"
    assert customer.page.fields["cardNumber"] == customer.page.fields["cardCvc"] == ""


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        (typed("4242 4242 4242 4241"), "cardNumber", "カード番号が無効です。"),
        (typed("4242"), "cardNumber", "カード番号が不完全です。"),
        (typed(OLD, cardExpiry="01/20"), "cardExpiry", "カードの有効期限が切れています。"),
        (typed(cardExpiry="13/34"), "cardExpiry", "カードの有効期限が無効です。"),
        (typed(cardExpiry="12"), "cardExpiry", "カードの有効期限が不完全です。"),
        (typed(cardCvc="1"), "cardCvc", "カードのセキュリティコードが不完全です。"),
        (typed(billingName=" "), "billingName", "カードの名義人を入力してください。"),
        (typed(email="taro"), "email", "メールアドレスが不完全です。"),
        (typed(paymentMethod="konbini"), "paymentMethod", PROBLEMS["ja"]["method_unknown"]),
    ],
)
def test_what_is_mistyped_or_not_offered_is_told_beside_its_field_and_goes_nowhere(
    stripe_client: Api, form: dict[str, str], field: str, words: str
) -> None:
    """TC-005, TC-015"""
    customer = visit(a_session(stripe_client)).pay(**form)

    assert customer.text(f"{field}-error") == words
    assert all_events(stripe_client) == []


@pytest.mark.parametrize("expiry", ["12/34", "12 / 34", "1234", "12/2034"])
def test_an_expiry_is_taken_however_it_is_typed(stripe_client: Api, expiry: str) -> None:
    assert visit(a_session(stripe_client)).pay(**typed(cardExpiry=expiry)).location == SUCCESS_URL


def test_several_tries_on_one_page_end_in_one_payment(stripe_client: Api) -> None:
    """TC-014"""
    customer = visit(a_session(stripe_client))

    for number in (POOR, "0000 0000 0000 0000", OLD, "4242 4242 4242 4242"):
        customer.pay(**typed(number))

    charges = stripe_client.v1.charges.list().data
    assert customer.location == SUCCESS_URL
    assert [charge.status for charge in charges] == ["succeeded", "failed", "failed"]
    assert len({charge.payment_intent for charge in charges}) == 1


@pytest.mark.parametrize(
    ("card", "element", "location", "events"),
    [(POOR, "payment-error", "", 3), (CHALLENGED, "challenge", "", 2), ("4242424242424242", "", SUCCESS_URL, 4)],
)
def test_a_form_that_is_sent_twice_tries_once_and_shows_the_same(
    stripe_client: Api, card: str, element: str, location: str, events: int
) -> None:
    customer = visit(a_session(stripe_client))
    form, action = {**customer.page.fields, **typed(card)}, customer.page.action

    shown = (customer.submit(form).text(element), customer.location)
    customer.page.action = action
    again = (customer.submit(form).text(element), customer.location)

    assert shown == again
    assert (shown[1], len(all_events(stripe_client))) == (location, events)


def test_many_tabs_at_once_pay_once(stripe_client: Api) -> None:
    session = a_session(stripe_client)
    tabs = [visit(session) for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        locations = list(pool.map(lambda tab: tab.pay(**typed()).location, tabs))

    assert locations == [SUCCESS_URL] * 8
    assert len(stripe_client.v1.charges.list().data) == 1


def test_a_form_without_its_token_pays_nothing(stripe_client: Api) -> None:
    customer = visit(a_session(stripe_client)).submit(typed())

    assert customer.location == ""
    assert all_events(stripe_client) == []


@pytest.mark.parametrize("step", ["open", "pay", "challenge"])
def test_an_expired_page_says_so_and_takes_nothing(
    stripe_client: Api, stripe_control: StripeControl, step: str
) -> None:
    """TC-007"""
    session = a_session(stripe_client)
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
    assert stripe_client.v1.charges.list().data == []


def test_an_unknown_page_is_not_found(stripe_emulator: StripeEmulator) -> None:
    customer = Customer("en").open(f"{stripe_emulator.url}/c/pay/cs_test_nobody")

    assert (customer.answer.status_code, customer.text("missing")) == (404, PAGE["en"]["missing_title"])


def test_an_email_that_the_session_knows_is_not_asked_for(stripe_client: Api) -> None:
    session = a_session(stripe_client, customer_email="known@example.com", cancel_url=None)
    form = typed()
    del form["email"]

    customer = visit(session)
    shown, attributes = customer.text("email"), customer.page.attributes
    customer.pay(**form)

    details = session_of(stripe_client, session).customer_details
    assert (shown, customer.location) == ("known@example.com", SUCCESS_URL)
    assert "cancel" not in attributes
    assert details
    assert details.email == "known@example.com"


def test_a_convenience_store_is_offered_if_the_session_takes_it(stripe_client: Api) -> None:
    session = a_session_with_konbini(stripe_client)

    customer = visit(session).pay(paymentMethod="konbini", email="taro@example.com", billingName="山田 太郎")

    after = session_of(stripe_client, session)
    assert (customer.location, after.status, after.payment_status) == (SUCCESS_URL, "complete", "unpaid")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [(5000, "jpy", "¥5,000"), (5000, "usd", "$50.00"), (1234567, "sek", "12,345.67 SEK")],
)
def test_amounts_are_shown_as_people_read_them(amount: int, currency: str, shown: str) -> None:
    assert money(amount, currency) == shown
