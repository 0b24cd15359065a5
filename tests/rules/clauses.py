"""The rules as a table: what is tried on which document, and who is let through. Everybody else is refused."""

from tests.rules import messages, notifications, promised, shop
from tests.rules.app import Fields, Query, contains, equal
from tests.rules.clause import (
    BOTH,
    CONSULTANT,
    NOBODY,
    ONLY_CONSULTANT,
    ONLY_PAYER,
    PAST,
    PAYER,
    SIGNED_IN,
    STRANGER,
    create,
    delete,
    find,
    get,
    update,
)

HOLD: Fields = {"userId": PAYER, "sessionId": "s_1", "amount": 5000, "status": "created", "createdAt": PAST}
SESSION = messages.CHAT | {"status": "ready", "expiresAt": None, "createdAt": PAST}
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
        "stripe_payments/pi_1",
        "order_metadata/o_1",
        "unheard_of/x",
        "sessions/s_1/notes/n_1",
        "sessions/s_chat/messages/m_1/reactions/r_1",
        "payment_intents/pi_1/history/h_1",
        "consultants/consultant/notes/n_1",
        "orders/o_1/notes/n_1",
        "products/p_1/notes/n_1",
        "users/payer/other/x",
    )
}
"""Documents that no rule opens, though they name the person who asks."""

CLOSED_COLLECTIONS = sorted({path.split("/")[0] for path in CLOSED if path.count("/") == 1})

SEED = OPEN | CLOSED | messages.CHATS | messages.MESSAGES | notifications.NOTIFICATIONS | shop.SHOP

GETS = (
    get("payment_intents/pi_1", ONLY_PAYER),
    get("payment_intents/pi_2", NOBODY),
    get("payment_intents/no_such_hold", NOBODY),
    get("sessions/s_1", BOTH),
    get("sessions/s_2", NOBODY),
    get("sessions/no_such_session", NOBODY),
    get("consultants/consultant", SIGNED_IN),
    get("users/payer", ONLY_PAYER),
    get("users/payer/fcm_tokens/t_1", ONLY_PAYER),
    *(get(path, NOBODY) for path in CLOSED),
)

LISTS = (
    find("the holds of one session", Query("payment_intents", equal("sessionId", "s_1")), NOBODY),
    find("all holds", Query("payment_intents"), NOBODY),
    find("holds anywhere", Query("payment_intents", equal("userId", PAYER), group=True), NOBODY),
    find("the consultant's sessions", Query("sessions", contains("participants", CONSULTANT)), ONLY_CONSULTANT),
    find("sessions by a field that does not decide", Query("sessions", equal("consultantId", CONSULTANT)), NOBODY),
    find("sessions anywhere", Query("sessions", contains("participants", PAYER), group=True), NOBODY),
    find("all sessions", Query("sessions"), NOBODY),
    find("the consultants", Query("consultants"), SIGNED_IN),
    find("the payer's push tokens", Query("fcm_tokens", parent="users/payer"), ONLY_PAYER),
    find("all profiles", Query("users"), NOBODY),
    find("push tokens anywhere", Query("fcm_tokens", group=True), NOBODY),
    *(find(f"{name} of one's own", Query(name, equal("userId", PAYER)), NOBODY) for name in CLOSED_COLLECTIONS),
)

FORGED_HOLD = HOLD | {"status": "requires_capture"}
FORGED_SESSION = SESSION | {"participants": [PAYER, CONSULTANT, STRANGER], "status": "active"}

OWN_WRITES = (
    create("payment_intents/pi_new", FORGED_HOLD),
    update("payment_intents/pi_1", {"status": "canceled"}),
    update("payment_intents/pi_1", {"userId": STRANGER}),
    delete("payment_intents/pi_1"),
    create("sessions/s_new", FORGED_SESSION),
    update("sessions/s_1", {"status": "active"}),
    update("sessions/s_1", {"participants": [PAYER, CONSULTANT, STRANGER]}),
    delete("sessions/s_1"),
    create("consultants/payer", {"displayName": "P", "active": True}),
    update("consultants/consultant", {"price": 1}),
    delete("consultants/consultant"),
    update("users/payer", {"display_name": "Q"}, ONLY_PAYER),
    delete("users/payer", ONLY_PAYER),
    create("users/payer/fcm_tokens/t_2", {"fcm_token": "u"}, ONLY_PAYER),
    update("users/payer/fcm_tokens/t_1", {"fcm_token": "u"}, ONLY_PAYER),
    delete("users/payer/fcm_tokens/t_1", ONLY_PAYER),
    create("users/stranger", PROFILE, frozenset({STRANGER})),
    *(create(f"{path}_new", {"userId": PAYER}) for path in CLOSED),
    *(update(path, {"active": False}) for path in CLOSED),
    *(delete(path) for path in CLOSED),
)

READS = GETS + LISTS + promised.READS + messages.READS + notifications.READS + shop.READS
WRITES = OWN_WRITES + messages.WRITES + notifications.WRITES + shop.WRITES
CLAUSES = READS + WRITES
