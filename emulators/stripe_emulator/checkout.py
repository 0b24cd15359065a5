"""A Checkout Session from its first try to its end: paid, waiting for a delayed payment, or expired.

One PaymentIntent serves all tries on one page. It is made at the first one: since API 2022-08-01 a session that nobody
has tried to pay has none. Events are emitted in the order in which Stripe creates them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import checkout_sessions, konbini, of_checkout, payment_intents, payments
from .errors import Object, StripeRefusal, unexpected_state

if TYPE_CHECKING:
    from .world import World

CAPTURE_DEFAULT = "automatic_async"


def open_session(world: World, params: dict[str, Any]) -> Object:
    """A new session, which expires by itself."""
    session = checkout_sessions.make(world, params)
    world.at(session["expires_at"], lambda: _expire_if_open(world, session))
    return session


def pay_with_card(world: World, session: Object, method: Object) -> None:
    """One try with a card. Raises a 402 after a decline; the session stays open then, as it does for a challenge."""
    intent = _intent_of(world, session, method)
    payments.confirm(world, intent, method, {})
    _complete_if_authorized(world, session, intent)


def pay_at_konbini(world: World, session: Object, method: Object) -> None:
    """The customer takes payment codes home: the session is complete, and unpaid."""
    intent = _intent_of(world, session, method)
    konbini.issue_voucher(world, intent, method, session["payment_method_options"].get("konbini", {}))
    _complete(world, session, "unpaid")


def authenticate(world: World, intent: Object, *, succeeded: bool) -> None:
    """The card holder answers the 3-D Secure challenge, of a session or not. Raises as `payments.authenticate` does."""
    if konbini.is_waiting(world, intent):
        raise unexpected_state("This PaymentIntent asks for no authentication.", intent)
    payments.authenticate(world, intent, succeeded=succeeded)
    if session := of_checkout.of_intent(world, intent):
        _complete_if_authorized(world, session, intent)


def _intent_of(world: World, session: Object, method: Object) -> Object:
    details = method["billing_details"]
    email = session["customer_email"] or details["email"]
    learnt = checkout_sessions.customer_details(email, details["name"], details["address"])
    world.change(session, customer_details=learnt)
    if session["payment_intent"]:
        return world.find("payment_intent", session["payment_intent"])
    data = world.intent_data[session["id"]]
    chosen = {"amount": session["amount_total"], "currency": session["currency"]}
    intent = payment_intents.make(world, {"capture_method": CAPTURE_DEFAULT, **data, **chosen})
    types = session["payment_method_types"]
    options = payment_intents.options(types, session["payment_method_options"])
    world.change(intent, automatic_payment_methods=None, payment_method_types=types, payment_method_options=options)
    world.change(session, payment_intent=intent["id"])
    world.emit("payment_intent.created", intent)
    return intent


def _complete_if_authorized(world: World, session: Object, intent: Object) -> None:
    if intent["status"] in ("succeeded", "requires_capture"):
        _complete(world, session, "paid" if intent["status"] == "succeeded" else "unpaid")


def _complete(world: World, session: Object, payment_status: str) -> None:
    world.change(session, status="complete", payment_status=payment_status, url=None)
    world.emit("checkout.session.completed", session)


def expire(world: World, session: Object) -> None:
    """Nobody can pay on this page any more. Raises a 400 unless it is open."""
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )
        raise StripeRefusal(400, message)
    if session["payment_intent"]:
        payments.cancel(world, world.find("payment_intent", session["payment_intent"]), "automatic")
    world.change(session, status="expired", url=None)
    world.emit("checkout.session.expired", session)


def _expire_if_open(world: World, session: Object) -> None:
    if session["status"] == "open":
        expire(world, session)
