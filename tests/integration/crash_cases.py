"""Everything that a process of the product does to a hold, each with what leads to it and where it may end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from payments.adapters.stripe_parse import read_event
from payments.chat import finish_hold, hold_card, start_and_end
from payments.domain.chat.records import CancelReason, Hold
from payments.domain.chat.requests import HoldRequest
from payments.domain.chat.states import HoldStatus
from payments.jobs import webhook
from payments.jobs.port import JobDeps
from payments.stripe_model.events import Event
from tests.integration.deployment import CONSULTANT, Deployment

CAPTURED, CANCELED = HoldStatus.CAPTURED, HoldStatus.CANCELED
WHY: Final = CancelReason.REQUESTED_BY_CUSTOMER


@dataclass(frozen=True)
class Action:
    """What leads to an action, the action itself, and where its hold may end when the process died in it.

    `raised_unheard` are the alerts that are right where the process died and nobody ever repeats the action.
    """

    prepare: Callable[[Deployment, str], Any]
    act: Callable[[JobDeps, Any], Any]
    ends: frozenset[HoldStatus]
    raised_unheard: frozenset[str] = frozenset()


def unpaid(deployment: Deployment, chat: str) -> Hold:
    return deployment.create(chat, user_id=f"payer-{chat}").hold


def paid_unheard(deployment: Deployment, chat: str) -> Hold:
    created = deployment.create(chat, user_id=f"payer-{chat}")
    deployment.pay(created)
    return created.hold


def paid(deployment: Deployment, chat: str) -> Hold:
    return deployment.paid(chat, user_id=f"payer-{chat}")


def started(deployment: Deployment, chat: str) -> Hold:
    return deployment.started(chat, user_id=f"payer-{chat}")


def extended(deployment: Deployment, chat: str) -> Hold:
    """A paid extension that has not begun."""
    return deployment.extend(started(deployment, chat))


def extension_asked(deployment: Deployment, chat: str) -> Hold:
    return unpaid(deployment, started(deployment, chat).session_id)


def extension_paid_unheard(deployment: Deployment, chat: str) -> Hold:
    return paid_unheard(deployment, started(deployment, chat).session_id)


def _only(deployment: Deployment, kind: str) -> Event:
    """The newest event of a kind, delivered to nobody yet."""
    deployment.news(lambda e: e["type"] != kind)
    return read_event(deployment.news()[-1])


def _held_event(deployment: Deployment, chat: str) -> Event:
    paid_unheard(deployment, chat)
    return _only(deployment, "payment_intent.amount_capturable_updated")


def _extension_canceled_event(deployment: Deployment, chat: str) -> Event:
    deployment.sdk.v1.payment_intents.cancel(extended(deployment, chat).id)
    return _only(deployment, "payment_intent.canceled")


def _late_extension_event(deployment: Deployment, chat: str) -> Event:
    """The payment of an extension whose chat has ended before it was heard of."""
    deployment.end(extension_paid_unheard(deployment, chat))
    return _only(deployment, "payment_intent.amount_capturable_updated")


def _captured_event(deployment: Deployment, chat: str) -> Event:
    deployment.sdk.v1.payment_intents.capture(started(deployment, chat).id)
    return _only(deployment, "payment_intent.succeeded")


def _canceled_event(deployment: Deployment, chat: str) -> Event:
    deployment.sdk.v1.payment_intents.cancel(paid(deployment, chat).id)
    return _only(deployment, "payment_intent.canceled")


def _refunded_event(deployment: Deployment, chat: str) -> Event:
    hold = started(deployment, chat)
    deployment.end(hold)
    deployment.deliver()
    deployment.sdk.v1.refunds.create({"payment_intent": hold.id, "amount": 1000})
    return _only(deployment, "refund.created")


def _create(deps: JobDeps, hold: Hold) -> Any:
    return hold_card.create(
        deps.chat, HoldRequest(user_id=hold.user_id, session_id=hold.session_id, consultant_id=None, amount=5000)
    )


ACTIONS: Final = {
    "create again": Action(unpaid, _create, frozenset({CANCELED})),
    "create again, though it is paid": Action(paid_unheard, _create, frozenset({CANCELED})),
    "start": Action(
        paid, lambda d, h: start_and_end.start(d.chat, h.user_id, h.session_id), frozenset({CAPTURED, CANCELED})
    ),
    "start without a webhook": Action(
        paid_unheard, lambda d, h: start_and_end.start(d.chat, h.user_id, h.session_id), frozenset({CAPTURED, CANCELED})
    ),
    "end": Action(started, lambda d, h: start_and_end.end(d.chat, h.user_id, h.session_id), frozenset({CAPTURED})),
    "cancel": Action(paid, lambda d, h: finish_hold.cancel(d.chat, h.user_id, h.id, WHY), frozenset({CANCELED})),
    "let the person go free": Action(
        started, lambda d, h: finish_hold.cancel(d.chat, CONSULTANT, h.id, WHY), frozenset({CAPTURED, CANCELED})
    ),
    "create an extension": Action(started, _create, frozenset({CAPTURED, CANCELED})),
    "cancel an extension": Action(
        extended, lambda d, h: finish_hold.cancel(d.chat, h.user_id, h.id, WHY), frozenset({CAPTURED, CANCELED})
    ),
    "end with an extension": Action(
        extended, lambda d, h: start_and_end.end(d.chat, h.user_id, h.session_id), frozenset({CAPTURED, CANCELED})
    ),
    "webhook: extension canceled": Action(
        _extension_canceled_event, webhook.handle, frozenset({CAPTURED, CANCELED}), frozenset({"used_but_unpaid"})
    ),
    "webhook: extension held after the end": Action(
        _late_extension_event, webhook.handle, frozenset({CAPTURED, CANCELED})
    ),
    "webhook: held": Action(_held_event, webhook.handle, frozenset({CANCELED})),
    "webhook: captured": Action(_captured_event, webhook.handle, frozenset({CAPTURED})),
    "webhook: canceled": Action(_canceled_event, webhook.handle, frozenset({CANCELED})),
    "webhook: refunded": Action(_refunded_event, webhook.handle, frozenset({CAPTURED})),
}
