"""What the server takes and answers, read from its code."""

from __future__ import annotations

import functools
import inspect
import re
from typing import Any

from docs.generator import product
from emulators.stack.firestore_engine import RULES
from payments.adapters.firestore_mapping import COLLECTIONS, to_doc
from payments.chat import start_and_end
from payments.core.refusals import DETAILS, Code
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.endpoints.callables import CALLABLES

from .stored_sessions import SESSIONS


def for_dart() -> dict[str, Any]:
    """What the scenarios hold the kit against: callables, codes, chats as they are stored, what may be written."""
    endpoints = product.deployed()
    return {
        "regions": sorted({region for name in CALLABLES for region in endpoints[name].region}),
        "callables": {
            name: {
                "fields": sorted(each.fields),
                "required": sorted(field for field, spec in each.fields.items() if spec.is_required),
                "answer": sorted(each.answer),
            }
            for name, each in CALLABLES.items()
        },
        "codes": sorted(code.value for code in Code),
        "details": sorted(frozenset().union(*DETAILS.values())),
        "values": {
            "status": sorted({*SessionStatus, *HoldStatus}),
            "sessionStatus": sorted(SessionStatus),
            "payment": sorted(_payments()),
        },
        "sessions": {name: to_doc(session) for name, session in SESSIONS.items()},
        "writable": {
            "sessions/messages add": sorted(product.message_fields()),
            "notifications update": re.findall(r"hasOnly\(\['(\w+)'\]\)", RULES.read_text()),
        },
    }


def _payments() -> set[str]:
    """Where a payment can stand after a chat's end: the words in the code, and a hold's last statuses."""
    words = re.findall(r'"(\w+)"', inspect.getsource(start_and_end))
    return {*words, HoldStatus.CAPTURED, HoldStatus.CANCELED}


@functools.cache
def fields_of(collection: str) -> frozenset[str]:
    """The fields of a collection's documents, and of the maps in them."""
    kinds = {name: kind for kind, name in COLLECTIONS.items()}
    names = product.document_fields(kinds[collection])
    return frozenset(part for name in names for part in re.findall(r"\w+", name))
