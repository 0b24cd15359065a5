"""What a request for a Checkout Session may say: the parts that are modelled, and Stripe's limits on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_emulator.api.params import check_metadata
from stripe_emulator.errors import Json, NotExecuted, invalid, unsupported
from stripe_emulator.payment_intents.shape import LARGEST_AMOUNT, MINIMUM_AMOUNTS, in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60
MOST_LINES = 100
LONGEST_REFERENCE = 200
WHOLE = None
"""In the tree below: modelled, with all that is in it."""
MODELLED: dict[str, Any] = {
    "adaptive_pricing": {"enabled": WHOLE},
    "allowed_payment_method_types": WHOLE,
    "cancel_url": WHOLE,
    "client_reference_id": WHOLE,
    "currency": WHOLE,
    "customer_email": WHOLE,
    "excluded_payment_method_types": WHOLE,
    "expires_at": WHOLE,
    "line_items": {
        "metadata": WHOLE,
        "price_data": {
            "currency": WHOLE,
            "product_data": {"description": WHOLE, "images": WHOLE, "metadata": WHOLE, "name": WHOLE},
            "unit_amount": WHOLE,
        },
        "quantity": WHOLE,
    },
    "locale": WHOLE,
    "metadata": WHOLE,
    "mode": WHOLE,
    "payment_intent_data": {
        "capture_method": WHOLE,
        "description": WHOLE,
        "metadata": WHOLE,
        "receipt_email": WHOLE,
        "statement_descriptor_suffix": WHOLE,
        "transfer_group": WHOLE,
    },
    "payment_method_options": {
        "card": {"request_three_d_secure": WHOLE},
        "konbini": {"expires_after_days": WHOLE},
    },
    "submit_type": WHOLE,
    "success_url": WHOLE,
    "ui_mode": WHOLE,
}


def check(params: dict[str, Any]) -> None:
    """What can be said of a create before it executes. Raises a 400 that names the parameter."""
    for name in _unmodelled(params, MODELLED, ""):
        raise unsupported(name)
    if params.get("mode") != "payment":
        raise unsupported("mode") if "mode" in params else _missing("mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise unsupported("ui_mode")
    _check_texts(params)
    _check_lines(params.get("line_items") or [], params.get("currency"))
    if metadata := params.get("payment_intent_data", {}).get("metadata"):
        check_metadata(metadata, "payment_intent_data[metadata]")
    if "allowed_payment_method_types" in params and "excluded_payment_method_types" in params:
        message = "You may only specify one of these parameters: allowed_payment_method_types, "
        raise invalid(message + "excluded_payment_method_types.", None, "parameters_exclusive")


def check_expiry(expires_at: int, now: int) -> None:
    """30 minutes to 24 hours from the creation, by Stripe's own clock. Raises a 400 that names no param."""
    if expires_at < now + SHORTEST:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise invalid(message, None)
    if expires_at > now + LONGEST:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise invalid(message, None)


def _unmodelled(given: Json, tree: dict[str, Any], path: str) -> Iterator[str]:
    for name, value in given.items():
        full = f"{path}[{name}]" if path else name
        if name == "expand" and not path:
            continue
        if name not in tree:
            yield full
        elif isinstance(tree[name], dict):
            parts = enumerate(value) if isinstance(value, list) else [("", value)]
            for index, part in parts:
                yield from _unmodelled(part, tree[name], full if index == "" else f"{full}[{index}]")


def _missing(name: str) -> NotExecuted:
    return invalid(f"Missing required param: {name}.", name, "parameter_missing")


def _check_texts(params: dict[str, Any]) -> None:
    if "success_url" not in params:
        raise _missing("success_url")
    for name in ("success_url", "cancel_url"):
        if not params.get(name, "https://").startswith(("http://", "https://")):
            raise invalid("Not a valid URL", name, "url_invalid")
    if "@" not in params.get("customer_email", "@"):
        raise invalid(f"Invalid email address: {params['customer_email']}", "customer_email", "email_invalid")
    if len(params.get("client_reference_id", "")) > LONGEST_REFERENCE:
        message = f"Invalid string: must be at most {LONGEST_REFERENCE} characters"
        raise invalid(message, "client_reference_id")


def _check_lines(lines: list[dict[str, Any]], wanted: str | None) -> None:
    if not lines:
        raise _missing("line_items")
    if len(lines) > MOST_LINES:
        raise invalid(f"The maximum number of line items is {MOST_LINES}.", "line_items")
    for index, line in enumerate(lines):
        _check_line(line, f"line_items[{index}]")
    currencies = {line["price_data"]["currency"].lower() for line in lines} | ({wanted.lower()} if wanted else set())
    if len(currencies) > 1:
        raise invalid("All line items must have the same currency.", "line_items")
    total = sum(line["price_data"]["unit_amount"] * line["quantity"] for line in lines)
    _check_total(total, currencies.pop())


def _check_line(line: dict[str, Any], path: str) -> None:
    if "price_data" not in line:
        raise _missing(f"{path}[price_data]")
    price = line["price_data"]
    for name in ("unit_amount", "product_data"):
        if name not in price:
            raise _missing(f"{path}[price_data][{name}]")
    if price["currency"].lower() not in MINIMUM_AMOUNTS:
        raise invalid(f"Invalid currency: {price['currency']}.", f"{path}[price_data][currency]")
    if not price["product_data"]["name"]:
        name = f"{path}[price_data][product_data][name]"
        raise invalid("You passed an empty string for 'name'.", name, "parameter_invalid_empty")
    if price["unit_amount"] < 0:
        raise invalid("Invalid non-negative integer", f"{path}[price_data][unit_amount]", "parameter_invalid_integer")
    _check_quantity(line, path)


def _check_quantity(line: dict[str, Any], path: str) -> None:
    if "quantity" not in line:
        raise invalid(f"Quantity is required. Add `quantity` to `{path}`", f"{path}[quantity]")
    if line["quantity"] < 1:
        message = "This value must be greater than or equal to 1."
        raise invalid(message, f"{path}[quantity]", "parameter_invalid_integer")


def _check_total(total: int, currency: str) -> None:
    due = "The Checkout Session's total amount due must "
    if total < MINIMUM_AMOUNTS[currency]:
        message = f"{due}add up to at least {in_words(MINIMUM_AMOUNTS[currency], currency)}"
        raise invalid(message, None, "amount_too_small")
    if total > LARGEST_AMOUNT:
        message = f"{due}be no more than {in_words(LARGEST_AMOUNT, currency)}"
        raise invalid(message, None, "amount_too_large")
