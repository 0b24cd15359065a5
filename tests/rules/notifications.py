"""Who reads a notification, and what about it may be changed: that it was read, by the server's clock."""

from tests.rules.app import SERVER_TIME, Fields, Query, equal
from tests.rules.clause import (
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

UNREAD: Fields = {
    "userId": PAYER,
    "kind": "session_ready",
    "sessionId": "s_1",
    "attempt": 1,
    "createdAt": PAST,
    "readAt": None,
    "pushedAt": None,
}
NOTIFICATIONS: dict[str, Fields] = {
    "notifications/n_unread": UNREAD,
    "notifications/n_read": UNREAD | {"readAt": PAST},
    "notifications/n_consultant": UNREAD | {"userId": CONSULTANT},
    "notifications/n_others": UNREAD | {"userId": "somebody"},
}

NOW: Fields = {"readAt": SERVER_TIME}
OTHER_VALUES: Fields = {
    "userId": STRANGER,
    "kind": "session_ended",
    "sessionId": "s_2",
    "attempt": 2,
    "createdAt": FUTURE,
    "pushedAt": PAST,
    "seen": True,
}
"""Another value of every other field, and a field that is not there."""

READS = (
    get("notifications/n_unread", ONLY_PAYER),
    get("notifications/n_consultant", ONLY_CONSULTANT),
    get("notifications/n_others", NOBODY),
    get("notifications/no_such_notification", NOBODY),
    find("the consultant's notifications", Query("notifications", equal("userId", CONSULTANT)), ONLY_CONSULTANT),
    find("all notifications", Query("notifications"), NOBODY),
    find("unread notifications", Query("notifications", equal("readAt", None)), NOBODY),
    find("the notifications of one session", Query("notifications", equal("sessionId", "s_1")), NOBODY),
    find("notifications anywhere", Query("notifications", equal("userId", PAYER), group=True), NOBODY),
)

WRITES = (
    update("notifications/n_unread", NOW, ONLY_PAYER, "mark as read"),
    update("notifications/n_read", NOW, ONLY_PAYER, "mark as read once more"),
    replace("notifications/n_unread", UNREAD | NOW, ONLY_PAYER, "mark as read, with all fields as they are"),
    update("notifications/n_consultant", NOW, ONLY_CONSULTANT, "mark the consultant's as read"),
    update("notifications/n_others", NOW, NOBODY, "mark another person's as read"),
    update("notifications/n_read", {"readAt": None}, NOBODY, "mark as unread"),
    replace(
        "notifications/n_read",
        {name: value for name, value in UNREAD.items() if name != "readAt"},
        NOBODY,
        "remove that it was read",
    ),
    *(
        update("notifications/n_unread", {"readAt": value}, NOBODY, f"mark as read {says}")
        for says, value in {"in the past": PAST, "in time to come": FUTURE, "as text": "now", "as true": True}.items()
    ),
    *(
        update("notifications/n_unread", NOW | {name: value}, NOBODY, f"mark as read and change {name}")
        for name, value in OTHER_VALUES.items()
    ),
    update("notifications/n_unread", {"pushedAt": SERVER_TIME}, NOBODY, "mark as pushed"),
    replace("notifications/n_unread", NOW, NOBODY, "mark as read and drop the rest"),
    create("notifications/n_new", UNREAD),
    delete("notifications/n_unread"),
)
