"""Refunds of captured charges. Most succeed at once; two test cards make them wait or fail later.

What was paid in cash goes back by bank transfer, for which the customer has to name an account first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_emulator.api.params import metadata
from stripe_emulator.balance import book_refund
from stripe_emulator.errors import Object, StripeRefusal, invalid
from stripe_emulator.payment_intents.shape import in_figures

if TYPE_CHECKING:
    from stripe_emulator.account import Account

SETTLES_AFTER = 86_400
ANSWER_WITHIN = 45 * 86_400
FIRST_STATUS = {"pending": "pending", "by_transfer": "requires_action"}
LATER_STATUS = {"pending": "succeeded", "fails_later": "failed"}


def create(account: Account, params: dict[str, Any]) -> Object:
    """Give money back. Raises what Stripe answers where there is nothing (more) to give back."""
    charge = _charge_of(account, params)
    amount = params.get("amount", charge["amount_captured"] - charge["amount_refunded"])
    _check(account, charge, amount)
    card = account.cards.get(charge["payment_method"])
    behaviour = card.refund if card else "by_transfer"
    refund = account.add(_shape(account, charge, amount, params, FIRST_STATUS.get(behaviour, "succeeded")))
    account.change(refund, balance_transaction=book_refund(account, refund, -amount))
    _count(account, charge, amount)
    account.emit("refund.created", refund)
    account.emit("charge.refunded", charge)
    if later := LATER_STATUS.get(behaviour):
        account.at(account.now + SETTLES_AFTER, lambda: settle(account, refund, later))
    return refund


def check(params: dict[str, Any]) -> None:
    """What can be said of a refund before it executes. Raises a 400 that names the parameter."""
    if params.get("amount", 1) < 1:
        message = "This value must be greater than or equal to 1."
        raise invalid(message, "amount", "parameter_invalid_integer")


def _charge_of(account: Account, params: dict[str, Any]) -> Object:
    if bool(params.get("charge")) == bool(params.get("payment_intent")):
        message = "One of the following params should be provided for this request: payment_intent or charge."
        raise StripeRefusal(400, message, code=None if params.get("charge") else "parameter_missing")
    if charge := params.get("charge"):
        return account.find("charge", charge, "id")
    intent = account.find("payment_intent", params["payment_intent"], "payment_intent")
    if intent["latest_charge"] is None:
        raise StripeRefusal(400, f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
    return account.find("charge", intent["latest_charge"], "id")


def _check(account: Account, charge: Object, amount: int) -> None:
    remaining = charge["amount_captured"] - charge["amount_refunded"]
    if not charge["captured"]:
        message = "You must cancel the PaymentIntent to reverse the authorization, because it was not captured."
        raise StripeRefusal(400, message)
    if charge["disputed"] and not _refundable(account, charge):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise StripeRefusal(400, message, code="charge_disputed")
    if remaining == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise StripeRefusal(400, message, code="charge_already_refunded")
    if amount > remaining:
        asked, left = (in_figures(each, charge["currency"]) for each in (amount, remaining))
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({left})"
        raise StripeRefusal(400, message, param="amount")


def _refundable(account: Account, charge: Object) -> bool:
    held = account.table("dispute").values()
    return all(dispute["is_charge_refundable"] for dispute in held if dispute["charge"] == charge["id"])


def _shape(account: Account, charge: Object, amount: int, params: dict[str, Any], status: str) -> Object:
    made = {
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": account.now,
        "currency": charge["currency"],
        "customer": None,
        "customer_account": None,
        "destination_details": _destination(charge),
        "id": account.new_id("re"),
        "metadata": metadata(params),
        "object": "refund",
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }
    if status == "requires_action":
        sent = {"email_sent_at": account.now, "email_sent_to": charge["billing_details"]["email"]}
        display = {"email_sent": sent, "expires_at": account.now + ANSWER_WITHIN}
        made["next_action"] = {"display_details": display, "type": "display_details"}
    return made


def _destination(charge: Object) -> Object:
    if charge["payment_method_details"]["type"] != "card":
        return {"jp_bank_transfer": {"reference": None, "reference_status": "pending"}, "type": "jp_bank_transfer"}
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    return {"card": card, "type": "card"}


def _count(account: Account, charge: Object, amount: int) -> None:
    refunded = charge["amount_refunded"] + amount
    account.change(charge, amount_refunded=refunded, refunded=refunded == charge["amount_captured"])


def settle(account: Account, refund: Object, status: str) -> None:
    """The bank's answer: `succeeded`, or `failed`, which takes the amount off the charge's refunds again."""
    before = {"status": refund["status"]}
    if refund["status"] in (status, "failed"):
        return
    account.change(refund, status=status)
    if status == "failed":
        before = {"failure_balance_transaction": None, "failure_reason": None, **before}
        returned = book_refund(account, refund, refund["amount"])
        account.change(refund, failure_reason="expired_or_canceled_card", failure_balance_transaction=returned)
        _count(account, account.find("charge", refund["charge"]), -refund["amount"])
    account.emit("refund.updated", refund, before)
    account.emit("charge.refund.updated", refund, before)
    if status == "failed":
        account.emit("refund.failed", refund)


def name_reference(account: Account, refund: Object) -> None:
    """The bank names the reference by which the customer finds the money, which both events about updates tell."""
    details = refund["destination_details"]
    kind = details["type"]
    named = {**details[kind], "reference": "74980000000000000000001", "reference_status": "available"}
    account.change(refund, destination_details={**details, kind: named})
    before = {"destination_details": {kind: {"reference_status": "pending", "reference": None}}}
    account.emit("refund.updated", refund, before)
    account.emit("charge.refund.updated", refund, before)
