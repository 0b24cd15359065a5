"""PaymentIntents that Checkout made for one of its sessions: Checkout alone confirms and cancels them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_emulator.errors import Object, StripeRefusal

if TYPE_CHECKING:
    from stripe_emulator.account import Account


def of_intent(account: Account, intent: Object) -> Object | None:
    """The session that a PaymentIntent was made for, or None."""
    sessions = account.table("checkout.session").values()
    return next((each for each in sessions if each["payment_intent"] == intent["id"]), None)


def refuse_checkouts(account: Account, intent: Object) -> None:
    """What Checkout made is confirmed and canceled by Checkout. Raises a 400 for such a PaymentIntent."""
    if of_intent(account, intent):
        raise StripeRefusal(400, "You cannot perform this action on PaymentIntents created by Checkout.")


def mark_paid(account: Account, intent: Object) -> None:
    """The money of a session has come after the page was done: a capture, or a delayed payment."""
    if session := of_intent(account, intent):
        account.change(session, payment_status="paid")
