"""Push a notification to a person's devices (H-06). The document is what counts: a push that is lost loses nothing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from payments.core import logs
from payments.core.language import language_of
from payments.core.store import Decision, Docs, Ref
from payments.domain.chat.deadlines import REMINDER
from payments.domain.chat.notifications import Notification, NotificationKind
from payments.push.port import Delivery, Person, Push, PushDeps
from payments.push.texts import notification_text

#: At once: devices that don't answer must not use up a function's time.
WORKERS: Final = 8


def send_push(deps: PushDeps, notification_id: str) -> int:
    """Send the notification to every device of its person, once, however often it is asked for; how many took it.

    Devices that are gone are forgotten; any other failure is logged and passed over.
    """
    notification = _claim(deps, notification_id)
    if notification is None:
        return 0
    person = deps.people.person(notification.user_id)
    message = _push(notification, person, deps.page)
    tokens = list(dict.fromkeys(device.token for device in person.devices))
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = dict(zip(tokens, pool.map(lambda token: deps.messenger.send(token, message), tokens), strict=True))
    gone = [device.id for device in person.devices if outcomes[device.token] is Delivery.GONE]
    if gone:
        deps.people.forget(notification.user_id, gone)
    sent = sum(outcome is Delivery.SENT for outcome in outcomes.values())
    logs.write("INFO", "push", notification=notification_id, devices=len(outcomes), sent=sent, gone=len(gone))
    return sent


def _claim(deps: PushDeps, notification_id: str) -> Notification | None:
    """The notification, marked as pushed; None if it was marked already, because triggers fire more than once."""
    ref = Ref(Notification, notification_id)

    def decide(docs: Docs) -> Decision[Notification | None]:
        notification = docs.get(ref)
        if notification is None or notification.pushed_at is not None:
            return Decision(None)
        pushed = replace(notification, pushed_at=deps.now())
        return Decision(pushed, (pushed,))

    return deps.store.change([ref], decide).result


def _push(notification: Notification, person: Person, page: str) -> Push:
    """`initialPageName` and `parameterData` are what FlutterFlow's own handler opens a page by."""
    title, text = notification_text(notification.kind, language_of(person.language))
    data = {
        "kind": notification.kind.value,
        "sessionId": notification.session_id,
        "initialPageName": page,
        "parameterData": json.dumps({"sessionId": notification.session_id}),
    }
    is_brief = notification.kind is NotificationKind.ENDING_SOON
    return Push(title, text, data, notification.created_at + REMINDER if is_brief else None)
