"""Round trips (design 11): what each thing costs in calls to Firestore and to Stripe. Counted, not timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from payments.adapters import stripe_gateway
from payments.adapters.stripe_parse import read_event
from payments.chat import finish_hold, hold_card, redeem_ticket, start_and_end
from payments.domain.chat.records import CancelReason, Hold
from payments.domain.chat.tickets import TicketRequest
from payments.jobs import compare, reconcile, sweep, webhook
from tests.integration.deployment import CONSULTANT, PAYER, Deployment
from tests.integration.payments_made import ForChat
from tests.integration.round_trips import cost

CODE: Final = "WXYZ23456789"


def test_a_create_costs_3_and_1(deployment: Deployment) -> None:
    assert cost(deployment, lambda deps: hold_card.create(deps.chat, deployment.ask())) == (3, 1)


def test_a_capture_costs_4_and_1(deployment: Deployment) -> None:
    hold = deployment.started()

    assert cost(deployment, lambda deps: finish_hold.capture(deps.chat, PAYER, hold.id)) == (4, 1)


def test_a_cancel_costs_4_and_1(deployment: Deployment) -> None:
    hold = deployment.paid()

    assert cost(deployment, lambda deps: finish_hold.cancel(deps.chat, PAYER, hold.id, CancelReason.DUPLICATE)) == (
        4,
        1,
    )


def test_a_start_costs_3_and_0(deployment: Deployment) -> None:
    hold = deployment.paid()

    assert cost(deployment, lambda deps: start_and_end.start(deps.chat, PAYER, hold.session_id)) == (3, 0)


def test_the_end_of_a_paid_session_costs_4_and_1(deployment: Deployment) -> None:
    hold = deployment.started()

    assert cost(deployment, lambda deps: start_and_end.end(deps.chat, PAYER, hold.session_id)) == (4, 1)


def test_an_extension_costs_4_and_1_to_ask_for(deployment: Deployment) -> None:
    """One batch more than a first create: the holds that the running session names."""
    hold = deployment.started()

    assert cost(deployment, lambda deps: hold_card.create(deps.chat, deployment.ask(hold.session_id))) == (4, 1)


def test_the_end_of_an_extended_session_costs_4_and_1(deployment: Deployment) -> None:
    """Both holds are in one batch, and what is let go is the sweep's."""
    hold = deployment.started()
    deployment.extend(hold)

    assert cost(deployment, lambda deps: start_and_end.end(deps.chat, PAYER, hold.session_id)) == (4, 1)


def test_a_cancel_of_an_extension_costs_4_and_1(deployment: Deployment) -> None:
    second = deployment.extend(deployment.started())

    assert cost(deployment, lambda deps: finish_hold.cancel(deps.chat, PAYER, second.id, CancelReason.DUPLICATE)) == (
        4,
        1,
    )


def test_a_redemption_costs_2_and_0_and_a_repeat_3_and_0_at_most(deployment: Deployment) -> None:
    deployment.ticket(CODE)
    ask = TicketRequest(user_id=PAYER, session_id="s1", consultant_id=CONSULTANT, code=CODE)

    first = cost(deployment, lambda deps: redeem_ticket.redeem(deps.chat, ask))
    again = cost(deployment, lambda deps: redeem_ticket.redeem(deps.chat, ask))

    assert first == (2, 0)
    assert again <= (3, 0)


def _authorized(deployment: Deployment) -> None:
    deployment.pay(deployment.create())


def _captured(deployment: Deployment) -> None:
    deployment.sdk.v1.payment_intents.capture(deployment.started().id)


def _canceled(deployment: Deployment) -> None:
    deployment.sdk.v1.payment_intents.cancel(deployment.paid().id)


def _declined(deployment: Deployment) -> None:
    deployment.pay(deployment.create(), card="4000000000000002")


EVENTS: Final[dict[str, Callable[[Deployment], None]]] = {
    "payment_intent.amount_capturable_updated": _authorized,
    "charge.succeeded": _authorized,
    "payment_intent.succeeded": _captured,
    "payment_intent.canceled": _canceled,
    "payment_intent.payment_failed": _declined,
}


@pytest.mark.parametrize("kind", EVENTS)
def test_a_webhook_costs_2_and_0_and_at_most_that_again(deployment: Deployment, kind: str) -> None:
    EVENTS[kind](deployment)
    [body] = [e for e in deployment.events() if e["type"] == kind and e["id"] not in deployment.delivered]

    first = cost(deployment, lambda deps: webhook.handle(deps, read_event(body)))
    again = cost(deployment, lambda deps: webhook.handle(deps, read_event(body)))

    assert first == (2, 0)
    assert again <= (2, 0)


@pytest.mark.parametrize("kind", ["payment_intent.amount_capturable_updated", "charge.succeeded"])
def test_a_webhook_that_extends_a_chat_costs_2_and_0(deployment: Deployment, kind: str) -> None:
    deployment.started("s1")
    deployment.pay(deployment.create("s1"))
    [body] = deployment.news(lambda e: e["type"] == kind)

    assert cost(deployment, lambda deps: webhook.handle(deps, read_event(body))) == (2, 0)


def test_a_webhook_of_the_running_hold_costs_one_batch_more_while_there_is_an_extension(deployment: Deployment) -> None:
    """The hold that extends its chat may have begun by now."""
    hold = deployment.started("s1")
    deployment.extend(hold)
    deployment.sdk.v1.payment_intents.capture(hold.id)
    [body] = deployment.news(lambda e: e["type"] == "payment_intent.succeeded")

    assert cost(deployment, lambda deps: webhook.handle(deps, read_event(body))) == (3, 0)


def test_a_webhook_that_nobody_listens_to_costs_nothing(deployment: Deployment) -> None:
    deployment.create()
    [body] = [e for e in deployment.events() if e["type"] == "payment_intent.created"]

    assert cost(deployment, lambda deps: webhook.handle(deps, read_event(body))) == (0, 0)


def test_a_sweep_with_nothing_due_costs_a_question_a_collection_and_six_for_the_report(
    deployment: Deployment,
) -> None:
    deployment.paid()

    assert cost(deployment, sweep.run) == (9, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_a_sweep_costs_3_and_1_for_each_hold(deployment: Deployment, count: int) -> None:
    for n in range(count):
        deployment.paid(user_id=f"payer{n}")
    deployment.pass_time(hours=73)

    assert cost(deployment, sweep.run) == (9 + 3 * count, count)


def test_a_sweep_costs_one_question_more_for_each_full_page(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "PAGE", 2)
    for n in range(5):
        deployment.paid(user_id=f"payer{n}")
    deployment.pass_time(hours=73)

    assert cost(deployment, sweep.run) == (9 + 2 + 3 * 5, 5)


def test_a_sweep_begins_an_extension_with_2_and_0_and_captures_its_own_hold_with_3_and_1(
    deployment: Deployment,
) -> None:
    """The capture of the first hold reads the second, too, in a batch of its own."""
    hold = deployment.started()
    deployment.extend(hold)
    deployment.pass_time(minutes=30, seconds=1)
    captured = cost(deployment, sweep.run)
    deployment.pass_time(minutes=1)
    begun = cost(deployment, sweep.run)

    assert captured == (9 + 4, 1)
    assert begun == (9 + 2, 0)


def test_a_repeated_capture_costs_one_read_of_the_pair_and_nothing_at_stripe(deployment: Deployment) -> None:
    hold: Hold = deployment.started()
    deployment.capture(hold)

    assert cost(deployment, lambda deps: finish_hold.capture(deps.chat, PAYER, hold.id)) <= (3, 0)


def test_a_reconciliation_costs_1_and_1_for_each_page_when_no_webhook_was_lost(deployment: Deployment) -> None:
    chat = ForChat.take(deployment)
    chat.refund(1200)
    deployment.deliver()

    assert cost(deployment, reconcile.run) == (1, 1)


def test_a_look_at_what_agrees_costs_3_and_1_and_each_further_page_2_and_1(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    ForChat.take(deployment)
    deployment.create("s2", user_id="payer-2")
    one_page = cost(deployment, compare.run)
    deployment.db.document(f"looks/{compare.LOOK.id}").delete()
    monkeypatch.setattr(stripe_gateway, "INTENTS_A_PAGE", 1)

    two_pages = cost(deployment, compare.run)

    assert one_page == (3, 1)
    assert tuple(two - one for two, one in zip(two_pages, one_page, strict=True)) == (2, 1)
