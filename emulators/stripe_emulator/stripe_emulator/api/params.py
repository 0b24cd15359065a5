"""Request parameters: Stripe's bracket notation decoded and checked against the API version that the SDK pins.

The schema is the SDK's own: its `…Params` TypedDicts are generated from the description of exactly that version, so a
parameter that the version dropped is unknown here too, and nothing has to be copied by hand.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from stripe._request_options import RequestOptions
from typing_extensions import TypedDict, is_typeddict

from stripe_emulator.errors import NotExecuted, invalid

# A type of the SDK's description, and a value as it came over the wire or as the type makes it.
Hint: TypeAlias = Any
Value: TypeAlias = Any
INTEGER = re.compile(r"-?\d{1,18}\Z")
PART = re.compile(r"[^\[\]]+|(?<=\[)(?=\])")
REMOVED = {
    "payment_method_types": (
        "payment_method_types_no_longer_supported",
        "payment_method_types is no longer supported on this API version. Use allowed_payment_method_types instead.",
    )
}
METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_VALUE_LENGTH = 50, 40, 500
# Names that the SDK's modules import for type checkers only; RequestOptions needs them to be resolved.
TYPE_CHECKING_NAMES = {"StripeContext": object, "Mapping": Mapping}


def decode(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`metadata[a]=b&expand[0]=c` as nested dicts; lists stay dicts by index until the schema turns them into lists."""
    decoded: dict[str, Any] = {}
    for name, value in pairs:
        head, *rest = PART.findall(name) or [name]
        _place(decoded, [head, *rest], value)
    return decoded


def _place(target: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        inner = target.setdefault(part, {})
        if not isinstance(inner, dict):
            raise invalid(f"Invalid hash: {part}", part)
        target = inner
    last = path[-1] or str(len(target))
    target[last] = value


class SheetCard(TypedDict, total=False):
    """A card as a person typed it."""

    number: str
    exp_month: int
    exp_year: int
    cvc: str


class SheetPaymentMethod(TypedDict, total=False):
    """What a payment sheet sends of a card; the SDK, which is for servers, declares no card numbers."""

    type: str
    card: SheetCard


class Schema:
    """What one request takes: the SDK's TypedDict for it, and what only client-side callers may add."""

    def __init__(self, declared: Hint, *, for_clients: bool) -> None:
        self.fields = _fields(declared)
        self.required = set(declared.__required_keys__)
        if "payment_method_data" in self.fields:
            self.fields["payment_method_data"] = SheetPaymentMethod
        self.client = {"client_secret": str} if for_clients else {}

    def check(self, raw: dict[str, Any], *, publishable: bool) -> dict[str, Any]:
        """The parameters in their own types. Raises a 400 that names the first offending one."""
        fields = {**self.fields, **self.client} if publishable else self.fields
        checked = _hash(raw, fields, self.required, "")
        if isinstance(checked.get("metadata"), dict):
            check_metadata(checked["metadata"])
        return checked


def _fields(declared: Hint) -> dict[str, Any]:
    hints = get_type_hints(declared, localns=TYPE_CHECKING_NAMES)
    return {name: hint for name, hint in hints.items() if name not in RequestOptions.__annotations__}


def _hash(raw: dict[str, Any], fields: dict[str, Any], required: set[str], path: str) -> dict[str, Any]:
    for name in raw:
        if name not in fields:
            raise _unknown(_join(path, name))
    for name in sorted(required - raw.keys()):
        missing = _join(path, name)
        raise invalid(f"Missing required param: {missing}.", missing, "parameter_missing")
    return {name: _value(value, fields[name], _join(path, name)) for name, value in raw.items()}


def _unknown(name: str) -> NotExecuted:
    if name in REMOVED:
        code, message = REMOVED[name]
        return invalid(message, name, code)
    return invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _origin(hint: Hint) -> Hint:
    """`get_origin` for a hint of any kind; its overloads want to know which."""
    return get_origin(hint)


def _value(raw: Value, hint: Hint, name: str) -> Value:
    origin = _origin(hint)
    if origin in (Union, types.UnionType):
        return _union(raw, get_args(hint), name)
    if is_typeddict(hint):
        return _hash(_as_hash(raw, name), _fields(hint), set(hint.__required_keys__), name)
    if origin is list:
        return _list(raw, get_args(hint)[0], name)
    if origin is dict:
        return {key: _scalar(value, str, _join(name, key)) for key, value in _as_hash(raw, name).items()}
    return _scalar(raw, hint, name)


def _union(raw: Value, members: tuple[Any, ...], name: str) -> Value:
    literals = {value for member in members if _origin(member) is Literal for value in get_args(member)}
    if raw in ("", "true", "false") and (raw in literals or (raw != "" and bool in members)):
        return raw if raw in literals else raw == "true"
    others = [member for member in members if _origin(member) is not Literal]
    if isinstance(raw, dict):
        return _value(raw, next((each for each in others if _takes_hash(each)), str), name)
    if literals - {""}:
        return _enum(raw, literals, name)
    return _value(raw, next((each for each in others if not _takes_hash(each)), others[0]), name)


def _takes_hash(hint: Hint) -> bool:
    return is_typeddict(hint) or _origin(hint) in (dict, list)


def _enum(raw: Value, allowed: set[str], name: str) -> Value:
    if raw not in allowed:
        *most, last = sorted(allowed - {""})
        choices = f"{', '.join(most)}, or {last}" if most else last
        raise invalid(f"Invalid {name}: must be one of {choices}", name)
    return raw


def _as_hash(raw: Value, name: str) -> dict[str, Any]:
    if raw == "":
        return {}
    if not isinstance(raw, dict):
        raise invalid(f"Invalid hash: {raw}", name)
    return raw


def _list(raw: Value, hint: Hint, name: str) -> list[Any]:
    if raw == "":
        return []
    if not isinstance(raw, dict) or not all(index.isdigit() for index in raw):
        raise invalid("Invalid array", name)
    ordered = sorted(raw.items(), key=lambda item: int(item[0]))
    return [_value(value, hint, f"{name}[{index}]") for index, value in ordered]


def _scalar(raw: Value, hint: Hint, name: str) -> Value:
    if isinstance(raw, dict):
        raise invalid(f"Invalid string: {raw}", name)
    if _origin(hint) is Literal:
        return _enum(raw, set(get_args(hint)), name)
    if raw == "" and not name.startswith("metadata["):
        message = f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter"
        raise invalid(f"{message}; however '{name}' cannot be unset.", name, "parameter_invalid_empty")
    if hint is int:
        return _integer(raw, name)
    if hint is bool:
        return _enum(raw, {"true", "false"}, name) == "true"
    return raw


def _integer(raw: str, name: str) -> int:
    if not INTEGER.match(raw):
        raise invalid(f"Invalid integer: {raw}", name, "parameter_invalid_integer")
    return int(raw)


def check_metadata(metadata: dict[str, str], param: str = "metadata") -> None:
    """Metadata within Stripe's limits. Raises a 400."""
    if len(metadata) > METADATA_KEYS:
        raise invalid(f"Metadata can hold at most {METADATA_KEYS} keys.", param)
    for key, value in metadata.items():
        if len(key) > METADATA_KEY_LENGTH:
            raise invalid(f"Metadata keys can be at most {METADATA_KEY_LENGTH} characters: {key}", param)
        if len(value) > METADATA_VALUE_LENGTH:
            limit = f"must be at most {METADATA_VALUE_LENGTH} characters"
            raise invalid(f"Metadata values {limit}, but you passed one of {len(value)}.", f"{param}[{key}]")


def metadata(params: dict[str, Any], before: dict[str, str] | None = None) -> dict[str, str]:
    """Metadata after a request: keys are merged, an empty value removes its key, an empty metadata removes all."""
    given = params.get("metadata")
    merged = {} if given == "" or ("metadata" in params and not given) else {**(before or {}), **(given or {})}
    return {key: value for key, value in merged.items() if value != ""}
