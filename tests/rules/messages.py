"""Who reads and writes the messages of a chat, and when: each condition is broken alone while all others hold."""

from tests.rules.app import SERVER_TIME, Fields, Query, equal
from tests.rules.clause import (
    BOTH,
    CONSULTANT,
    FUTURE,
    NOBODY,
    ONLY_CONSULTANT,
    ONLY_PAYER,
    PAST,
    PAYER,
    STRANGER,
    create,
    delete,
    find,
    get,
    replace,
    update,
)

CHAT: Fields = {
    "userId": PAYER,
    "consultantId": CONSULTANT,
    "participants": [PAYER, CONSULTANT],
    "status": "active",
    "expiresAt": FUTURE,
}
MESSAGE: Fields = {"senderId": PAYER, "text": "こんにちは", "createdAt": SERVER_TIME}
REPLY = MESSAGE | {"senderId": CONSULTANT}
OTHERS_CHAT = CHAT | {"userId": "somebody", "participants": ["somebody", "another"]}

NOT_OPEN: dict[str, Fields] = {
    "awaiting_payment": CHAT | {"status": "awaiting_payment"},
    "ready": CHAT | {"status": "ready"},
    "ended": CHAT | {"status": "ended"},
    "canceled": CHAT | {"status": "canceled"},
    "over_but_not_swept": CHAT | {"expiresAt": PAST},
    "without_expiry": {name: value for name, value in CHAT.items() if name != "expiresAt"},
    "expiry_null": CHAT | {"expiresAt": None},
    "expiry_text": CHAT | {"expiresAt": FUTURE.isoformat()},
}
"""Sessions of the two in which nothing may be written."""

CHATS: dict[str, Fields] = {
    "sessions/s_chat": CHAT,
    "sessions/s_others": OTHERS_CHAT,
    "sessions/s_no_participants": {name: value for name, value in CHAT.items() if name != "participants"},
    **{f"sessions/s_{name}": chat for name, chat in NOT_OPEN.items()},
}
KEPT = MESSAGE | {"createdAt": PAST}
MESSAGES: dict[str, Fields] = {
    "sessions/s_chat/messages/m_1": KEPT,
    "sessions/s_others/messages/m_1": KEPT | {"senderId": "somebody"},
    "sessions/s_ended/messages/m_1": KEPT,
}

EMOJI = "\N{GRINNING FACE}"
ZERO_WIDTH = "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH NO-BREAK SPACE}"

GOOD_TEXTS = {
    "of one character": "あ",
    "of one emoji": EMOJI,
    "of several lines": "\n一行目\n二行目\n",
    "with white space around it": " \u3000はい ",
    "of 4,000 characters": "あ" * 4000,
    "of 2,000 emoji, two UTF-16 code units each": EMOJI * 2000,
    "of 3,998 characters and an emoji": "a" * 3998 + EMOJI,
}
BAD_TEXTS = {
    "empty": "",
    "of spaces": "   ",
    "of full-width spaces": "\u3000\u3000",
    "of line ends and tabs": "\r\n\t\v",
    "of zero-width characters": ZERO_WIDTH,
    "of 4,001 characters": "あ" * 4001,
    "of 2,001 emoji": EMOJI * 2001,
    "of 3,999 characters and an emoji": "a" * 3999 + EMOJI,
    "that is a number": 5000,
    "that is null": None,
    "that is a list": ["こんにちは"],
}
BAD_FIELDS: dict[str, Fields] = {
    "of a stranger": {"senderId": STRANGER},
    "of a time that the app chose": {"createdAt": PAST},
    "of a time as text": {"createdAt": PAST.isoformat()},
    "with a field more": {"readAt": PAST},
    "with a second stamp": {"editedAt": SERVER_TIME},
}

NEW = "sessions/s_chat/messages/m_new"

READS = (
    get("sessions/s_chat/messages/m_1", BOTH),
    get("sessions/s_ended/messages/m_1", BOTH),
    get("sessions/s_others/messages/m_1", NOBODY),
    get("sessions/no_such_session/messages/m_1", NOBODY),
    get("sessions/s_no_participants/messages/m_1", NOBODY),
    find("a chat that is over", Query("messages", parent="sessions/s_ended"), BOTH),
    find("a chat of others", Query("messages", parent="sessions/s_others"), NOBODY),
    find("a chat that is not there", Query("messages", parent="sessions/no_such_session"), NOBODY),
    find("messages anywhere", Query("messages", group=True), NOBODY),
    find("one's own messages anywhere", Query("messages", equal("senderId", PAYER), group=True), NOBODY),
)

CREATES = (
    create(NEW, MESSAGE, ONLY_PAYER, "send"),
    create(NEW, REPLY, ONLY_CONSULTANT, "send the reply"),
    replace(NEW, MESSAGE, ONLY_PAYER, "send without asking that the id is new"),
    *(create(NEW, MESSAGE | {"text": text}, ONLY_PAYER, f"send a text {says}") for says, text in GOOD_TEXTS.items()),
    *(create(NEW, MESSAGE | {"text": text}, NOBODY, f"send a text {says}") for says, text in BAD_TEXTS.items()),
    *(create(NEW, MESSAGE | wrong, NOBODY, f"send a message {says}") for says, wrong in BAD_FIELDS.items()),
    *(
        create(NEW, {k: v for k, v in MESSAGE.items() if k != missing}, NOBODY, f"send without {missing}")
        for missing in MESSAGE
    ),
    *(create(f"sessions/s_{name}/messages/m_new", MESSAGE, NOBODY, f"send in a chat {name}") for name in NOT_OPEN),
    *(
        create(f"sessions/{name}/messages/m_new", MESSAGE, NOBODY, f"send in {name}")
        for name in ("s_others", "no_such_session", "s_no_participants")
    ),
)

CHANGES = (
    replace("sessions/s_chat/messages/m_1", MESSAGE, NOBODY, "send over a message"),
    update("sessions/s_chat/messages/m_1", {"text": "さようなら"}),
    delete("sessions/s_chat/messages/m_1"),
)

WRITES = CREATES + CHANGES
