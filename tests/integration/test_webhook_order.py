"""Webhooks in any order, any number of times (C-06, H-18; design 8): the same documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any, Final

import pytest

from payments.core.processed_events import Outcome
from payments.domain.chat.records import Hold
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.jobs import webhook
from tests.integration.deployment import Deployment, Json
from tests.integration.event_orders import put_back
from tests.integration.promise import check_promise

#: What tells how and when something was heard of, and not what is so. `authorizedAt` and `confirmedAt` come from the
#: event of the authorization alone, and nobody needs them once the hold has ended.
HEARD: Final = {"rev", "confirmedAt", "authorizedAt", "operationAttempt", "cancelReason"}


def _paid(deployment: Deployment) -> Hold:
    created = deployment.create("s1")
    deployment.pay(created)
    return created.hold


def _captured_by_hand(deployment: Deployment) -> Hold:
    hold = _paid(deployment)
    deployment.start(hold)
    deployment.sdk.v1.payment_intents.capture(hold.id)
    return hold


def _canceled_by_hand(deployment: Deployment) -> Hold:
    hold = _paid(deployment)
    deployment.sdk.v1.payment_intents.cancel(hold.id)
    return hold


def _refunded(deployment: Deployment) -> Hold:
    hold = _captured_by_hand(deployment)
    deployment.deliver()
    deployment.sdk.v1.refunds.create({"payment_intent": hold.id, "amount": 1500})
    return hold


def _disputed(deployment: Deployment) -> Hold:
    hold = _captured_by_hand(deployment)
    deployment.deliver()
    charge: Any = deployment.intent(hold.id).latest_charge
    dispute = deployment.control.dispute(charge)
    deployment.control.close_dispute(dispute["id"], "lost")
    return hold


def _extended(deployment: Deployment) -> Hold:
    deployment.started("s1")
    return _paid(deployment)


def _extension_canceled_by_hand(deployment: Deployment) -> Hold:
    hold = _extended(deployment)
    deployment.sdk.v1.payment_intents.cancel(hold.id)
    return hold


def _extended_after_the_end(deployment: Deployment) -> Hold:
    hold = _extended(deployment)
    deployment.end(hold)
    deployment.deliver(lambda e: e["data"]["object"]["id"] != hold.id and e["type"] == "payment_intent.succeeded")
    return hold


#: Where the session and the hold are then; of the hold what went back, its dispute, and whether it extends the chat.
End = tuple[str, str, int, str | None, bool]
LIVES: Final[dict[str, tuple[Callable[[Deployment], Hold], End]]] = {
    "paid": (_paid, ("ready", "requires_capture", 0, None, False)),
    "captured by hand": (_captured_by_hand, ("active", "captured", 0, None, False)),
    "canceled by hand": (_canceled_by_hand, ("canceled", "canceled", 0, None, False)),
    "refunded": (_refunded, ("active", "captured", 1500, None, False)),
    "disputed and lost": (_disputed, ("active", "captured", 0, "lost", False)),
    "an extension": (_extended, ("active", "requires_capture", 0, None, True)),
    "an extension canceled by hand": (_extension_canceled_by_hand, ("active", "canceled", 0, None, False)),
    "an extension paid before the end and heard of after it": (
        _extended_after_the_end,
        ("ready", "requires_capture", 0, None, False),
    ),
}


def _end(deployment: Deployment, hold: Hold) -> End:
    session, after = deployment.session(hold.session_id), deployment.hold(hold.id)
    extends = session.next_intent_id == hold.id and after.starts_at is not None
    return session.status.value, after.status.value, after.refunded_total, after.dispute_status, extends


def _documents(deployment: Deployment) -> Json:
    kept = {
        path: doc for path, doc in deployment.everything().items() if path.startswith(("payment_intents", "sessions"))
    }
    return {path: {name: doc[name] for name in doc if name not in HEARD} for path, doc in kept.items()}


@pytest.mark.parametrize(("life", "end"), LIVES.values(), ids=LIVES)
def test_every_order_of_a_payments_events_each_twice_ends_in_the_same_documents(
    deployment: Deployment, life: Callable[[Deployment], Hold], end: End
) -> None:
    hold = life(deployment)
    bodies = [e for e in deployment.news() if e["type"] in webhook.LISTENED]
    before = deployment.everything()
    ends: list[Json] = []

    for order in permutations(bodies):
        put_back(deployment, before)
        for body in [twice for e in order for twice in (e, e)]:
            assert deployment.receive(body) in (Outcome.DONE, Outcome.DUPLICATE)
        for body in order:
            assert deployment.receive(body) is Outcome.DUPLICATE
        deployment.sweep()
        ends.append(_documents(deployment))

    assert len(ends) >= 2
    assert all(each == ends[0] for each in ends)
    assert _end(deployment, hold) == end


def test_a_webhook_makes_the_document_that_a_dead_create_could_not(deployment: Deployment) -> None:
    """Design 6: whoever comes first; here the person paid on a device that had the answer before the process died."""
    created = deployment.create("s1")
    deployment.pay(created)
    deployment.db.document(f"payment_intents/{created.hold.id}").delete()
    deployment.db.document("sessions/s1").update(
        {"intentId": None, "dueAt": deployment.clock() + timedelta(minutes=10)}
    )

    deployment.deliver()

    assert deployment.hold(created.hold.id).status is HoldStatus.REQUIRES_CAPTURE
    assert deployment.session("s1").status is SessionStatus.READY


def test_a_release_in_the_words_of_an_older_api_version_is_no_refund(deployment: Deployment) -> None:
    """`charge.refunded` with `captured: false` is a hold that was let go."""
    deployment.control.settings(legacy_release_events=True)
    hold = deployment.paid()
    deployment.cancel(hold)
    assert "charge.refunded" in [e["type"] for e in deployment.events()]

    deployment.deliver()

    after = deployment.hold(hold.id)
    assert (after.status, after.refunded_total) == (HoldStatus.CANCELED, 0)
    assert deployment.alerts() == []
    check_promise(deployment)
