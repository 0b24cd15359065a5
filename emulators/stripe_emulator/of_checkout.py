"""PaymentIntents that Checkout made for one of its sessions: Checkout alone confirms and cancels them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import Object, StripeRefusal

if TYPE_CHECKING:
    from .world import World


def of_intent(world: World, intent: Object) -> Object | None:
    """The session that a PaymentIntent was made for, or None."""
    sessions = world.table("checkout.session").values()
    return next((each for each in sessions if each["payment_intent"] == intent["id"]), None)


def refuse_checkouts(world: World, intent: Object) -> None:
    """What Checkout made is confirmed and canceled by Checkout. Raises a 400 for such a PaymentIntent."""
    if of_intent(world, intent):
        raise StripeRefusal(400, "You cannot perform this action on PaymentIntents created by Checkout.")


def mark_paid(world: World, intent: Object) -> None:
    """The money of a session has come after the page was done: a capture, or a delayed payment."""
    if session := of_intent(world, intent):
        world.change(session, payment_status="paid")
