"""The state machine of a PaymentIntent: confirm, authenticate, capture, cancel, expire, with the events of each step.

Events are emitted in the order in which Stripe creates them. Since API 2025-03-31.basil a released hold leaves its
charge unrefunded; the older shape (a `charge.refunded` with `captured: false`) can be switched on, because endpoints
that are pinned to an older version still bring it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_emulator.balance import book_charge
from stripe_emulator.cards import AUTHENTICATION_REQUIRED, Decline
from stripe_emulator.charges import shape as charges
from stripe_emulator.disputes import steps as disputes
from stripe_emulator.errors import Object, StripeRefusal, card_error, unexpected_state
from stripe_emulator.payment_methods.shape import decline_of, must_authenticate

if TYPE_CHECKING:
    from stripe_emulator.account import Account

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_reauthorization",
    "requires_confirmation",
    "requires_action",
    "processing",
)
UPDATABLE_AMOUNT = CONFIRMABLE


def confirm(account: Account, intent: Object, method: Object | None, params: dict[str, Any]) -> None:
    """Try to authorize (or charge). Raises a 402 after a decline; the PaymentIntent has changed all the same."""
    method = _confirmable(intent, method)
    account.change(intent, payment_method=method["id"], status="requires_confirmation", next_action=None)
    if not must_authenticate(account, intent, method):
        _authorize(account, intent, method, authenticated=False)
    elif params.get("off_session") or params.get("error_on_requires_action"):
        raise _fail(account, intent, method, AUTHENTICATION_REQUIRED, charge=None)
    else:
        action = _next_action(intent, params)
        account.change(intent, status="requires_action", next_action=action, last_payment_error=None)
        account.emit("payment_intent.requires_action", intent)


def _confirmable(intent: Object, method: Object | None) -> Object:
    if intent["status"] not in CONFIRMABLE:
        message = f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}."
        raise unexpected_state(f"{message} Only a PaymentIntent with one of {', '.join(CONFIRMABLE)} may be.", intent)
    if method is None:
        message = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with one."
        )
        raise unexpected_state(message, intent)
    return method


def _next_action(intent: Object, params: dict[str, Any]) -> Object:
    source = f"{intent['id']}/authenticate"
    if return_url := params.get("return_url"):
        target = f"https://hooks.stripe.com/redirect/authenticate/{source}"
        return {"redirect_to_url": {"return_url": return_url, "url": target}, "type": "redirect_to_url"}
    sdk = {"source": f"src_{intent['id']}", "type": "three_d_secure_redirect", "stripe_js": source}
    return {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}


def authenticate(account: Account, intent: Object, *, succeeded: bool) -> None:
    """The card holder answers the 3-D Secure challenge. Raises a 402 if the card is declined after it."""
    if intent["status"] != "requires_action":
        raise unexpected_state("This PaymentIntent asks for no authentication.", intent)
    method = account.find("payment_method", intent["payment_method"])
    account.change(intent, next_action=None)
    if succeeded:
        return _authorize(account, intent, method, authenticated=True)
    message = (
        "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
        "PaymentMethod to attempt to fulfill this PaymentIntent again."
    )
    refusal = StripeRefusal(400, message, code="payment_intent_authentication_failure", payment_method=method)
    _leave_unpaid(account, intent, refusal.error)
    return None


def _authorize(account: Account, intent: Object, method: Object, *, authenticated: bool) -> None:
    decline = decline_of(account, method)
    capture_now = intent["capture_method"] != "manual"
    charge = charges.make(account, intent, method, decline, authenticated=authenticated, capture=capture_now)
    if decline:
        account.emit("charge.failed", charge)
        raise _fail(account, intent, method, decline, charge)
    account.change(intent, latest_charge=charge["id"], last_payment_error=None)
    account.emit("charge.succeeded", charge)
    if capture_now:
        return _settle_captured(account, intent, charge)
    account.change(intent, status="requires_capture", amount_capturable=intent["amount"])
    account.at(charges.capture_before(charge) or 0, lambda: expire(account, intent))
    account.emit("payment_intent.amount_capturable_updated", intent)
    return None


def _settle_captured(account: Account, intent: Object, charge: Object) -> None:
    taken = charge["amount_captured"]
    account.change(intent, status="succeeded", amount_capturable=0, amount_received=taken)
    for spec in account.cards[charge["payment_method"]].disputes:
        disputes.open_dispute(account, charge, spec.reason, spec.status, taken)
    account.emit("payment_intent.succeeded", intent)


def _fail(account: Account, intent: Object, method: Object, decline: Decline, charge: Object | None) -> StripeRefusal:
    fields: dict[str, Any] = {"payment_method": method}
    if charge:
        account.change(intent, latest_charge=charge["id"])
        fields |= {"charge": charge["id"], **{name: charge["outcome"][name] for name in charges.ADVICE}}
    refusal = card_error(decline.message, decline.code, decline.decline_code, param=decline.param, **fields)
    _leave_unpaid(account, intent, dict(refusal.error))
    refusal.error["payment_intent"] = intent
    return refusal


def _leave_unpaid(account: Account, intent: Object, error: Object) -> None:
    account.change(intent, status="requires_payment_method", payment_method=None, last_payment_error=error)
    account.emit("payment_intent.payment_failed", intent)


def capture(account: Account, intent: Object, amount: int | None) -> None:
    """Take what is held, or a part of it; the rest is let go. Raises a 400 where nothing can be captured."""
    _check_capturable(intent, amount)
    charge = account.find("charge", intent["latest_charge"])
    taken = intent["amount_capturable"] if amount is None else amount
    account.change(charge, captured=True, amount_captured=taken)
    account.change(charge, balance_transaction=book_charge(account, charge))
    account.emit("charge.captured", charge)
    _settle_captured(account, intent, charge)


def _check_capturable(intent: Object, amount: int | None) -> None:
    if intent["status"] == "succeeded":
        message = "This PaymentIntent could not be captured because it has already been captured."
        raise unexpected_state(message, intent)
    if intent["status"] != "requires_capture":
        message = f"This PaymentIntent could not be captured because it has a status of {intent['status']}."
        expected = "Only a PaymentIntent with one of the following statuses may be captured: requires_capture."
        raise unexpected_state(f"{message} {expected}", intent)
    if amount is not None and amount > intent["amount_capturable"]:
        message = (
            "The payment could not be captured because the requested capture amount is greater than the amount you "
            "can capture for this charge."
        )
        raise StripeRefusal(400, message, code="amount_too_large")


def cancel(account: Account, intent: Object, reason: str | None) -> None:
    """Let go of what is held and end the PaymentIntent. Raises a 400 where it has ended already."""
    if intent["status"] not in CANCELABLE:
        message = f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
        expected = "Only a PaymentIntent with one of the following statuses may be canceled: "
        raise unexpected_state(f"{message} {expected}{', '.join(CANCELABLE)}.", intent)
    held = intent["status"] == "requires_capture"
    if held and account.settings.legacy_release_events:
        _release_as_refund(account, account.find("charge", intent["latest_charge"]))
    _end(account, intent, reason)


def expire(account: Account, intent: Object) -> None:
    """The issuer's hold has run out: Stripe cancels by itself. Does nothing where it has been settled before."""
    if intent["status"] != "requires_capture":
        return
    legacy = account.settings.legacy_release_events
    charge = account.find("charge", intent["latest_charge"])
    account.emit("charge.expired", charge)
    if legacy:
        _release_as_refund(account, charge)
    _end(account, intent, "automatic" if legacy else "expired")


def _end(account: Account, intent: Object, reason: str | None) -> None:
    ended = {"status": "canceled", "amount_capturable": 0, "next_action": None}
    account.change(intent, **ended, canceled_at=account.now, cancellation_reason=reason)
    account.emit("payment_intent.canceled", intent)


def _release_as_refund(account: Account, charge: Object) -> None:
    account.change(charge, refunded=True, amount_refunded=charge["amount"])
    account.emit("charge.refunded", charge)
