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


@pytest.mark.parametrize("path", ["/success", "/nowhere"])
def test_every_page_says_what_may_run_on_it(shop: Shop, path: str) -> None:
    answer = requests.get(shop.stack.hosting_url + path, timeout=SECONDS)

    assert policy_of(answer).items() >= POLICY.items()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-cache" in answer.headers["Cache-Control"]


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
