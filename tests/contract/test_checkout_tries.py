"""Tries on the hosted Checkout page: mistyped, declined, challenged, sent twice, and what each is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from stripe_emulator.customer.hosted.words import PROBLEMS
from tests.contract.checkout_builders import (
    CHALLENGED,
    OLD,
    ON_REQUEST,
    POOR,
    SUCCESS_URL,
    a_session,
    all_events,
    intent_of,
    session_of,
)
from tests.contract.customer import typed, visit

if TYPE_CHECKING:
    import stripe

    from stripe_emulator import StripeControl


@pytest.mark.parametrize(("card", "radar_rule"), [(ON_REQUEST, True), (CHALLENGED, False)])
def test_a_failed_challenge_is_told_and_can_be_tried_again(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, card: str, *, radar_rule: bool
) -> None:
    """TC-003"""
    stripe_control.settings(request_three_d_secure=radar_rule)
    session = a_session(emulated_api)

    customer = visit(session).pay(**typed(card)).answer_challenge("fail")
    told = customer.text("payment-error")
    status = (session_of(emulated_api, session).status, intent_of(emulated_api, session).status)
    customer.pay(**typed())

    assert told == PROBLEMS["ja"]["payment_intent_authentication_failure"]
    assert status == ("open", "requires_payment_method")
    assert customer.location == SUCCESS_URL


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (POOR, "カード残高が不足しています"),
        (OLD, "カードの有効期限が切れています"),
        ("4000000000000002", "カードが拒否されました"),
        ("4000000000009987", "カードが拒否されました"),
        ("4000000000000127", "セキュリティコードが正しくありません"),
        ("4111111111111111", "テスト用のカードのみ"),
    ],
)
def test_a_decline_is_told_in_the_documents_words(emulated_api: stripe.StripeClient, card: str, words: str) -> None:
    """TC-004, TC-005"""
    session = a_session(emulated_api)

    customer = visit(session).pay(**typed(card))

    assert words in (customer.text("payment-error") or "")
    assert (customer.location, session_of(emulated_api, session).status) == ("", "open")
    assert customer.page.fields["billingName"] == "山田 太郎"
    assert customer.page.fields["cardNumber"] == customer.page.fields["cardCvc"] == ""


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        (typed("0000 0000 0000 0000"), "cardNumber", "カード番号が無効です。"),
        (typed("4242 4242 4242 4241"), "cardNumber", "カード番号が無効です。"),
        (typed("4242"), "cardNumber", "カード番号が不完全です。"),
        (typed(OLD, cardExpiry="01/20"), "cardExpiry", "カードの有効期限が切れています。"),
        (typed(cardExpiry="13/34"), "cardExpiry", "カードの有効期限が無効です。"),
        (typed(cardExpiry="12"), "cardExpiry", "カードの有効期限が不完全です。"),
        (typed(cardCvc="1"), "cardCvc", "カードのセキュリティコードが不完全です。"),
        (typed(billingName=" "), "billingName", "カードの名義人を入力してください。"),
        (typed(email="taro"), "email", "メールアドレスが不完全です。"),
    ],
)
def test_what_is_mistyped_is_told_beside_its_field_and_goes_nowhere(
    emulated_api: stripe.StripeClient, form: dict[str, str], field: str, words: str
) -> None:
    """TC-005, TC-015"""
    session = a_session(emulated_api)

    customer = visit(session).pay(**form)

    assert customer.text(f"{field}-error") == words
    assert customer.page.attributes[field]["aria-describedby"] == f"{field}-error"
    assert (session_of(emulated_api, session).status, session_of(emulated_api, session).payment_intent) == (
        "open",
        None,
    )
    assert all_events(emulated_api) == []


@pytest.mark.parametrize("expiry", ["12/34", "12 / 34", "1234", "12/2034"])
def test_an_expiry_is_taken_however_it_is_typed(emulated_api: stripe.StripeClient, expiry: str) -> None:
    assert visit(a_session(emulated_api)).pay(**typed(cardExpiry=expiry)).location == SUCCESS_URL


def test_messages_come_in_english_too(emulated_api: stripe.StripeClient) -> None:
    customer = visit(a_session(emulated_api), "en").pay(**typed(POOR))

    assert "insufficient funds" in (customer.text("payment-error") or "")


def test_several_tries_on_one_page_end_in_one_payment(emulated_api: stripe.StripeClient) -> None:
    """TC-014"""
    session = a_session(emulated_api)
    customer = visit(session)

    for number in (POOR, "0000 0000 0000 0000", OLD, "4242 4242 4242 4242"):
        customer.pay(**typed(number))

    assert customer.location == SUCCESS_URL
    charges = emulated_api.v1.charges.list().data
    assert [charge.status for charge in charges] == ["succeeded", "failed", "failed"]
    assert {charge.payment_intent for charge in charges} == {intent_of(emulated_api, session).id}


def test_a_form_that_is_sent_twice_pays_once_and_leads_to_the_same_place(emulated_api: stripe.StripeClient) -> None:
    customer = visit(a_session(emulated_api))
    form = {**customer.page.fields, **typed()}

    first, second = customer.submit(form).location, customer.submit(form).location

    assert (first, second) == (SUCCESS_URL, SUCCESS_URL)
    assert len(emulated_api.v1.charges.list().data) == 1


@pytest.mark.parametrize(
    ("card", "element", "events"),
    [(POOR, "payment-error", 3), (CHALLENGED, "challenge", 2)],
)
def test_a_form_that_is_sent_twice_tries_once_and_shows_the_same(
    emulated_api: stripe.StripeClient, card: str, element: str, events: int
) -> None:
    customer = visit(a_session(emulated_api))
    form = {**customer.page.fields, **typed(card)}
    action = customer.page.action

    shown = customer.submit(form).text(element)
    customer.page.action = action
    again = customer.submit(form).text(element)

    assert shown == again is not None
    assert len(all_events(emulated_api)) == events


def test_many_tabs_at_once_pay_once(emulated_api: stripe.StripeClient) -> None:
    session = a_session(emulated_api)
    tabs = [visit(session) for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        locations = list(pool.map(lambda tab: tab.pay(**typed()).location, tabs))

    assert locations == [SUCCESS_URL] * 8
    assert len(emulated_api.v1.charges.list().data) == 1


def test_a_form_without_its_token_pays_nothing(emulated_api: stripe.StripeClient) -> None:
    customer = visit(a_session(emulated_api))

    customer.submit(typed())

    assert customer.location == ""
    assert all_events(emulated_api) == []


def test_a_challenge_that_is_answered_twice_counts_once(emulated_api: stripe.StripeClient) -> None:
    customer = visit(a_session(emulated_api)).pay(**typed(CHALLENGED))

    locations = [customer.answer_challenge("succeed").location for _ in range(2)]

    assert locations == [SUCCESS_URL] * 2
    assert len(emulated_api.v1.charges.list().data) == 1


def test_a_card_that_declines_after_the_challenge_is_told_on_the_form(emulated_api: stripe.StripeClient) -> None:
    customer = visit(a_session(emulated_api)).pay(**typed("4000008260003178")).answer_challenge("succeed")

    assert "カード残高が不足しています" in (customer.text("payment-error") or "")


def test_a_payment_method_that_is_not_offered_is_refused(emulated_api: stripe.StripeClient) -> None:
    customer = visit(a_session(emulated_api)).pay(**typed(), paymentMethod="konbini")

    assert customer.text("paymentMethod-error") == PROBLEMS["ja"]["method_unknown"]
    assert all_events(emulated_api) == []
