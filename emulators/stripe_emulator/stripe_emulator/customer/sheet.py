"""Customers without a screen: what stands for the PaymentSheet on a phone, and for Checkout's page in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from stripe_emulator.cards import PAYMENT_METHODS
from stripe_emulator.checkout import steps as checkout
from stripe_emulator.checkout.shape import success_url
from stripe_emulator.errors import Object, StripeRefusal
from stripe_emulator.payment_intents import steps as payments
from stripe_emulator.payment_intents.of_checkout import refuse_checkouts
from stripe_emulator.payment_intents.shape import of_client, public
from stripe_emulator.payment_methods import shape as payment_methods

if TYPE_CHECKING:
    from stripe_emulator.account import Account

DEFAULT_CVC = "123"


def pay(
    account: Account,
    client_secret: str,
    card: str,
    exp: tuple[int, int] = payment_methods.DEFAULT_EXPIRY,
    cvc: str | None = DEFAULT_CVC,
    authenticate: Literal["succeed", "fail"] | None = None,
) -> Object:
    """Pay as a client would. Answers what the client sees, and the error if there was one.

    `card` is a number or a `pm_card_…` id, `exp` is (month, year). Without `authenticate` a challenge stays open.
    """
    identifier = client_secret.partition("_secret_")[0]
    intent = of_client(account, identifier, client_secret)
    refuse_checkouts(account, intent)
    error: Object | None = None
    try:
        method = payment_methods.resolve(account, _method_params(card, exp, cvc), publishable=True)
        payments.confirm(account, intent, method, {})
        if intent["status"] == "requires_action" and authenticate:
            payments.authenticate(account, intent, succeeded=authenticate == "succeed")
            error = intent["last_payment_error"]
    except StripeRefusal as refusal:
        error = _told(refusal)
    return {"status": intent["status"], "error": error, "payment_intent": public(intent)}


def _method_params(card: str, exp: tuple[int, int], cvc: str | None) -> dict[str, Any]:
    if card.startswith("pm_"):
        return {"payment_method": card}
    typed = {"number": card, "exp_month": exp[0], "exp_year": exp[1], **({"cvc": cvc} if cvc is not None else {})}
    return {"payment_method_data": {"type": "card", "card": typed}}


def _told(refusal: StripeRefusal) -> Object:
    return {name: value for name, value in refusal.error.items() if name != "payment_intent"}


@dataclass(frozen=True)
class Customer:
    """How somebody pays on Checkout's page: `card` is a number or a `pm_card_…` id, `exp` is (month, year)."""

    method: Literal["card", "konbini"] = "card"
    card: str = "4242424242424242"
    exp: tuple[int, int] = payment_methods.DEFAULT_EXPIRY
    cvc: str | None = DEFAULT_CVC
    authenticate: Literal["succeed", "fail"] | None = None
    email: str = "customer@example.com"
    name: str = "Taro Yamada"

    def payment_method(self, account: Account) -> Object:
        """The PaymentMethod. Raises a 402 for what is no test card."""
        billing = payment_methods.billing_details(self.email, self.name, {"country": account.settings.country})
        if self.method == "konbini":
            return payment_methods.make_konbini(account, billing)
        number = PAYMENT_METHODS.get(self.card, self.card)
        expiry = (self.exp[0], self.exp[1])
        card = payment_methods.known_card(account, number, expiry)
        return payment_methods.make(account, card, expiry, self.cvc, billing)


def pay_session(account: Account, identifier: str, **details: Any) -> Object:
    """Pay an open Checkout Session. Answers what became of it, the error if there was one, and where the page leads.

    Raises a 400 where the page is closed. Without `authenticate` a challenge stays open.
    """
    session = account.find("checkout.session", identifier, "session")
    if session["status"] != "open":
        raise StripeRefusal(400, f"This Checkout Session has a status of `{session['status']}`.")
    customer = Customer(**details)
    if customer.method not in session["payment_method_types"]:
        raise StripeRefusal(400, f"This Checkout Session does not offer {customer.method}.")
    error = _try(account, session, customer)
    is_complete = session["status"] == "complete"
    shown = {name: session[name] for name in ("status", "payment_status", "payment_intent")}
    return {**shown, "error": error, "redirect": success_url(session) if is_complete else None}


def _try(account: Account, session: Object, customer: Customer) -> Object | None:
    try:
        method = customer.payment_method(account)
        if customer.method == "konbini":
            checkout.pay_at_konbini(account, session, method)
            return None
        checkout.pay_with_card(account, session, method)
        intent = account.find("payment_intent", session["payment_intent"])
        if intent["status"] == "requires_action" and customer.authenticate:
            checkout.authenticate(account, intent, succeeded=customer.authenticate == "succeed")
        failed: Object | None = intent["last_payment_error"]
    except StripeRefusal as refusal:
        return _told(refusal)
    return failed
