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
from payments.domain.chat.notifications import Notice, NoticeKind
from payments.push.port import Delivery, Person, Push, PushDeps
from payments.push.texts import notice_text

#: At once: devices that don't answer must not use up a function's time.
WORKERS: Final = 8


def push(deps: PushDeps, notice_id: str) -> int:
    """Send the notification to every device of its person, once, however often it is asked for; how many took it.

    Devices that are gone are forgotten; any other failure is logged and passed over.
    """
    notice = _claim(deps, notice_id)
    if notice is None:
        return 0
    person = deps.people.person(notice.user_id)
    message = _push(notice, person, deps.page)
    tokens = list(dict.fromkeys(device.token for device in person.devices))
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = dict(zip(tokens, pool.map(lambda token: deps.messenger.send(token, message), tokens), strict=True))
    gone = [device.id for device in person.devices if outcomes[device.token] is Delivery.GONE]
    if gone:
        deps.people.forget(notice.user_id, gone)
    sent = sum(outcome is Delivery.SENT for outcome in outcomes.values())
    logs.write("INFO", "push", notification=notice_id, devices=len(outcomes), sent=sent, gone=len(gone))
    return sent


def _claim(deps: PushDeps, notice_id: str) -> Notice | None:
    """The notification, marked as pushed; None where it has been already, for triggers fire more than once."""
    ref = Ref(Notice, notice_id)

    def decide(docs: Docs) -> Decision[Notice | None]:
        notice = docs.get(ref)
        if notice is None or notice.pushed_at is not None:
            return Decision(None)
        pushed = replace(notice, pushed_at=deps.now())
        return Decision(pushed, (pushed,))

    return deps.store.change([ref], decide).result


def _push(notice: Notice, person: Person, page: str) -> Push:
    """`initialPageName` and `parameterData` are what FlutterFlow's own handler opens a page by."""
    title, text = notice_text(notice.kind, language_of(person.language))
    data = {
        "kind": notice.kind.value,
        "sessionId": notice.session_id,
        "initialPageName": page,
        "parameterData": json.dumps({"sessionId": notice.session_id}),
    }
    is_brief = notice.kind is NoticeKind.ENDING_SOON
    return Push(title, text, data, notice.created_at + REMINDER if is_brief else None)
