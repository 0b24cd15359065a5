"""Answers that never come, and answers that are none (issue 3, "Answer lost"; design 6).

Each operation meets each fault, with Stripe reachable again at once or not, and is then finished by the person who
repeats it, by the webhook, or by the sweep. Where it ends is the same, and the money moves once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest

from payments import holds, stripe_gateway
from payments.domain.records import Hold
from payments.domain.refusals import Code, Refusal
from payments.domain.states import HoldStatus, SessionStatus
from tests.integration.house import House
from tests.integration.promise import check_promise

#: Seconds that a late answer takes, and the (connect, read) timeouts of a gateway that does not wait for it.
LATE: Final = 0.6
HASTY: Final = (2.0, 0.25)
FAULTS: Final[dict[str, dict[str, Any]]] = {
    "the answer is lost": {"kind": "drop_after"},
    "the answer is late": {"kind": "delay_after", "seconds": LATE},
    "the request is lost": {"kind": "drop_before"},
    "done, but a 500 is stored": {"kind": "server_error_after"},
    "not done, and a 500 is stored": {"kind": "server_error"},
    "too many requests": {"kind": "rate_limit"},
    "the object is locked": {"kind": "lock_timeout"},
    "refused, and the refusal is stored": {"kind": "refuse", "status": 402, "code": "card_declined"},
    "the key is wrong": {},
}
#: After these the same idempotency key only replays a failure, so that the next create is another attempt.
STORED: Final = {"done, but a 500 is stored", "not done, and a 500 is stored", "refused, and the refusal is stored"}
DONE: Final = {"the answer is lost", "the answer is late", "done, but a 500 is stored"}

every_fault = pytest.mark.parametrize("fault", FAULTS)
every_sight = pytest.mark.parametrize("is_blind", [False, True], ids=["seen", "blind"])
every_end = pytest.mark.parametrize("finisher", ["person", "webhook", "sweep"])


@pytest.fixture(autouse=True)
def _asks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that asks once, so that every lost answer reaches the use case."""
    monkeypatch.setattr(stripe_gateway, "RETRIES", 0)


def with_fault(house: House, fault: str, path: str, call: Callable[[], Any], *, is_blind: bool = False) -> Any:
    """What the call answers while it meets the fault; None where it is refused because Stripe can't be reached."""
    with pytest.MonkeyPatch.context() as patch:
        if "seconds" in FAULTS[fault]:
            patch.setattr(stripe_gateway, "TIMEOUTS", HASTY)
        gateway = house.gateway("sk_test_wrong" if fault == "the key is wrong" else None)
    if FAULTS[fault]:
        house.control.fault(method="POST", path=path, **FAULTS[fault])
    if is_blind:
        house.control.fault("drop_before", "GET", "/v1/payment_intents/*")
    house.with_deps(gateway=gateway)
    answer = repeated(call)
    if "seconds" in FAULTS[fault]:
        await_request(house, path)
    house.control.clear_faults()
    house.with_deps(gateway=house.gateway())
    return answer


def await_request(house: House, path: str) -> None:
    """Wait until Stripe is through with a request whose answer nobody waited for: only then is it in its log."""
    while not any(r["effect"] and fnmatchcase(r["path"], path) for r in house.control.requests()):
        time.sleep(0.02)


def repeated(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Refusal as refusal:
        if refusal.code not in (Code.PAYMENT_UNAVAILABLE, Code.BUSY):
            raise
        return None


def finish(house: House, finisher: str, call: Callable[[], Any]) -> None:
    """Three rounds of what is to finish the operation, three minutes apart, so that a dead claim is taken over."""
    for _ in range(3):
        house.pass_time(minutes=3)
        if finisher == "person":
            repeated(call)
        elif finisher == "webhook":
            house.deliver()
        else:
            house.sweep()


@every_fault
@every_sight
@every_end
def test_a_capture_ends_captured_once(house: House, fault: str, finisher: str, *, is_blind: bool) -> None:
    """H-09."""
    hold = house.started()

    with_fault(house, fault, "*/capture", lambda: house.capture(hold), is_blind=is_blind)
    finish(house, finisher, lambda: house.capture(hold))

    if finisher != "webhook" or fault in DONE:
        assert house.hold(hold.id).status is HoldStatus.CAPTURED
    house.sweep_for(1, every=0.25)
    house.deliver()
    assert len(house.asked("/capture", effect=True)) == 1
    assert house.session(hold.session_id).status is SessionStatus.ENDED
    assert house.alerts() == []
    check_promise(house)


@every_fault
@every_end
def test_an_ended_chat_is_paid_for_once(house: House, fault: str, finisher: str) -> None:
    """H-10: the chat ends even where Stripe can't be reached, and the capture is made up for."""
    hold = house.started()

    ended = with_fault(house, fault, "*/capture", lambda: house.end(hold), is_blind=True)
    finish(house, finisher, lambda: house.end(hold))
    house.sweep_for(1, every=0.25)

    assert (ended.session.status, ended.payment) == (SessionStatus.ENDED, "pending")
    assert house.hold(hold.id).status is HoldStatus.CAPTURED
    assert len(house.asked("/capture", effect=True)) == 1
    check_promise(house)


@every_fault
@every_sight
@every_end
def test_a_cancel_ends_canceled_and_charges_nobody(house: House, fault: str, finisher: str, *, is_blind: bool) -> None:
    """H-11: where Stripe refused the wish for good it is over, and the hold goes at 72 hours."""
    hold = house.paid()

    with_fault(house, fault, "*/cancel", lambda: house.cancel(hold), is_blind=is_blind)
    finish(house, finisher, lambda: house.cancel(hold))

    if finisher == "person" or fault in DONE:
        assert house.hold(hold.id).status is HoldStatus.CANCELED
    house.sweep_for(80, every=20)
    house.deliver()
    assert len(house.asked("/cancel", effect=True)) == 1
    assert house.alerts() == []
    check_promise(house)


@every_fault
@pytest.mark.parametrize("finisher", ["person", "sweep"])
def test_a_create_ends_with_one_payment_intent_that_can_be_paid(house: House, fault: str, finisher: str) -> None:
    """H-03: nobody pays twice for one chat, however often the app had to ask. (An unpaid one has no webhook.)"""
    made: list[holds.Created] = []

    def create() -> None:
        made.append(house.create("s1"))

    with_fault(house, fault, "/v1/payment_intents", create)
    if finisher == "sweep":
        house.pass_time(minutes=11)
        house.sweep()
    finish(house, "person", create)

    assert len({c.client_secret for c in made}) == 1
    if finisher == "person" and fault not in STORED:
        assert len(house.intents()) == 1
    house.pay(made[-1])
    house.deliver()
    _use(house, made[-1].hold)
    assert [h.status for h in house.holds().values()] == [HoldStatus.CAPTURED]
    check_promise(house)


def _use(house: House, hold: Hold) -> None:
    house.start(hold)
    house.end(hold)


@every_fault
def test_a_release_by_the_sweep_ends_canceled_once(house: House, fault: str) -> None:
    """H-11, H-16."""
    hold = house.paid()
    house.pass_time(hours=72, minutes=1)

    with_fault(house, fault, "*/cancel", house.sweep, is_blind=True)
    house.sweep_for(1, every=0.25)

    assert len(house.asked("/cancel", effect=True)) == 1
    assert house.intent(hold.id).cancellation_reason == "abandoned"
    check_promise(house)


def test_a_repeat_that_meets_its_own_first_request_charges_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stripe answers 409 while the first request with the key still runs: that one decides."""
    hold = house.started()

    house.control.fault("delay_after", "POST", "*/capture", seconds=LATE)
    house.control.fault("drop_before", "GET", "/v1/payment_intents/*")
    monkeypatch.setattr(stripe_gateway, "TIMEOUTS", HASTY)
    house.with_deps(gateway=house.gateway())

    first = repeated(lambda: house.capture(hold))
    house.clock.ahead += timedelta(minutes=3)
    repeat = repeated(lambda: house.capture(hold))

    assert (first, repeat.status) == (None, HoldStatus.CAPTURED)
    await_request(house, "*/capture")
    house.sweep_for(1, every=0.25)
    assert 409 in [r["status"] for r in house.asked("/capture")]
    assert len(house.asked("/capture", effect=True)) == 1
    check_promise(house)


def test_a_lost_webhook_never_turns_a_paid_session_into_not_paid(house: House) -> None:
    """Design 4: START looks at Stripe before it refuses."""
    created = house.create()
    house.pay(created)

    session = house.start(created.hold)

    assert session.status is SessionStatus.ACTIVE


def test_start_refuses_for_want_of_an_answer_and_not_for_want_of_payment(house: House) -> None:
    created = house.create()
    house.pay(created)
    before = house.everything()

    house.control.fault("drop_before", "GET", "/v1/payment_intents/*")
    with pytest.raises(Refusal) as refusal:
        house.start(created.hold)

    assert refusal.value.code is Code.PAYMENT_UNAVAILABLE
    assert house.everything() == before
