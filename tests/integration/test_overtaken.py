"""Documents read in two batches, and changed in between (design 5): a decision on what never was so does not stand.

Each thing that a process does to an extension is overtaken, once, just before each of its reads but the first.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Final

import pytest

from payments.adapters.stripe_parse import read_event
from payments.chat import finish_hold, hold_card, start_and_end
from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import CancelReason, Hold
from payments.domain.chat.requests import HoldRequest
from payments.jobs import webhook
from payments.jobs.port import JobDeps
from tests.integration.call_recorder import Wire
from tests.integration.deployment import Deployment
from tests.integration.extending import Extended, extended
from tests.integration.promise import check_promise

WHY: Final = CancelReason.REQUESTED_BY_CUSTOMER


def _held_again(deps: JobDeps, chat: Extended) -> Any:
    """Word of the extension's authorization, in an event that nobody has dealt with."""
    kind = "payment_intent.amount_capturable_updated"
    [body] = [e for e in chat.deployment.events() if e["type"] == kind and e["data"]["object"]["id"] == chat.second.id]
    return webhook.handle(deps, read_event({**body, "id": f"evt_{chat.first.session_id}"}))


def _released(deps: JobDeps, chat: Extended) -> Any:
    intent_id = chat.second.id
    chat.deployment.sdk.v1.payment_intents.cancel(intent_id)
    [body] = chat.deployment.news(lambda e: e["type"] == "payment_intent.canceled")
    return webhook.handle(deps, read_event(body))


def _swept(chat: Extended, **after: float) -> None:
    chat.reach(**after)
    chat.deployment.sweep()


def _ask(hold: Hold) -> HoldRequest:
    return HoldRequest(user_id=hold.user_id, session_id=hold.session_id, consultant_id=None, amount=5000)


ACTS: Final[dict[str, Callable[[JobDeps, Extended], Any]]] = {
    "cancel": lambda deps, chat: finish_hold.cancel(deps.chat, chat.second.user_id, chat.second.id, WHY),
    "capture of the first": lambda deps, chat: finish_hold.capture(deps.chat, chat.first.user_id, chat.first.id),
    "capture of the second": lambda deps, chat: finish_hold.capture(deps.chat, chat.second.user_id, chat.second.id),
    "end": lambda deps, chat: start_and_end.end(deps.chat, chat.first.user_id, chat.first.session_id),
    "start": lambda deps, chat: start_and_end.start(deps.chat, chat.first.user_id, chat.first.session_id),
    "create": lambda deps, chat: hold_card.create(deps.chat, _ask(chat.first)),
    "webhook: held": _held_again,
    "webhook: canceled": _released,
}

OVERTAKERS: Final[dict[str, Callable[[Extended], Any]]] = {
    "the end": lambda chat: chat.deployment.end(chat.first),
    "the beginning": lambda chat: _swept(chat, seconds=61),
    "the end of both": lambda chat: _swept(chat, minutes=31),
    "a cancel, and another hold": lambda chat: (
        chat.deployment.cancel(chat.second),
        chat.deployment.extend(chat.first),
    ),
    "the end, the release, and another hold": lambda chat: (
        chat.deployment.end(chat.first),
        chat.deployment.sweep(),
        chat.deployment.paid(chat.first.session_id, user_id=chat.first.user_id),
    ),
}


@pytest.mark.parametrize("overtake", OVERTAKERS.values(), ids=OVERTAKERS)
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_is_overtaken_between_its_reads_decides_on_what_is_so(
    deployment: Deployment, act: Callable[[JobDeps, Extended], Any], overtake: Callable[[Extended], Any]
) -> None:
    for n in count(2):
        chat = extended(deployment, f"s{n}", payer=f"payer{n}", at_minute=0)
        if not _overtaken(chat, act, overtake, before_read=n):
            break

    deployment.control.clear_faults()
    deployment.sweep_for(2, every=0.25)
    deployment.sweep_for(80, every=20)
    check_promise(deployment)


def _overtaken(
    chat: Extended, act: Callable[[JobDeps, Extended], Any], overtake: Callable[[Extended], Any], before_read: int
) -> bool:
    """Whether the act came to its read number so-and-so. It may be refused; it must not fail."""
    left = [overtake]

    def watch(name: str) -> None:
        if name == "batch_get_documents" and wire.count(name) == before_read and left:
            _allowed(left.pop(), chat)

    wire = Wire(watcher=watch)
    _allowed(act, wire.deps(chat.deployment.deps, chat.deployment.db), chat)
    return not left


def _allowed(call: Callable[..., Any], *given: Any) -> None:
    try:
        call(*given)
    except Refusal:
        return


def test_a_start_that_is_overtaken_by_the_next_attempt_while_it_asks_stripe_is_refused(deployment: Deployment) -> None:
    """What it has read is of one hold, and the chat now waits for another: it has to read that one, too."""
    created = deployment.create("s1")
    deployment.pay(created)
    left = [lambda: (deployment.cancel(created.hold), deployment.create("s1"))]

    def overtake(name: str) -> None:
        if wire.count("retrieve") and name == "commit" and left:
            left.pop()()

    wire = Wire(watcher=overtake)

    with pytest.raises(Refusal) as refusal:
        start_and_end.start(wire.deps(deployment.deps, deployment.db).chat, created.hold.user_id, "s1")

    assert refusal.value.code is Code.NOT_PAID
    assert deployment.session("s1").attempt == 2
