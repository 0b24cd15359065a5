"""A Checkout Session from its first try to its end: paid, waiting for a delayed payment, or expired.

One PaymentIntent serves all tries on one page. It is made at the first one: since API 2022-08-01 a session that nobody
has tried to pay has none. Events are emitted in the order in which Stripe creates them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_emulator.checkout import konbini
from stripe_emulator.checkout import shape as checkout_sessions
from stripe_emulator.errors import Object, StripeRefusal, unexpected_state
from stripe_emulator.payment_intents import of_checkout
from stripe_emulator.payment_intents import shape as payment_intents
from stripe_emulator.payment_intents import steps as payments

if TYPE_CHECKING:
    from stripe_emulator.account import Account

CAPTURE_DEFAULT = "automatic_async"


def open_session(account: Account, params: dict[str, Any]) -> Object:
    """A new session, which expires by itself."""
    session = checkout_sessions.make(account, params)
    account.at(session["expires_at"], lambda: _expire_if_open(account, session))
    return session


def pay_with_card(account: Account, session: Object, method: Object) -> None:
    """One try with a card. Raises a 402 after a decline; the session stays open then, as it does for a challenge."""
    intent = _intent_of(account, session, method)
    payments.confirm(account, intent, method, {})
    _complete_if_authorized(account, session, intent)


def pay_at_konbini(account: Account, session: Object, method: Object) -> None:
    """The customer takes payment codes home: the session is complete, and unpaid."""
    intent = _intent_of(account, session, method)
    konbini.issue_voucher(account, intent, method, session["payment_method_options"].get("konbini", {}))
    _complete(account, session, "unpaid")


def authenticate(account: Account, intent: Object, *, succeeded: bool) -> None:
    """The card holder answers the 3-D Secure challenge, of a session or not. Raises as `payments.authenticate` does."""
    if konbini.is_waiting(account, intent):
        raise unexpected_state("This PaymentIntent asks for no authentication.", intent)
    payments.authenticate(account, intent, succeeded=succeeded)
    if session := of_checkout.of_intent(account, intent):
        _complete_if_authorized(account, session, intent)


def _intent_of(account: Account, session: Object, method: Object) -> Object:
    details = method["billing_details"]
    email = session["customer_email"] or details["email"]
    learnt = checkout_sessions.customer_details(email, details["name"], details["address"])
    account.change(session, customer_details=learnt)
    if session["payment_intent"]:
        return account.find("payment_intent", session["payment_intent"])
    data = account.intent_data[session["id"]]
    chosen = {"amount": session["amount_total"], "currency": session["currency"]}
    intent = payment_intents.make(account, {"capture_method": CAPTURE_DEFAULT, **data, **chosen})
    types = session["payment_method_types"]
    options = payment_intents.options(types, session["payment_method_options"])
    account.change(intent, automatic_payment_methods=None, payment_method_types=types, payment_method_options=options)
    account.change(session, payment_intent=intent["id"])
    account.emit("payment_intent.created", intent)
    return intent


def _complete_if_authorized(account: Account, session: Object, intent: Object) -> None:
    if intent["status"] in ("succeeded", "requires_capture"):
        _complete(account, session, "paid" if intent["status"] == "succeeded" else "unpaid")


def _complete(account: Account, session: Object, payment_status: str) -> None:
    account.change(session, status="complete", payment_status=payment_status, url=None)
    account.emit("checkout.session.completed", session)


def expire(account: Account, session: Object) -> None:
    """Nobody can pay on this page any more. Raises a 400 unless it is open."""
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )
        raise StripeRefusal(400, message)
    if session["payment_intent"]:
        payments.cancel(account, account.find("payment_intent", session["payment_intent"]), "automatic")
    account.change(session, status="expired", url=None)
    account.emit("checkout.session.expired", session)


def _expire_if_open(account: Account, session: Object) -> None:
    if session["status"] == "open":
        expire(account, session)
