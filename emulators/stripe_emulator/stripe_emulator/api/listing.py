"""Lists in Stripe's form: newest first, cursor paging, `created` ranges; and `expand`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_emulator.errors import Json, Object, StripeRefusal, invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from stripe_emulator.account import Account

DEFAULT_LIMIT, LARGEST_LIMIT = 10, 100
PAGING = ("starting_after", "ending_before", "limit")
CURSORS = (*PAGING, "created")
RANGE: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}
KINDS = {"checkout": "checkout.session"}
"""Where the object's name is not its path's in the singular."""
LISTED_BELOW = {"line_items": "item"}
INCLUDABLE = {("checkout.session", "line_items"): "item", ("charge", "refunds"): "list of refunds"}
"""Lists that an object carries only where they are asked for."""
EXPANDABLE = {
    ("checkout.session", "payment_intent"): "payment_intent",
    ("payment_intent", "latest_charge"): "charge",
    ("payment_intent", "payment_method"): "payment_method",
    ("charge", "balance_transaction"): "balance_transaction",
    ("charge", "payment_intent"): "payment_intent",
    ("list of refunds", "data"): "refund",
    ("refund", "balance_transaction"): "balance_transaction",
    ("refund", "charge"): "charge",
    ("refund", "payment_intent"): "payment_intent",
    ("dispute", "charge"): "charge",
    ("dispute", "payment_intent"): "payment_intent",
}


def page(account: Account, kind: str, url: str, params: dict[str, Any], keep: Callable[[Object], bool]) -> Object:
    """One page of the objects of a kind that `keep` lets through, newest first."""
    newest_first = reversed(account.table(kind).values())
    found = [each for each in newest_first if keep(each) and _created_in(each, params.get("created"))]
    return page_of(found, kind, url, params)


def page_of(found: list[Object], kind: str, url: str, params: dict[str, Any]) -> Object:
    """One page of the objects found, in their order."""
    limit = params.get("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= LARGEST_LIMIT:
        raise invalid(f"Invalid limit: must be between 1 and {LARGEST_LIMIT}", "limit", "parameter_invalid_integer")
    data, has_more = _cut(found, limit, kind, params)
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def line_items(account: Account, session: Object, params: dict[str, Any]) -> Object:
    """One page of what a Checkout Session sells, in the order given."""
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    return page_of(account.line_items[session["id"]], "item", url, params)


def _refunds(account: Account, charge: Object) -> Object:
    found = [each for each in reversed(account.table("refund").values()) if each["charge"] == charge["id"]]
    return {**page_of(found, "refund", f"/v1/charges/{charge['id']}/refunds", {}), "total_count": len(found)}


def _created_in(each: Object, wanted: Json) -> bool:
    if wanted is None or isinstance(wanted, int):
        return wanted is None or each["created"] == wanted
    return all(RANGE[name](each["created"], bound) for name, bound in wanted.items())


def _cut(found: list[Object], limit: int, kind: str, params: dict[str, Any]) -> tuple[list[Object], bool]:
    if before := params.get("ending_before"):
        rest = found[: _position(found, before, kind, "ending_before")]
        return rest[-limit:], len(rest) > limit
    start = 0
    if after := params.get("starting_after"):
        start = _position(found, after, kind, "starting_after") + 1
    return found[start : start + limit], len(found) > start + limit


def _position(found: list[Object], identifier: str, kind: str, param: str) -> int:
    for position, each in enumerate(found):
        if each["id"] == identifier:
            return position
    raise StripeRefusal(400, f"No such {kind}: '{identifier}'", code="resource_missing", param=param)


def check_expand(url: str, method: str, paths: list[str]) -> None:
    """Raises a 400 for what an endpoint's answer can't have expanded, before anything is done."""
    steps = url.split("/")[2:]
    root, last = steps[0], steps[-1]
    kind = LISTED_BELOW.get(last) or KINDS.get(root, root.removesuffix("s"))
    is_list = method == "GET" and last != ":id"
    for path in paths:
        parts = path.split(".")
        current: str | None = kind
        if is_list:
            current = kind if parts.pop(0) == "data" and parts else None
        for name in parts:
            owner = (current or "", name)
            current = INCLUDABLE.get(owner) or EXPANDABLE.get(owner)
        if current is None:
            raise invalid(f"This property cannot be expanded ({path}).", "expand")


def expand(account: Account, answer: Object, paths: list[str]) -> Object:
    """The answer with the references that the (checked) paths name replaced by the objects."""
    for path in paths:
        answer = _expand(account, answer, path.split("."))
    return answer


def _expand(account: Account, target: Object, parts: list[str]) -> Object:
    if not parts:
        return target
    name, *rest = parts
    if target["object"] == "list":
        return {**target, "data": [_expand(account, each, rest) for each in target["data"]]}
    if (target["object"], name) in INCLUDABLE:
        included = line_items(account, target, {}) if name == "line_items" else _refunds(account, target)
        return {**target, name: _expand(account, included, rest)}
    value = target[name]
    if value is None:
        return target
    inner = value if isinstance(value, dict) else account.find(EXPANDABLE[(target["object"], name)], value)
    return {**target, name: _expand(account, inner, rest)}
