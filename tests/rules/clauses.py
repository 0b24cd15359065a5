"""The rules as a table: what is tried on which document, and who is let through. Everybody else is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.rules.app import App, Query

Fields = dict[str, Any]

PAYER, CONSULTANT, STRANGER, SIGNED_OUT = "payer", "consultant", "stranger", "signed_out"
PEOPLE = (PAYER, CONSULTANT, STRANGER, SIGNED_OUT)
SIGNED_IN = frozenset({PAYER, CONSULTANT, STRANGER})
BOTH = frozenset({PAYER, CONSULTANT})
ONLY_PAYER = frozenset({PAYER})
ONLY_CONSULTANT = frozenset({CONSULTANT})
NOBODY: frozenset[str] = frozenset()

HOLD: Fields = {"userId": PAYER, "sessionId": "s_1", "amount": 5000, "status": "created"}
SESSION: Fields = {"userId": PAYER, "consultantId": CONSULTANT, "participants": [PAYER, CONSULTANT], "status": "ready"}
OTHERS_HOLD = HOLD | {"userId": "somebody", "sessionId": "s_2"}
OTHERS_SESSION = SESSION | {"userId": "somebody", "participants": ["somebody", "another"]}
PROFILE = {"display_name": "P"}

OPEN: dict[str, Fields] = {
    "payment_intents/pi_1": HOLD,
    "payment_intents/pi_2": OTHERS_HOLD,
    "sessions/s_1": SESSION,
    "sessions/s_2": OTHERS_SESSION,
    "consultants/consultant": {"displayName": "C", "active": True},
    "users/payer": PROFILE,
    "users/payer/fcm_tokens/t_1": {"fcm_token": "t", "device_type": "iOS"},
}
"""Documents that somebody may read."""

CLOSED: dict[str, Fields] = {
    path: {"userId": PAYER, "user_id": PAYER, "participants": [PAYER, CONSULTANT], "active": True}
    for path in (
        "stripe_events/evt_1",
        "limits/payer",
        "alerts/a_1",
        "tickets/CODE",
        "redemptions/r_1",
        "notifications/n_1",
        "orders/o_1",
        "stripe_payments/pi_1",
        "order_metadata/o_1",
        "products/p_1",
        "unheard_of/x",
        "sessions/s_1/messages/m_1",
        "payment_intents/pi_1/history/h_1",
        "consultants/consultant/notes/n_1",
        "users/payer/other/x",
    )
}
"""Documents that no rule opens, though they name the person who asks."""

SEED = OPEN | CLOSED


@dataclass(frozen=True)
class Clause:
    """One thing tried, in words and as a call, and the people for whom it works."""

    says: str
    attempt: Callable[[App], int]
    allowed: frozenset[str]


def _get(path: str, allowed: frozenset[str]) -> Clause:
    return Clause(f"get {path}", lambda app: app.get(path), allowed)


def _list(says: str, query: Query, allowed: frozenset[str]) -> Clause:
    return Clause(f"list {says}", lambda app: app.list(query), allowed)


def _create(path: str, fields: Fields, allowed: frozenset[str] = NOBODY) -> Clause:
    return Clause(f"create {path}", lambda app: app.create(path, fields), allowed)


def _update(path: str, fields: Fields, allowed: frozenset[str] = NOBODY) -> Clause:
    return Clause(f"update {path} {'+'.join(fields)}", lambda app: app.update(path, fields), allowed)


def _delete(path: str, allowed: frozenset[str] = NOBODY) -> Clause:
    return Clause(f"delete {path}", lambda app: app.delete(path), allowed)


GETS = (
    _get("payment_intents/pi_1", ONLY_PAYER),
    _get("payment_intents/pi_2", NOBODY),
    _get("payment_intents/no_such_hold", NOBODY),
    _get("sessions/s_1", BOTH),
    _get("sessions/s_2", NOBODY),
    _get("sessions/no_such_session", NOBODY),
    _get("consultants/consultant", SIGNED_IN),
    _get("users/payer", ONLY_PAYER),
    _get("users/payer/fcm_tokens/t_1", ONLY_PAYER),
    *(_get(path, NOBODY) for path in CLOSED),
)

CONTAINS = ("participants", "ARRAY_CONTAINS")

LISTS = (
    _list("the payer's holds", Query("payment_intents", "userId", value=PAYER), ONLY_PAYER),
    _list("the holds of one session", Query("payment_intents", "sessionId", value="s_1"), NOBODY),
    _list("all holds", Query("payment_intents"), NOBODY),
    _list("holds anywhere", Query("payment_intents", "userId", value=PAYER, group=True), NOBODY),
    _list("the payer's sessions", Query("sessions", *CONTAINS, PAYER), ONLY_PAYER),
    _list("the consultant's sessions", Query("sessions", *CONTAINS, CONSULTANT), ONLY_CONSULTANT),
    _list("sessions by a field that does not decide", Query("sessions", "userId", value=PAYER), NOBODY),
    _list("all sessions", Query("sessions"), NOBODY),
    _list("the consultants", Query("consultants"), SIGNED_IN),
    _list("the active consultants", Query("consultants", "active", value=True), SIGNED_IN),
    _list("the payer's push tokens", Query("fcm_tokens", parent="users/payer"), ONLY_PAYER),
    _list("all profiles", Query("users"), NOBODY),
    _list("push tokens anywhere", Query("fcm_tokens", group=True), NOBODY),
    *(
        _list(f"{name} of one's own", Query(name, "userId", value=PAYER), NOBODY)
        for name in ("notifications", "limits")
    ),
    *(
        _list(f"all {name}", Query(name), NOBODY)
        for name in ("stripe_events", "alerts", "tickets", "orders", "products")
    ),
)

FORGED_HOLD = HOLD | {"status": "requires_capture"}
FORGED_SESSION = SESSION | {"participants": [PAYER, CONSULTANT, STRANGER], "status": "active"}

WRITES = (
    _create("payment_intents/pi_new", FORGED_HOLD),
    _update("payment_intents/pi_1", {"status": "canceled"}),
    _update("payment_intents/pi_1", {"userId": STRANGER}),
    _delete("payment_intents/pi_1"),
    _create("sessions/s_new", FORGED_SESSION),
    _update("sessions/s_1", {"status": "active"}),
    _update("sessions/s_1", {"participants": [PAYER, CONSULTANT, STRANGER]}),
    _delete("sessions/s_1"),
    _create("consultants/payer", {"displayName": "P", "active": True}),
    _update("consultants/consultant", {"price": 1}),
    _delete("consultants/consultant"),
    _update("users/payer", {"display_name": "Q"}, ONLY_PAYER),
    _delete("users/payer", ONLY_PAYER),
    _create("users/payer/fcm_tokens/t_2", {"fcm_token": "u"}, ONLY_PAYER),
    _update("users/payer/fcm_tokens/t_1", {"fcm_token": "u"}, ONLY_PAYER),
    _delete("users/payer/fcm_tokens/t_1", ONLY_PAYER),
    _create("users/stranger", PROFILE, frozenset({STRANGER})),
    *(_create(f"{path}_new", {"userId": PAYER}) for path in CLOSED),
    *(_update(path, {"active": False}) for path in CLOSED),
    *(_delete(path) for path in CLOSED),
)

CLAUSES = GETS + LISTS + WRITES
