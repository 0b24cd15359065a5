"""Cash at a convenience store: the one delayed payment method that is modelled. It is paid later, or never.

Source: https://docs.stripe.com/payments/konbini/accept-a-payment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from stripe_emulator.charges import shape as charges
from stripe_emulator.errors import Object, StripeRefusal
from stripe_emulator.payment_intents import of_checkout

if TYPE_CHECKING:
    from stripe_emulator.account import Account

Outcome = Literal["processing", "succeed", "fail"]
OUTCOMES: tuple[Outcome, ...] = ("processing", "succeed", "fail")
DAY = 86_400
DEFAULT_DAYS = 3
STORES = ("familymart", "lawson", "ministop", "seicomart")
WAITING = ("requires_action", "processing")


def issue_voucher(account: Account, intent: Object, method: Object, options: dict[str, Any]) -> None:
    """Hand out the payment codes; those that nobody uses run out by the account's clock."""
    expires_at = account.now + DAY * options.get("expires_after_days", DEFAULT_DAYS)
    codes = {"confirmation_number": "22222222220", "payment_code": "123456"}
    details = {
        "expires_at": expires_at,
        "hosted_voucher_url": f"https://payments.stripe.com/konbini/voucher/{intent['id']}",
        "stores": dict.fromkeys(STORES, codes),
    }
    action = {"konbini_display_details": details, "type": "konbini_display_details"}
    waiting = {"payment_method": method["id"], "status": "requires_action", "next_action": action}
    account.change(intent, **waiting, last_payment_error=None)
    account.emit("payment_intent.requires_action", intent)
    account.at(expires_at, lambda: _run_out(account, intent))


def _run_out(account: Account, intent: Object) -> None:
    if is_waiting(account, intent):
        settle(account, intent, "fail")


def is_waiting(account: Account, intent: Object) -> bool:
    """Whether codes are out that have been neither paid nor given up."""
    method = account.table("payment_method").get(intent["payment_method"] or "")
    return intent["status"] in WAITING and method is not None and method["type"] == "konbini"


def settle(account: Account, intent: Object, outcome: Outcome) -> None:
    """The store reports: paid and on its way, paid, or never paid. Raises a 400 where nothing is waited for."""
    if not is_waiting(account, intent):
        raise StripeRefusal(400, "This PaymentIntent waits for no payment at a convenience store.")
    steps = {"processing": _process, "succeed": _succeed, "fail": _fail}
    steps[outcome](account, intent)


def _process(account: Account, intent: Object) -> None:
    account.change(intent, status="processing", next_action=None)
    account.emit("payment_intent.processing", intent)


def _succeed(account: Account, intent: Object) -> None:
    method = account.find("payment_method", intent["payment_method"])
    charge = charges.make(account, intent, method, None, authenticated=False, capture=True)
    account.change(intent, latest_charge=charge["id"], status="succeeded", next_action=None)
    account.change(intent, amount_received=intent["amount"])
    account.emit("charge.succeeded", charge)
    account.emit("payment_intent.succeeded", intent)
    of_checkout.mark_paid(account, intent)
    _tell_session(account, intent, "checkout.session.async_payment_succeeded")


def _fail(account: Account, intent: Object) -> None:
    method = account.find("payment_method", intent["payment_method"])
    message = "The payment attempt failed because the payment codes were not used in time."
    code = "payment_intent_payment_attempt_expired"
    error = StripeRefusal(400, message, code=code, payment_method=method).error
    ended = {"status": "requires_payment_method", "payment_method": None, "next_action": None}
    account.change(intent, **ended, last_payment_error=error)
    account.emit("payment_intent.payment_failed", intent)
    _tell_session(account, intent, "checkout.session.async_payment_failed")


def _tell_session(account: Account, intent: Object, event_type: str) -> None:
    if session := of_checkout.of_intent(account, intent):
        account.emit(event_type, session)
