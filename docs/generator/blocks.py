"""The pages of the reference: what the code says, with the words that only a person can say."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from docs.generator import diagrams, product
from payments.adapters.firestore_mapping import COLLECTIONS
from payments.core import limits
from payments.core.alerts import AlertKind
from payments.core.refusals import DETAILS, Code
from payments.domain.chat.notifications import NotificationKind
from payments.endpoints.callable_protocol import ANY_CALLABLE
from payments.endpoints.errors import STATUS
from payments.endpoints.texts import TEXTS
from payments.push.texts import NOTIFICATION_TEXTS

Words = Mapping[str, Any]

DOCS: Final = {"en": product.ROOT / "docs", "ja": product.ROOT / "docs" / "ja"}
HTTP_STATUS: Final = {
    "invalid-argument": 400,
    "failed-precondition": 400,
    "unauthenticated": 401,
    "permission-denied": 403,
    "not-found": 404,
    "aborted": 409,
    "resource-exhausted": 429,
    "internal": 500,
    "unavailable": 503,
}


def words(language: str) -> Words:
    """What only a person can say, in one language: the texts that stand in the tables."""
    return tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text())


def pages(language: str) -> dict[Path, str]:
    """Every page of the reference in one language, as the code has it now."""
    said = words(language)
    folder = DOCS[language] / "reference"
    return {folder / f"{name}.md": _page(said, name, blocks) for name, blocks in PAGES.items()}


def _page(said: Words, name: str, blocks: Sequence[str]) -> str:
    """A page: its title, what it is about, and its blocks, each under its own words if it has any."""
    told = said["pages"][name]
    parts = [f"# {told['title']}", told["lead"]]
    for block in blocks:
        parts += [*([told[block]] if block in told else []), BLOCKS[block](said)]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _codes(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def callables(said: Words) -> str:
    """The callables: in, out, refusals."""
    rows = [
        [f"`{name}`", text, _codes(product.fields_in(name)), _codes(product.fields_out(name)), _refusals(name)]
        for name, text in said["callables"].items()
    ]
    return _table([said["heads"]["callables"], *rows])


def _refusals(name: str) -> str:
    return _codes(product.refusals_of(name))


def everywhere(said: Words) -> str:
    """What any callable may answer."""
    return f"{said['everywhere']} {_codes(ANY_CALLABLE)}"


def endpoints(said: Words) -> str:
    """What is deployed beside the callables."""
    rows = []
    for name, text in said["endpoints"].items():
        endpoint = product.deployed()[name]
        rows.append([f"`{name}`", _trigger(said, endpoint), f"{endpoint.timeoutSeconds} s", text])
    return _table([said["heads"]["endpoints"], *rows])


def _trigger(said: Words, endpoint: Any) -> str:
    if endpoint.eventTrigger:
        return str(said["created"].format(product.trigger(endpoint)))
    if endpoint.scheduleTrigger:
        return f"`{product.trigger(endpoint)}`"
    return f"HTTPS `{product.method(endpoint)}`"


def result(said: Words) -> str:
    """What a page may ask of an order, and what it is answered."""
    asked = {"in": product.result_in(), "out": product.result_out()}
    rows = [[said["kinds"][way], f"`{name}`", said["result"][name]] for way, names in asked.items() for name in names]
    return _table([said["heads"]["result"], *rows])


def errors(said: Words) -> str:
    """Every code with its platform code and status, its details, its meaning, and what an app does."""
    rows = []
    for code in Code:
        platform = STATUS[code].value
        meaning, action = said["codes"][code]
        status = f"`{platform}` ({HTTP_STATUS[platform]})"
        rows.append([f"`{code}`", status, _codes(DETAILS.get(code, ())) or "–", meaning, action])
    return _table([said["heads"]["errors"], *rows])


def texts(said: Words) -> str:
    """What a person is told for each code."""
    return _table([said["heads"]["texts"], *([f"`{code}`", *TEXTS[code]] for code in Code)])


def states(name: str) -> Callable[[Words], str]:
    """A diagram, and the whole table under it."""

    def block(said: Words) -> str:
        table = _table(diagrams.transitions(name, said["effects"]))
        return f"{diagrams.diagram(name, said['effects'])}\n\n{table}"

    return block


def extension_states(said: Words) -> str:
    """The extension's diagram, and the whole table under it."""
    effects = said["effects"]
    return f"{diagrams.extension_diagram(effects, said['over'])}\n\n{_table(diagrams.extension_transitions(effects))}"


def data(said: Words) -> str:
    """Every collection with its fields."""
    kept = {path: product.document_fields(kind) for kind, path in COLLECTIONS.items()}
    written_by_apps = {product.MESSAGES: product.message_fields()}
    return "\n\n".join(_collection(said, path, typed) for path, typed in (kept | written_by_apps).items())


def _collection(said: Words, path: str, typed: Mapping[str, str]) -> str:
    told = said["collections"][path]
    rows = [[f"`{name}`", f"`{typed[name]}`", told["fields"][name]] for name in typed]
    text = said["between_sentences"].join([told["text"], said["readers"][told["readers"]]])
    table = _table([said["heads"]["data"], *rows])
    return f"## {path}\n\n`{path}/{{{told['id']}}}`: {text}\n\n{table}"


def params(said: Words) -> str:
    """Params and secrets with default, allowed values and meaning."""
    rows = []
    for each in product.settings():
        allowed, text = said["params"][each.name]
        kind = said["kinds"]["secret" if each.is_secret else "param"]
        rows.append([f"`{each.name}`", kind, f"`{each.default}`" if each.default else "–", allowed, text])
    return _table([said["heads"]["params"], *rows])


def events(said: Words) -> str:
    """The Stripe events that are listened to."""
    rows = [[_codes(names), said["events"][handler]] for handler, names in product.events_by_handler().items()]
    return _table([said["heads"]["events"], *rows])


def cases(said: Words) -> str:
    """The cases of Stripe Checkout, each with the tests that prove it."""
    rows = [
        [name, said["cases"][name], "<br>".join(f"[{fact}]({said['to_root']}{file})" for file, fact in proofs)]
        for name, proofs in product.cases().items()
    ]
    return _table([said["heads"]["cases"], *rows])


def alerts(said: Words) -> str:
    """What each alert means and what to do."""
    return _table([said["heads"]["alerts"], *([f"`{kind}`", *said["alerts"][kind]] for kind in AlertKind)])


def notices(said: Words) -> str:
    """What people are told, when, and who."""
    rows = [
        [f"`{kind}`", when, said["told"][who], *(f"{title}<br>{text}" for title, text in NOTIFICATION_TEXTS[kind])]
        for kind, (when, who) in ((kind, said["notices"][kind]) for kind in NotificationKind)
    ]
    return _table([said["heads"]["notices"], *rows])


def indexes(said: Words) -> str:
    """The composite indexes, and the list that each is for."""
    rows = []
    for each in product.indexes():
        collection, *names = each.split()
        rows.append([f"`{collection}`", _codes(names), said["indexes"][each]])
    return _table([said["heads"]["indexes"], *rows])


def log_lines(said: Words) -> str:
    """Every line that is logged."""
    rows = [[f"`{line}`", severity, said["logs"][line]] for line, severity in product.log_lines().items()]
    return _table([said["heads"]["logs"], *rows])


def times(said: Words) -> str:
    """The deadlines, and the limit on attempts."""
    spans = product.spans()
    rows = [
        [_span(spans[name], said["units"]), text.format(attempts=limits.MOST_TRIES)]
        for name, text in said["times"].items()
    ]
    return _table([said["heads"]["times"], *rows])


def _span(span: timedelta, units: Mapping[str, str]) -> str:
    days, rest = divmod(int(span.total_seconds()), 86_400)
    hours, rest = divmod(rest, 3_600)
    parts = {"days": days, "hours": hours, "minutes": rest // 60}
    return " ".join(units[unit].format(count) for unit, count in parts.items() if count)


BLOCKS: Final[Mapping[str, Callable[[Words], str]]] = {
    "callables": callables,
    "everywhere": everywhere,
    "endpoints": endpoints,
    "result": result,
    "errors": errors,
    "texts": texts,
    "hold-states": states("hold"),
    "session-states": states("session"),
    "extension-states": extension_states,
    "data": data,
    "params": params,
    "events": events,
    "cases": cases,
    "notices": notices,
    "indexes": indexes,
    "alerts": alerts,
    "logs": log_lines,
    "times": times,
}

#: The pages, and the blocks on each.
PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "functions": ("callables", "everywhere", "endpoints", "result", "events"),
    "errors": ("errors", "texts"),
    "states": ("hold-states", "session-states", "extension-states"),
    "notifications": ("notices",),
    "data": ("data",),
    "settings": ("params",),
    "indexes": ("indexes",),
    "alerts": ("alerts",),
    "log": ("logs",),
    "deadlines": ("times",),
    "cases": ("cases",),
}
