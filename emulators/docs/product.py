"""What the product's code says of itself: functions, answers, refusals, params, fields, log lines, pins."""

from __future__ import annotations

import ast
import functools
import inspect
import json
import re
import types
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

from firebase_functions.params import BoolParam, IntParam, SecretParam, StringParam

import main
from payments import holds, sessions, tickets, wiring
from payments.api import CALLABLES
from payments.documents import to_doc
from payments.domain import deadlines, limits
from payments.domain.refusals import Code
from payments.domain.states import EXTENSION, SESSION, Refuse, To
from payments.events import LISTENED

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "functions" / "payments"
RULES = ROOT / "firestore.rules"
INDEXES = ROOT / "firestore.indexes.json"
USE_CASES = {"holds": holds, "sessions": sessions, "tickets": tickets}
USE_CASE = re.compile(rf"\b({'|'.join(USE_CASES)})\.(\w+)\(deps")
#: What apps write themselves: its fields are the security rules', not a record's.
MESSAGES = "sessions/{sessionId}/messages"
#: What any callable may answer, beside its own refusals: by the edge, or where the functions are not configured.
EVERYWHERE = (Code.UNAUTHENTICATED, Code.INVALID_ARGUMENT, Code.BUSY, Code.PAYMENT_UNAVAILABLE, Code.INTERNAL)


def use_case(name: str) -> Any:
    """The function that does the work of a callable, as its answer calls it."""
    ((module, function),) = set(USE_CASE.findall(inspect.getsource(CALLABLES[name].answer)))
    return getattr(USE_CASES[module], function)


def fields_in(name: str) -> list[str]:
    """The fields that a callable takes; optional ones with a question mark."""
    return [field if spec.is_required else f"{field}?" for field, spec in CALLABLES[name].shape.items()]


def fields_out(name: str) -> list[str]:
    """The fields of a callable's answer, read from the dictionary that it returns."""
    tree = ast.parse(inspect.getsource(CALLABLES[name].answer))
    (answer,) = (node.value for node in ast.walk(tree) if isinstance(node, ast.Return))
    return [ast.literal_eval(key) for key in answer.keys if key] if isinstance(answer, ast.Dict) else []


def refusals_of(name: str) -> list[Code]:
    """The refusals that a callable's docstring names, without those that every callable may answer."""
    named = set(re.findall(r"`(\w+)`", inspect.getdoc(use_case(name)) or ""))
    return [code for code in Code if code in named and code not in EVERYWHERE]


def details_of_refusals() -> dict[Code, list[str]]:
    """What `details` carries beside `code`, gathered from every place that refuses."""
    found: dict[Code, set[str]] = defaultdict(set)
    for call in _calls("Refusal"):
        if call.args and isinstance(code := call.args[0], ast.Attribute) and code.attr in Code.__members__:
            found[Code[code.attr]] |= {keyword.arg for keyword in call.keywords if keyword.arg}
    for step in _steps():
        if isinstance(step, Refuse):
            found[step.code].add("sessionStatus")
    return {code: sorted(names) for code, names in found.items()}


def _steps() -> Iterator[To[Any] | Refuse]:
    """Every cell of the tables that can refuse."""
    for row in SESSION.values():
        yield from row.values()
    for extensions in EXTENSION.values():
        for cells in extensions.values():
            yield from cells.values()


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


@dataclass(frozen=True)
class Setting:
    """A param or a secret."""

    name: str
    is_secret: bool
    default: str


def settings() -> list[Setting]:
    """Params and secrets, in the order in which they are declared."""
    kinds = (StringParam, IntParam, BoolParam, SecretParam)
    declared = [value for value in vars(wiring).values() if isinstance(value, kinds)]
    return [
        Setting(each.name, isinstance(each, SecretParam), _default(getattr(each, "default", None))) for each in declared
    ]


def _default(value: object) -> str:
    if value is None or value == "":
        return ""
    return json.dumps(value) if isinstance(value, bool) else str(value)


def document_fields(kind: type[Any]) -> dict[str, str]:
    """The fields of a collection's documents with their types, as Firestore and its SDKs call them."""
    hints = get_type_hints(kind)
    own = {_camel(f.name): _type_name(hints[f.name]) for f in fields(kind) if f.name != "id"}
    stored = set(to_doc(_example(kind)))
    added = {"rev": "int", "participants": "string[]", "metadata": "map"}
    return {name: typed for name, typed in own.items() if name in stored} | {
        name: typed for name, typed in added.items() if name in stored
    }


def message_fields() -> dict[str, str]:
    """The fields of a message, which the security rules name, with their types."""
    (named,) = re.findall(r"message\.keys\(\)\.toSet\(\) == \[([^\]]+)\]", RULES.read_text())
    return {name: "timestamp" if name.endswith("At") else "string" for name in re.findall(r"'(\w+)'", named)}


def indexes() -> list[str]:
    """The composite indexes: the collection and its fields, such as `sessions userId createdAt`."""
    declared = json.loads(INDEXES.read_text())["indexes"]
    return [" ".join([each["collectionGroup"], *(field["fieldPath"] for field in each["fields"])]) for each in declared]


def spans() -> dict[str, timedelta]:
    """The product's lengths of time, by their names in the code."""
    named = {**vars(deadlines), "WINDOW": limits.WINDOW}
    return {name: value for name, value in named.items() if isinstance(value, timedelta)}


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def _type_name(hint: Any) -> str:
    if isinstance(hint, types.UnionType):
        return _type_name(next(part for part in get_args(hint) if part is not types.NoneType)) + "?"
    plain = {"int": "int", "bool": "bool", "datetime": "timestamp"}
    return plain.get(hint.__name__, "string")


def _example(kind: type[Any]) -> Any:
    """A record whose values don't matter: it is only asked for the names of its fields."""
    return kind(**{f.name: None for f in fields(kind) if f.init})


def events_by_handler() -> dict[str, list[str]]:
    """The Stripe events that are listened to, by what is done with them."""
    found: dict[str, list[str]] = defaultdict(list)
    for event, handler in LISTENED.items():
        found[handler.__name__.strip("_")].append(event)
    return found


def pins() -> dict[str, list[tuple[str, str]]]:
    """What is depended on directly, name and version, by where it is used."""
    package = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    return {
        "deployed": _requirements(ROOT / "functions" / "requirements.in"),
        "development": _requirements(ROOT / "requirements-dev.in") + list(package.items()),
    }


def _requirements(file: Path) -> list[tuple[str, str]]:
    return re.findall(r"^([\w-]+)==(\S+)$", file.read_text(), re.MULTILINE)
