"""What stands for the PaymentSheet on a phone: confirm with a typed card, answer the 3-D Secure challenge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from . import payment_methods, payments
from .errors import Object, StripeRefusal
from .payment_intents import of_client, public

if TYPE_CHECKING:
    from .world import World

DEFAULT_CVC = "123"


def pay(
    world: World,
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
    intent = of_client(world, identifier, client_secret)
    error: Object | None = None
    try:
        method = payment_methods.resolve(world, _method_params(card, exp, cvc), publishable=True)
        payments.confirm(world, intent, method, {})
        if intent["status"] == "requires_action" and authenticate:
            payments.authenticate(world, intent, succeeded=authenticate == "succeed")
            error = intent["last_payment_error"]
    except StripeRefusal as refusal:
        error = {name: value for name, value in refusal.error.items() if name != "payment_intent"}
    return {"status": intent["status"], "error": error, "payment_intent": public(intent)}


def _method_params(card: str, exp: tuple[int, int], cvc: str | None) -> dict[str, Any]:
    if card.startswith("pm_"):
        return {"payment_method": card}
    typed = {"number": card, "exp_month": exp[0], "exp_year": exp[1], **({"cvc": cvc} if cvc is not None else {})}
    return {"payment_method_data": {"type": "card", "card": typed}}
