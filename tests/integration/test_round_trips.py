"""Round trips (design 11): what each thing costs in calls to Firestore and to Stripe. Counted, not timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from payments.adapters.stripe_parse import read_event
from payments.chat import finish_hold, hold_card, redeem_ticket, start_and_end
from payments.domain.chat.records import CancelReason, Hold
from payments.domain.chat.tickets import TicketRequest
from payments.jobs import reconcile, sweep, webhook
from tests.integration.house import CONSULTANT, PAYER, House
from tests.integration.taken import ForChat
from tests.integration.watched import cost

CODE: Final = "WXYZ23456789"


def test_a_create_costs_3_and_1(house: House) -> None:
    assert cost(house, lambda deps: hold_card.create(deps.chat, house.ask())) == (3, 1)


def test_a_capture_costs_4_and_1(house: House) -> None:
    hold = house.started()

    assert cost(house, lambda deps: finish_hold.capture(deps.chat, PAYER, hold.id)) == (4, 1)


def test_a_cancel_costs_4_and_1(house: House) -> None:
    hold = house.paid()

    assert cost(house, lambda deps: finish_hold.cancel(deps.chat, PAYER, hold.id, CancelReason.DUPLICATE)) == (4, 1)


def test_a_start_costs_3_and_0(house: House) -> None:
    hold = house.paid()

    assert cost(house, lambda deps: start_and_end.start(deps.chat, PAYER, hold.session_id)) == (3, 0)


def test_the_end_of_a_paid_session_costs_4_and_1(house: House) -> None:
    hold = house.started()

    assert cost(house, lambda deps: start_and_end.end(deps.chat, PAYER, hold.session_id)) == (4, 1)


def test_an_extension_costs_4_and_1_to_ask_for(house: House) -> None:
    """One batch more than a first create: the holds that the running session names."""
    hold = house.started()

    assert cost(house, lambda deps: hold_card.create(deps.chat, house.ask(hold.session_id))) == (4, 1)


def test_the_end_of_an_extended_session_costs_4_and_1(house: House) -> None:
    """Both holds are in one batch, and what is let go is the sweep's."""
    hold = house.started()
    house.extend(hold)

    assert cost(house, lambda deps: start_and_end.end(deps.chat, PAYER, hold.session_id)) == (4, 1)


def test_a_cancel_of_an_extension_costs_4_and_1(house: House) -> None:
    second = house.extend(house.started())

    assert cost(house, lambda deps: finish_hold.cancel(deps.chat, PAYER, second.id, CancelReason.DUPLICATE)) == (4, 1)


def test_a_redemption_costs_2_and_0_and_a_repeat_3_and_0_at_most(house: House) -> None:
    house.ticket(CODE)
    ask = TicketRequest(user_id=PAYER, session_id="s1", consultant_id=CONSULTANT, code=CODE)

    first = cost(house, lambda deps: redeem_ticket.redeem(deps.chat, ask))
    again = cost(house, lambda deps: redeem_ticket.redeem(deps.chat, ask))

    assert first == (2, 0)
    assert again <= (3, 0)


def _authorized(house: House) -> None:
    house.pay(house.create())


def _captured(house: House) -> None:
    house.sdk.v1.payment_intents.capture(house.started().id)


def _canceled(house: House) -> None:
    house.sdk.v1.payment_intents.cancel(house.paid().id)


def _declined(house: House) -> None:
    house.pay(house.create(), card="4000000000000002")


EVENTS: Final[dict[str, Callable[[House], None]]] = {
    "payment_intent.amount_capturable_updated": _authorized,
    "charge.succeeded": _authorized,
    "payment_intent.succeeded": _captured,
    "payment_intent.canceled": _canceled,
    "payment_intent.payment_failed": _declined,
}


@pytest.mark.parametrize("kind", EVENTS)
def test_a_webhook_costs_2_and_0_and_at_most_that_again(house: House, kind: str) -> None:
    EVENTS[kind](house)
    [body] = [e for e in house.events() if e["type"] == kind and e["id"] not in house.delivered]

    first = cost(house, lambda deps: webhook.handle(deps, read_event(body)))
    again = cost(house, lambda deps: webhook.handle(deps, read_event(body)))

    assert first == (2, 0)
    assert again <= (2, 0)


@pytest.mark.parametrize("kind", ["payment_intent.amount_capturable_updated", "charge.succeeded"])
def test_a_webhook_that_extends_a_chat_costs_2_and_0(house: House, kind: str) -> None:
    house.started("s1")
    house.pay(house.create("s1"))
    [body] = house.news(lambda e: e["type"] == kind)

    assert cost(house, lambda deps: webhook.handle(deps, read_event(body))) == (2, 0)


def test_a_webhook_of_the_running_hold_costs_one_batch_more_while_there_is_an_extension(house: House) -> None:
    """The hold that extends its chat may have begun by now."""
    hold = house.started("s1")
    house.extend(hold)
    house.sdk.v1.payment_intents.capture(hold.id)
    [body] = house.news(lambda e: e["type"] == "payment_intent.succeeded")

    assert cost(house, lambda deps: webhook.handle(deps, read_event(body))) == (3, 0)


def test_a_webhook_that_nobody_listens_to_costs_nothing(house: House) -> None:
    house.create()
    [body] = [e for e in house.events() if e["type"] == "payment_intent.created"]

    assert cost(house, lambda deps: webhook.handle(deps, read_event(body))) == (0, 0)


def test_a_sweep_with_nothing_due_costs_one_question_a_collection_and_one_more_for_the_report(house: House) -> None:
    house.paid()

    assert cost(house, sweep.run) == (6, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_a_sweep_costs_3_and_1_for_each_hold(house: House, count: int) -> None:
    for n in range(count):
        house.paid(user_id=f"payer{n}")
    house.pass_time(hours=73)

    assert cost(house, sweep.run) == (6 + 3 * count, count)


def test_a_sweep_costs_one_question_more_for_each_full_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "PAGE", 2)
    for n in range(5):
        house.paid(user_id=f"payer{n}")
    house.pass_time(hours=73)

    assert cost(house, sweep.run) == (6 + 2 + 3 * 5, 5)


def test_a_sweep_begins_an_extension_with_2_and_0_and_captures_its_own_hold_with_3_and_1(house: House) -> None:
    """The capture of the first hold reads the second, too, in a batch of its own."""
    hold = house.started()
    house.extend(hold)
    house.pass_time(minutes=30, seconds=1)
    captured = cost(house, sweep.run)
    house.pass_time(minutes=1)
    begun = cost(house, sweep.run)

    assert captured == (6 + 4, 1)
    assert begun == (6 + 2, 0)


def test_a_repeated_capture_costs_one_read_of_the_pair_and_nothing_at_stripe(house: House) -> None:
    hold: Hold = house.started()
    house.capture(hold)

    assert cost(house, lambda deps: finish_hold.capture(deps.chat, PAYER, hold.id)) <= (3, 0)


def test_a_reconciliation_costs_1_and_1_for_each_page_when_no_webhook_was_lost(house: House) -> None:
    chat = ForChat.take(house)
    chat.refund(1200)
    house.deliver()

    assert cost(house, reconcile.run) == (1, 1)
