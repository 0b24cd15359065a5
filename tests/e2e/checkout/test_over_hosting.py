"""HTTP as it reaches pages and functions through Hosting: what is kept, what may run, which methods and bodies do."""

from __future__ import annotations

import pytest
import requests

from stripe_emulator import StripeControl
from tests.e2e.checkout.shop import SECONDS, Shop

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def policy_of(answer: requests.Response) -> dict[str, str]:
    """The Content-Security-Policy, by directive."""
    directives = answer.headers["Content-Security-Policy"].split(";")
    return {name: value for name, _, value in (directive.strip().partition(" ") for directive in directives)}


@pytest.mark.parametrize("query", ["known", "known, asking Stripe", "unknown", "malformed"])
def test_no_answer_about_an_order_is_kept_by_anybody(shop: Shop, query: str) -> None:
    """C-03: neither by the browser nor by Hosting's own cache."""
    order = shop.order()
    params = {
        "known": {"orderId": order.id},
        "known, asking Stripe": {"orderId": order.id, "confirm": "1"},
        "unknown": {"orderId": "nowhere"},
        "malformed": {"orderId": "no/where"},
    }

    answer = shop.get_result(params[query])

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("path", ["/success", "/cancel", "/", "/nowhere"])
def test_every_page_says_what_may_run_on_it(shop: Shop, path: str) -> None:
    answer = requests.get(shop.stack.hosting_url + path, timeout=SECONDS)

    assert policy_of(answer).items() >= POLICY.items()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-cache" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_the_result_is_only_asked_for(shop: Shop, method: str) -> None:
    order = shop.order()

    answer = shop.get_result({"orderId": order.id, "confirm": "1"}, method)

    assert answer.status_code == 405
    assert shop.books(order).order["status"] == "pending"


def test_the_webhook_is_only_sent_to_and_only_signed(shop: Shop, control: StripeControl) -> None:
    """C-06: an event of a payment as anybody could write it, without Stripe's signature."""
    order = shop.order()
    control.webhooks(mode="hold")
    control.pay_checkout(order.session_id)
    (event,) = shop.stripe.v1.events.list({"type": "payment_intent.succeeded"}).data

    unsigned = requests.post(shop.stack.webhook_url, json=event.to_dict(), timeout=SECONDS)
    read = requests.get(shop.stack.webhook_url, timeout=SECONDS)

    assert (unsigned.status_code, read.status_code) == (400, 405)
    assert shop.books(order).payments == {}
    control.flush_webhooks()
    assert shop.books(order).order["status"] == "paid"


def test_a_guest_buys_without_an_account(shop: Shop, control: StripeControl) -> None:
    """Anonymous sign-in: the order is theirs, and nobody else's."""
    guest = shop.app.guest()
    order = shop.order(by=guest)
    control.pay_checkout(order.session_id)

    books = shop.books(order)

    assert (books.order["status"], books.order["user_id"]) == ("paid", guest.uid)
    assert guest.get(f"orders/{order.id}").data["status"] == "paid"
    assert shop.buyer.get(f"orders/{order.id}").code == "permission-denied"
    assert guest.get(f"order_metadata/{order.id}").code == "permission-denied"
    assert guest.get(f"stripe_payments/{books.order['stripe_sid']}").code == "permission-denied"
    assert shop.ask({"orderId": order.id}).refusal == "order_not_yours"


def test_somebody_who_is_not_signed_in_buys_nothing(shop: Shop) -> None:
    answer = shop.ask(shop.basket(), by=shop.app.stranger())

    assert (answer.code, answer.refusal) == ("functions/unauthenticated", "unauthenticated")
