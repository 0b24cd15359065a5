"""What the server takes and answers, read from its code."""

from __future__ import annotations

import functools
import inspect
import re
from typing import Any, get_args

from docs.generator import product
from emulators.stack.firestore_engine import RULES
from payments.adapters.firestore_mapping import COLLECTIONS
from payments.chat import start_and_end
from payments.core.language import Language
from payments.core.refusals import DETAILS, Code
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.endpoints.callable_protocol import ANY_CALLABLE
from payments.endpoints.callables import CALLABLES
from payments.endpoints.texts import TEXTS

from . import stored_sessions

#: gRPC's own words, which Firestore's SDKs answer in lower case and with hyphens.
PLATFORM = frozenset({"permission-denied", "not-found", "unavailable", "deadline-exceeded"})


@functools.cache
def regions() -> frozenset[str]:
    """Where the callables are deployed, by the endpoints of main.py."""
    endpoints = product.deployed()
    return frozenset(region for name in CALLABLES for region in endpoints[name].region)


def answer(name: str) -> frozenset[str]:
    """The fields of a callable's answer."""
    return frozenset(CALLABLES[name].answer)


def details() -> frozenset[str]:
    """The fields that the details of a refusal can have."""
    return frozenset({"code"}.union(*DETAILS.values()))


@functools.cache
def fields_of(collection: str) -> frozenset[str]:
    """The fields of a collection's documents, and of the maps in them."""
    kinds = {name: kind for kind, name in COLLECTIONS.items()}
    names = product.document_fields(kinds[collection]) if collection in kinds else {}
    return frozenset(part for name in names for part in re.findall(r"\w+", name))


@functools.cache
def values_of(field: str) -> frozenset[str]:
    """The strings that a field of that name can have, whosever it is."""
    values: dict[str, frozenset[str]] = {
        "status": frozenset(SessionStatus) | frozenset(HoldStatus),
        "sessionStatus": frozenset(SessionStatus),
        "code": frozenset(code.value for code in Code) | PLATFORM,
        "payment": _payments(),
        "languageCode": frozenset(get_args(Language)),
    }
    return values.get(field, frozenset())


def _payments() -> frozenset[str]:
    """Where a payment can stand after a chat's end: the words in the code, and a hold's last statuses."""
    return frozenset(re.findall(r'"(\w+)"', inspect.getsource(start_and_end))) | {
        HoldStatus.CAPTURED,
        HoldStatus.CANCELED,
    }


def codes_of(name: str) -> frozenset[str]:
    """Every code that a callable can refuse with."""
    return frozenset(code.value for code in (*product.refusals_of(name), *ANY_CALLABLE))


@functools.cache
def rules() -> str:
    return RULES.read_text()


def collections() -> frozenset[str]:
    """The collections that an app can reach at all: those that the rules name."""
    return frozenset(re.findall(r"match /(\w+)/\{", rules()))


@functools.cache
def writable() -> dict[tuple[str, str], frozenset[str]]:
    """The fields that the rules let an app write, by collection and method."""
    return {
        ("messages", "add"): _quoted(r"message\.keys\(\)\.toSet\(\) == \[(.*?)\]"),
        ("notifications", "update"): _quoted(r"affectedKeys\(\)\.hasOnly\(\[(.*?)\]\)"),
    }


def _quoted(pattern: str) -> frozenset[str]:
    (found,) = re.findall(pattern, rules())
    return frozenset(re.findall(r"'(\w+)'", found))


def for_dart() -> dict[str, Any]:
    """What the scenarios hold the kit against: callables, codes, chats as they are stored, what may be written."""
    return {
        "regions": sorted(regions()),
        "callables": {
            name: {
                "fields": sorted(each.fields),
                "required": sorted(field for field, spec in each.fields.items() if spec.is_required),
                "answer": sorted(each.answer),
            }
            for name, each in CALLABLES.items()
        },
        "codes": sorted(code.value for code in Code),
        "sessions": stored_sessions.as_json(),
        "writable": {f"{collection} {method}": sorted(names) for (collection, method), names in writable().items()},
    }


def text_of(code: str) -> tuple[str, str]:
    """What the server tells people, Japanese and English."""
    return TEXTS[Code(code)]
