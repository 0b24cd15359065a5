"""The API's endpoints as a registry: method, path, the SDK's parameters for it, and what of them is modelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stripe_emulator.api.listing import check_expand, page
from stripe_emulator.api.params import Hint, Schema
from stripe_emulator.errors import Object, unsupported

if TYPE_CHECKING:
    from stripe_emulator.account import Account


@dataclass(frozen=True)
class Call:
    """One checked request: its parameters in their own types and the id in its path."""

    account: Account
    params: dict[str, Any]
    id: str = ""
    publishable: bool = False


Handler = Callable[[Call], Object]
Check = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Route:
    """One endpoint."""

    method: str
    path: str
    schema: Schema
    modelled: frozenset[str]
    handler: Handler
    check: Check | None
    for_clients: bool

    def checked(self, raw: dict[str, Any], *, publishable: bool) -> dict[str, Any]:
        """The parameters, refused with a 400 where the API version, the values or this emulator don't know them."""
        params = self.schema.check(raw, publishable=publishable)
        for name in params.keys() - self.modelled - {"expand", "client_secret"}:
            raise unsupported(name)
        check_expand(self.path, self.method, params.get("expand") or [])
        if self.check:
            self.check(params)
        return params


ROUTES: dict[tuple[str, str], Route] = {}


def route(
    method: str,
    path: str,
    declared: Hint,
    modelled: tuple[str, ...] = (),
    *,
    check: Check | None = None,
    for_clients: bool = False,
) -> Callable[[Handler], Handler]:
    """Register an endpoint. `declared` is the SDK's TypedDict of its parameters for the pinned API version."""

    def register(handler: Handler) -> Handler:
        schema = Schema(declared, for_clients=for_clients)
        ROUTES[method, path] = Route(method, path, schema, frozenset(modelled), handler, check, for_clients)
        return handler

    return register


def find(method: str, path: str) -> tuple[Route, str] | None:
    """The endpoint for a request and the id in its path ("" where it has none)."""
    if found := ROUTES.get((method, path)):
        return found, ""
    parts = path.split("/")
    for position, part in enumerate(parts):
        template = "/".join([*parts[:position], ":id", *parts[position + 1 :]])
        if part and (found := ROUTES.get((method, template))):
            return found, part.replace("+", " ")
    return None


def filtered(call: Call, kind: str, url: str, filters: tuple[str, ...] = ()) -> Object:
    """One page of the objects of a kind whose fields equal the parameters named in `filters`."""
    wanted = {name: call.params[name] for name in filters if name in call.params}
    for name in wanted.keys() & {"charge", "payment_intent"}:
        call.account.find(name, wanted[name], name)
    return page(call.account, kind, url, call.params, lambda each: all(each[name] == wanted[name] for name in wanted))
