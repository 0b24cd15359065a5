"""What the product's code says of itself: functions, answers, refusals, params, fields, log lines, pins."""

from __future__ import annotations

import ast
import functools
import json
import re
import types
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from firebase_functions.params import BoolParam, IntParam, SecretParam, StringParam

import main
from payments import config
from payments.adapters.firestore_mapping import field_name, to_doc
from payments.core import limits
from payments.core.refusals import Code
from payments.domain.chat import deadlines
from payments.domain.shop import orders
from payments.endpoints import checkout_result
from payments.endpoints.callables import CALLABLES
from payments.endpoints.fields import Shape
from payments.jobs.webhook import LISTENED

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "functions" / "payments"
RULES = ROOT / "firestore.rules"
INDEXES = ROOT / "firestore.indexes.json"
CASES = ROOT / "tests" / "e2e" / "checkout"
#: What apps write themselves: its fields are the security rules', not a record's.
MESSAGES = "sessions/{sessionId}/messages"


def fields_in(name: str) -> list[str]:
    """The fields that a callable takes; optional ones with a question mark."""
    return _marked(CALLABLES[name].fields)


def result_in() -> list[str]:
    """What `checkoutResult` takes in its address."""
    return _marked(checkout_result.FIELDS)


def _marked(shape: Shape) -> list[str]:
    return [field if spec.is_required else f"{field}?" for field, spec in shape.items()]


def fields_out(name: str) -> list[str]:
    """The fields of a callable's answer."""
    return list(CALLABLES[name].answer)


def result_out() -> list[str]:
    """The fields of what `checkoutResult` answers."""
    return list(checkout_result.ANSWER)


def refusals_of(name: str) -> list[Code]:
    """The refusals of a callable, without those that every callable may answer."""
    return [code for code in Code if code in CALLABLES[name].refuses]


def log_lines() -> dict[str, str]:
    """Every message that is logged, with its severity."""
    lines: dict[str, set[str]] = defaultdict(set)
    for call in _calls("write"):
        if len(call.args) == 2 and isinstance(message := call.args[1], ast.Constant):
            lines[str(message.value)].add(_severity(call.args[0]))
    return {message: " / ".join(sorted(severities)) for message, severities in sorted(lines.items())}


def fields_of_line(message: str) -> list[str]:
    """The fields of a logged line beside its severity and message, in their order."""
    (line,) = (call for call in _calls("write") if len(call.args) == 2 and _is_text(call.args[1], message))
    return [keyword.arg for keyword in line.keywords if keyword.arg]


def _is_text(node: ast.expr, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def _severity(node: ast.expr) -> str:
    """The severity as it is written; one that is chosen at run time is ERROR or WARNING."""
    return str(node.value) if isinstance(node, ast.Constant) else "ERROR / WARNING"


def _calls(name: str) -> Iterator[ast.Call]:
    for tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name in (getattr(node.func, "attr", ""), getattr(node.func, "id", "")):
                yield node


@functools.cache
def _sources() -> list[ast.Module]:
    return [ast.parse(file.read_text()) for file in sorted(PACKAGE.rglob("*.py"))]


def deployed() -> dict[str, Any]:
    """Every deployed function with its endpoint, in the order of main.py."""
    with_endpoint = {name: getattr(value, "__firebase_endpoint__", None) for name, value in vars(main).items()}
    return {name: endpoint for name, endpoint in with_endpoint.items() if endpoint is not None}


def trigger(endpoint: Any) -> str | None:
    """What starts a function that is no callable: a cron line, a new document's path, None for HTTPS."""
    if endpoint.scheduleTrigger:
        return str(endpoint.scheduleTrigger["schedule"])
    if endpoint.eventTrigger:
        return str(endpoint.eventTrigger["eventFilterPathPatterns"]["document"])
    return None


def method(endpoint: Any) -> str:
    """The only HTTP method that a function beside the callables answers."""
    return str(getattr(main, endpoint.entryPoint).method)


@dataclass(frozen=True)
class Setting:
    """A param or a secret."""

    name: str
    is_secret: bool
    default: str


def settings() -> list[Setting]:
    """Params and secrets, in the order in which they are declared."""
    kinds = (StringParam, IntParam, BoolParam, SecretParam)
    declared = [value for value in vars(config).values() if isinstance(value, kinds)]
    return [
        Setting(each.name, isinstance(each, SecretParam), _default(getattr(each, "default", None))) for each in declared
    ]


def _default(value: object) -> str:
    if value is None or value == "":
        return ""
    return json.dumps(value) if isinstance(value, bool) else str(value)


def document_fields(kind: type[Any]) -> dict[str, str]:
    """The fields of a collection's documents with their types, as Firestore and its SDKs call them."""
    own = dict(_own_fields(kind))
    stored = set(to_doc(_example(kind)))
    added = {"rev": "int", "participants": "string[]", "metadata": "map"}
    return {name: typed for name, typed in own.items() if re.split(r"[.\[]", name)[0] in stored} | {
        name: typed for name, typed in added.items() if name in stored
    }


def _own_fields(kind: type[Any]) -> Iterator[tuple[str, str]]:
    """The record's own fields; a list's parts follow it as `items[].name`, a map's as `next.name`."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        if field.name == "id":
            continue
        name, hint = field_name(kind, field.name), hints[field.name]
        yield name, _type_name(hint)
        if get_origin(hint) is tuple:
            yield from ((f"{name}[].{part}", typed) for part, typed in _own_fields(get_args(hint)[0]))
        elif isinstance(plain := _plain(hint), type) and is_dataclass(plain):
            yield from ((f"{name}.{part}", typed) for part, typed in _own_fields(plain))


def message_fields() -> dict[str, str]:
    """The fields of a message, which the security rules name, with their types."""
    (named,) = re.findall(r"message\.keys\(\)\.toSet\(\) == \[([^\]]+)\]", RULES.read_text())
    return {name: "timestamp" if name.endswith("At") else "string" for name in re.findall(r"'(\w+)'", named)}


def indexes() -> list[str]:
    """The composite indexes: the collection and its fields, such as `sessions userId createdAt`."""
    declared = json.loads(INDEXES.read_text())["indexes"]
    return [" ".join([each["collectionGroup"], *(field["fieldPath"] for field in each["fields"])]) for each in declared]


def spans() -> dict[str, timedelta]:
    """The product's lengths of time, by their names in the code; those of shop orders as `orders.NAME`."""
    chat = vars(deadlines)
    shop = {f"orders.{name}": value for name, value in vars(orders).items() if value is not chat.get(name)}
    named = {**chat, **shop, "WINDOW": limits.WINDOW}
    return {name: value for name, value in named.items() if isinstance(value, timedelta)}


def _type_name(hint: Any) -> str:
    if isinstance(hint, types.UnionType):
        return _type_name(_plain(hint)) + "?"
    if get_origin(hint) is tuple:
        return "map[]"
    if is_dataclass(hint):
        return "map"
    plain = {"int": "int", "bool": "bool", "datetime": "timestamp"}
    return plain.get(hint.__name__, "string")


def _plain(hint: Any) -> Any:
    """The type of a field that may be null, without the null."""
    is_optional = isinstance(hint, types.UnionType)
    return next(part for part in get_args(hint) if part is not types.NoneType) if is_optional else hint


def _example(kind: type[Any]) -> Any:
    """A record whose values don't matter: it is only asked for the names of its fields."""
    return kind(**{f.name: None for f in fields(kind) if f.init})


def events_by_handler() -> dict[str, list[str]]:
    """The Stripe events that are listened to, by what is done with them."""
    found: dict[str, list[str]] = defaultdict(list)
    for event, handler in LISTENED.items():
        found[handler.__name__].append(event)
    return found


def cases() -> dict[str, list[tuple[str, str]]]:
    """The cases of Stripe Checkout: the file and the fact of every test that is named by one, such as `TC-001`."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file in sorted(CASES.glob("test_*.py")):
        for number, fact in re.findall(r"^def test_tc_(\d{3})_(\w+)\(", file.read_text(), re.MULTILINE):
            found[f"TC-{number}"].append((str(file.relative_to(ROOT)), fact.replace("_", " ")))
    return dict(sorted(found.items()))
