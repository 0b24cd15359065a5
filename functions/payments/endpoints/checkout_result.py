"""`checkoutResult`: the page's question whether its order is paid (C-03)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Request, Response

from payments.core import logs
from payments.core.language import language_of
from payments.core.refusals import Code, NotConfigured, Refusal
from payments.endpoints.errors import HTTP_STATUS, as_json
from payments.endpoints.fields import Field, Shape, a_one, an_id, parse
from payments.endpoints.texts import text_of
from payments.shop import check_out
from payments.shop.port import ShopDeps

#: What it takes in its address.
FIELDS: Final[Shape] = {"orderId": Field(an_id), "confirm": Field(a_one, is_required=False)}
#: What it answers.
ANSWER: Final[Mapping[str, Callable[[check_out.Result], Any]]] = {
    "isPaid": lambda result: result.is_paid,
    "webhookReceived": lambda result: result.webhook_received,
    "status": lambda result: result.status,
    "amount": lambda result: result.order.amount,
    "currency": lambda result: result.order.currency,
    "sellerId": lambda result: result.order.seller_id,
}


def checkout_result(request: Request, deps: Callable[[], ShopDeps]) -> Response:
    """Answer a page that asks whether its order is paid (C-03). Never cached."""
    answer = _checkout_result(request, deps)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _checkout_result(request: Request, deps: Callable[[], ShopDeps]) -> Response:
    try:
        order_id, confirm = _asked(request)
        result = check_out.order_result(deps(), order_id, confirm=confirm)
    except Refusal as refusal:
        return _refused(refusal, request)
    except NotConfigured as error:
        logs.write("CRITICAL", "not configured", function="checkoutResult", problem=str(error))
        return _refused(Refusal(Code.PAYMENT_UNAVAILABLE), request)
    except Exception:  # noqa: BLE001 - whatever it is, the caller learns only under which id it was logged
        return _refused(Refusal(Code.INTERNAL, correlationId=logs.unexpected("checkoutResult")), request)
    return as_json(answer_of(result), 200)


def answer_of(result: check_out.Result) -> dict[str, Any]:
    """The body of the answer."""
    return {name: read(result) for name, read in ANSWER.items()}


def _asked(request: Request) -> tuple[str, bool]:
    """The order, and whether Stripe is to be asked. Raises `Refusal(invalid_argument)` naming every wrong parameter."""
    lists = request.args.lists()
    sent = parse(FIELDS, {name: values[0] if len(values) == 1 else values for name, values in lists})
    return sent["orderId"], "confirm" in sent


def _refused(refusal: Refusal, request: Request) -> Response:
    message = text_of(refusal, language_of(request.headers.get("Accept-Language")))
    return as_json(
        {"error": {"code": refusal.code.value, "message": message, **refusal.details}}, HTTP_STATUS[refusal.code]
    )
