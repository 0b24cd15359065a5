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
from tests.integration.arrivals import put_back
from tests.integration.house import House, Json
from tests.integration.promise import check_promise

#: What tells how and when something was heard of, and not what is so. `authorizedAt` and `confirmedAt` come from the
#: event of the authorization alone, and nobody needs them once the hold has ended.
HEARD: Final = {"rev", "confirmedAt", "authorizedAt", "operationAttempt", "cancelReason"}


def _paid(house: House) -> Hold:
    created = house.create("s1")
    house.pay(created)
    return created.hold


def _declined_then_paid(house: House) -> Hold:
    created = house.create("s1")
    house.pay(created, card="4000000000000002")
    house.pay(created)
    return created.hold


def _captured_by_hand(house: House) -> Hold:
    hold = _paid(house)
    house.start(hold)
    house.sdk.v1.payment_intents.capture(hold.id)
    return hold


def _canceled_by_hand(house: House) -> Hold:
    hold = _paid(house)
    house.sdk.v1.payment_intents.cancel(hold.id)
    return hold


def _expired(house: House) -> Hold:
    hold = _paid(house)
    house.control.expire_authorization(hold.id)
    return hold


def _refunded(house: House) -> Hold:
    hold = _captured_by_hand(house)
    house.deliver()
    for amount in (1000, 500):
        house.sdk.v1.refunds.create({"payment_intent": hold.id, "amount": amount})
    return hold


def _disputed(house: House) -> Hold:
    hold = _captured_by_hand(house)
    house.deliver()
    charge: Any = house.intent(hold.id).latest_charge
    dispute = house.control.dispute(charge)
    house.control.close_dispute(dispute["id"], "lost")
    return hold


def _extended(house: House) -> Hold:
    house.started("s1")
    return _paid(house)


def _extension_captured_by_hand(house: House) -> Hold:
    hold = _extended(house)
    house.sdk.v1.payment_intents.capture(hold.id)
    return hold


def _extension_canceled_by_hand(house: House) -> Hold:
    hold = _extended(house)
    house.sdk.v1.payment_intents.cancel(hold.id)
    return hold


def _extended_after_the_end(house: House) -> Hold:
    hold = _extended(house)
    house.end(hold)
    house.deliver(lambda e: e["data"]["object"]["id"] != hold.id and e["type"] == "payment_intent.succeeded")
    return hold


#: Where the session and the hold are then; of the hold what went back, its dispute, and whether it extends the chat.
End = tuple[str, str, int, str | None, bool]
LIVES: Final[dict[str, tuple[Callable[[House], Hold], End]]] = {
    "paid": (_paid, ("ready", "requires_capture", 0, None, False)),
    "declined, then paid": (_declined_then_paid, ("ready", "requires_capture", 0, None, False)),
    "captured by hand": (_captured_by_hand, ("active", "captured", 0, None, False)),
    "canceled by hand": (_canceled_by_hand, ("canceled", "canceled", 0, None, False)),
    "expired": (_expired, ("canceled", "canceled", 0, None, False)),
    "refunded twice": (_refunded, ("active", "captured", 1500, None, False)),
    "disputed and lost": (_disputed, ("active", "captured", 0, "lost", False)),
    "an extension": (_extended, ("active", "requires_capture", 0, None, True)),
    "an extension captured by hand": (_extension_captured_by_hand, ("active", "captured", 0, None, True)),
    "an extension canceled by hand": (_extension_canceled_by_hand, ("active", "canceled", 0, None, False)),
    "an extension paid before the end and heard of after it": (
        _extended_after_the_end,
        ("ready", "requires_capture", 0, None, False),
    ),
}


def _end(house: House, hold: Hold) -> End:
    session, after = house.session(hold.session_id), house.hold(hold.id)
    extends = session.next_intent_id == hold.id and after.starts_at is not None
    return session.status.value, after.status.value, after.refunded_total, after.dispute_status, extends


def _documents(house: House) -> Json:
    kept = {path: doc for path, doc in house.everything().items() if path.startswith(("payment_intents", "sessions"))}
    return {path: {name: doc[name] for name in doc if name not in HEARD} for path, doc in kept.items()}


@pytest.mark.parametrize(("life", "end"), LIVES.values(), ids=LIVES)
def test_every_order_of_a_payments_events_each_twice_ends_in_the_same_documents(
    house: House, life: Callable[[House], Hold], end: End
) -> None:
    hold = life(house)
    bodies = [e for e in house.news() if e["type"] in webhook.LISTENED]
    before = house.everything()
    ends: list[Json] = []

    for order in permutations(bodies):
        put_back(house, before)
        for body in [twice for e in order for twice in (e, e)]:
            assert house.receive(body) in (Outcome.DONE, Outcome.DUPLICATE)
        for body in order:
            assert house.receive(body) is Outcome.DUPLICATE
        house.sweep()
        ends.append(_documents(house))

    assert len(ends) >= 2
    assert all(each == ends[0] for each in ends)
    assert _end(house, hold) == end


def test_a_marker_of_an_event_is_kept_for_35_days(house: House) -> None:
    """It outlives Stripe's retries (3 days) and what a person may send again (30 days)."""
    _paid(house)
    house.deliver()

    markers = [s.to_dict() or {} for s in house.db.collection("stripe_events").stream()]

    assert {m["type"] for m in markers} == {"charge.succeeded", "payment_intent.amount_capturable_updated"}
    assert {m["expireAt"] - m["at"] for m in markers} == {timedelta(days=35)}


def test_a_webhook_makes_the_document_that_a_dead_create_could_not(house: House) -> None:
    """Design 6: whoever comes first; here the person paid on a device that had the answer before the process died."""
    created = house.create("s1")
    house.pay(created)
    house.db.document(f"payment_intents/{created.hold.id}").delete()
    house.db.document("sessions/s1").update({"intentId": None, "dueAt": house.clock() + timedelta(minutes=10)})

    house.deliver()

    assert house.hold(created.hold.id).status is HoldStatus.REQUIRES_CAPTURE
    assert house.session("s1").status is SessionStatus.READY


def test_a_release_in_the_words_of_an_older_api_version_is_no_refund(house: House) -> None:
    """`charge.refunded` with `captured: false` is a hold that was let go."""
    house.control.settings(legacy_release_events=True)
    hold = house.paid()
    house.cancel(hold)
    assert "charge.refunded" in [e["type"] for e in house.events()]

    house.deliver()

    after = house.hold(hold.id)
    assert (after.status, after.refunded_total) == (HoldStatus.CANCELED, 0)
    assert house.alerts() == []
    check_promise(house)


def test_an_expiry_in_the_words_of_an_older_api_version_ends_the_session(house: House) -> None:
    house.control.settings(legacy_release_events=True)
    hold = house.paid()
    house.control.expire_authorization(hold.id)

    house.deliver()

    assert house.hold(hold.id).status is HoldStatus.CANCELED
    assert house.session(hold.session_id).status is SessionStatus.CANCELED
    check_promise(house)
