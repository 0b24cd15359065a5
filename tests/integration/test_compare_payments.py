"""Every PaymentIntent of the last days, compared with the records: money that nobody would look for (design 8)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import count

import pytest

from payments.core.processed_events import Outcome
from payments.core.refusals import Code
from payments.domain.chat.records import CancelReason
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.domain.shop.orders import OrderStatus
from payments.jobs import compare, reconcile
from payments.stripe_model.answers import Done
from payments.stripe_model.snapshots import CheckoutSession
from tests.integration.call_recorder import Wire
from tests.integration.deployment import GOOD_CARD, Deployment
from tests.integration.forgetting import forget, forget_chats, forget_orders, restore
from tests.integration.payments_made import captured
from tests.integration.promise import check_promise
from tests.integration.refused import refused
from tests.integration.round_trips import dies
from tests.integration.shop import order, paid, paid_unheard, payments, the_order
from tests.integration.shop_promise import check_orders

CHANGED, TOLD, FAILED = "changed", "told", "failed"


def a_day_later(deployment: Deployment) -> Counter[str]:
    """The next day's look, and the sweeps after it; no webhook comes."""
    deployment.pass_time(hours=24)
    done = compare.run(deployment.deps)
    deployment.sweep()
    return done


# --- what lost webhooks have left


def test_a_chat_whose_webhooks_were_all_lost_opens(deployment: Deployment) -> None:
    deployment.pay(deployment.create("s1"))

    done = compare.run(deployment.deps)

    assert done == {CHANGED: 1}
    assert deployment.session("s1").status is SessionStatus.READY


def test_a_hold_that_never_came_on_record_opens_its_chat(deployment: Deployment) -> None:
    """Its call died after Stripe's answer, and no webhook came."""
    created = deployment.create("s1")
    forget(deployment, "payment_intents")
    deployment.db.document("sessions/s1").update({"intentId": None})
    deployment.pay(created)
    deployment.pass_time(hours=2)

    done = compare.run(deployment.deps)

    assert done == {CHANGED: 1}
    assert deployment.session("s1").status is SessionStatus.READY
    assert deployment.alerts() == []


def test_an_order_whose_webhooks_were_all_lost_is_paid(deployment: Deployment) -> None:
    name = paid_unheard(deployment)
    deployment.pass_time(hours=2)

    done = compare.run(deployment.deps)

    assert done == {CHANGED: 1}
    assert the_order(deployment, name).status is OrderStatus.PAID
    check_orders(deployment)


def test_where_every_webhook_came_nothing_is_read_again(deployment: Deployment) -> None:
    captured(deployment)
    paid(deployment)
    deployment.pass_time(hours=2)
    before = deployment.everything()
    deployment.control.clear_requests()

    done = compare.run(deployment.deps)

    assert done == {}
    assert [r["path"] for r in deployment.control.requests()] == ["/v1/payment_intents"]
    after = deployment.everything()
    assert {path: after[path] for path in before} == before


# --- documents that are gone


def test_both_documents_deleted_while_money_is_held_and_the_hold_ends_within_a_day(deployment: Deployment) -> None:
    """No event comes any more: without this the card stays blocked for up to thirty days."""
    hold = deployment.paid("s1")
    forget_chats(deployment)

    done = a_day_later(deployment)

    assert done == {CHANGED: 1}
    assert deployment.intent(hold.id).status == "canceled"
    assert deployment.hold(hold.id).cancel_reason is CancelReason.SUPERSEDED
    assert deployment.alerts_by_intent() == {hold.id: {"unknown_payment"}}
    assert a_day_later(deployment) == {}


def test_the_document_of_a_hold_in_use_is_deleted_and_it_is_captured_all_the_same(deployment: Deployment) -> None:
    """The session names it: what was given is paid for, and the chat goes on to its end."""
    hold = deployment.started("s1")
    forget(deployment, "payment_intents")
    deployment.pass_time(hours=2)

    compare.run(deployment.deps)
    deployment.sweep_for(1, every=0.1)

    assert deployment.intent(hold.id).status == "succeeded"
    assert deployment.session("s1").status is SessionStatus.ENDED
    assert deployment.alerts() == []
    deployment.deliver()
    check_promise(deployment)


def test_what_nobody_has_paid_yet_is_canceled_without_a_word(deployment: Deployment) -> None:
    """Its sheet may still be open on a phone."""
    created = deployment.create("s1")
    forget_chats(deployment)

    a_day_later(deployment)

    assert deployment.intent(created.hold.id).status == "canceled"
    assert deployment.alerts() == []


@pytest.mark.parametrize("minutes", [0, 58])
def test_what_is_younger_than_an_hour_is_left_alone(deployment: Deployment, minutes: int) -> None:
    """Its record may be on its way."""
    deployment.paid("s1")
    forget_chats(deployment)
    deployment.pass_time(minutes=minutes)

    assert compare.run(deployment.deps) == {}
    assert deployment.holds() == {}


def test_money_captured_for_a_chat_or_an_order_that_is_gone_is_said_once(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    hold, bought = captured(deployment), paid(deployment)
    forget_chats(deployment)
    forget_orders(deployment)

    first, second = a_day_later(deployment), a_day_later(deployment)

    assert first == {TOLD: 2}
    assert second == {"nothing": 2}
    assert deployment.alerts_by_intent() == {hold.id: {"unknown_payment"}, bought.stripe_sid: {"unknown_payment"}}
    assert capsys.readouterr().err.count('"message": "alert"') == 2
    assert (deployment.holds(), payments(deployment)) == ({}, {})


def test_a_restored_backup_comes_right_again_and_nobody_is_charged_twice(deployment: Deployment) -> None:
    """A day old: one chat was held, one running, one not paid, one order open. Since then all of it has gone on."""
    held, running = deployment.paid("held"), deployment.started("running")
    unpaid, bought = deployment.create("unpaid"), order(deployment)
    backup = deployment.everything()
    deployment.start(held)
    for hold in (held, running):
        deployment.end(hold)
    deployment.pay(unpaid)
    deployment.control.pay_checkout(bought.order.checkout_session_id or "", card=GOOD_CARD)
    late = deployment.paid("late", user_id="payer-late")
    deployment.deliver()
    restore(deployment, backup)

    a_day_later(deployment)
    deployment.sweep_for(80)

    statuses = {hold.id: deployment.hold(hold.id).status for hold in (held, running, unpaid.hold, late)}
    assert statuses == {
        held.id: HoldStatus.CAPTURED,
        running.id: HoldStatus.CAPTURED,
        unpaid.hold.id: HoldStatus.CANCELED,
        late.id: HoldStatus.CANCELED,
    }
    assert the_order(deployment, bought.order.id).status is OrderStatus.PAID
    assert deployment.alerts_by_intent() == {held.id: {"captured_unused"}, late.id: {"unknown_payment"}}
    captures = [r["path"] for r in deployment.asked("/capture", effect=True)]
    assert len(captures) == len(set(captures)) == 2
    check_orders(deployment)


# --- what no table allows


def test_a_hold_let_go_on_record_that_stripe_still_holds_is_canceled(deployment: Deployment) -> None:
    hold = deployment.paid("s1")
    deployment.db.document(f"payment_intents/{hold.id}").update({"status": "canceled", "dueAt": None})

    a_day_later(deployment)

    assert deployment.intent(hold.id).status == "canceled"
    assert deployment.hold(hold.id).due_at is None


def test_a_hold_captured_on_record_that_stripe_still_holds_is_said_once(deployment: Deployment) -> None:
    hold = deployment.paid("s1")
    deployment.db.document(f"payment_intents/{hold.id}").update({"status": "captured", "dueAt": None})

    done, again = a_day_later(deployment), a_day_later(deployment)

    assert (done, again) == ({TOLD: 1}, {"nothing": 1})
    assert deployment.alerts_by_intent() == {hold.id: {"differs"}}
    assert deployment.intent(hold.id).status == "requires_capture"


def test_another_amount_on_record_than_stripe_captured_is_said(deployment: Deployment) -> None:
    hold, bought = captured(deployment), paid(deployment)
    deployment.db.document(f"payment_intents/{hold.id}").update({"amountCaptured": 4000})
    deployment.db.document(f"stripe_payments/{bought.stripe_sid}").update({"amount": 4000})

    done = a_day_later(deployment)

    assert done == {TOLD: 2}
    assert deployment.alerts_by_intent() == {hold.id: {"differs"}, bought.stripe_sid: {"differs"}}


def test_a_contradiction_is_told_by_its_own_name_and_once(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    hold = captured(deployment)
    deployment.db.document(f"payment_intents/{hold.id}").update({"status": "canceled"})

    a_day_later(deployment)
    a_day_later(deployment)

    assert deployment.alerts_by_intent() == {hold.id: {"contradiction"}}
    assert capsys.readouterr().err.count('"message": "alert"') == 1


# --- another deployment on the same account


def test_another_deployment_on_the_account_is_not_touched(deployment: Deployment) -> None:
    """Staging and production share an account, and their ids are the same."""
    ours, bought = deployment.create("s1"), order(deployment)
    staging = deployment.gateway(app="staging")
    deployment.pass_time(seconds=2)
    theirs = staging.create(replace(deployment.session("s1").current, requested_at=deployment.clock()))
    page = staging.create_checkout_session(replace(bought.order, requested_at=deployment.clock()))
    assert isinstance(theirs, Done)
    assert isinstance(page, CheckoutSession)
    deployment.control.pay(theirs.snapshot.client_secret or "", card=GOOD_CARD)
    intent = deployment.control.pay_checkout(page.id, card=GOOD_CARD)["payment_intent"]
    deployment.sdk.v1.refunds.create({"payment_intent": intent, "amount": 100})
    before = deployment.everything()

    outcomes = deployment.deliver()
    done = a_day_later(deployment)
    reconcile.run(deployment.deps)

    assert set(outcomes) == {Outcome.NOT_OURS, Outcome.NOT_LISTENED_TO}
    assert done == {}
    assert deployment.alerts() == []
    assert {path for path in deployment.everything() if "looks" not in path} == set(before)
    assert deployment.intent(theirs.snapshot.id).status == "requires_capture"
    assert (deployment.session("s1").intent_id, the_order(deployment, bought.order.id).status) == (
        ours.hold.id,
        OrderStatus.PENDING,
    )


def test_holds_and_orders_on_record_stay_ours_though_the_name_has_changed(deployment: Deployment) -> None:
    hold, bought = deployment.create("s1"), order(deployment)
    deployment.with_deps(app="renamed", stripe=deployment.gateway(app="renamed"))
    deployment.pay(hold)
    deployment.control.pay_checkout(bought.order.checkout_session_id or "", card=GOOD_CARD)

    deployment.deliver()

    assert deployment.session("s1").status is SessionStatus.READY
    assert the_order(deployment, bought.order.id).status is OrderStatus.PAID
    assert deployment.alerts() == []


@pytest.mark.usefixtures("asks_once")
def test_a_repeat_under_another_name_is_a_new_attempt_at_the_next_call(deployment: Deployment) -> None:
    """The first answer was lost: Stripe refuses the key with other parameters, and nothing hangs."""
    deployment.control.fault("drop_after", "POST", "/v1/payment_intents")
    refusals = [refused(deployment.create, "s1")]
    deployment.with_deps(app="renamed", stripe=deployment.gateway(app="renamed"))

    refusals.append(refused(deployment.create, "s1"))
    deployment.pay(deployment.create("s1"))
    deployment.deliver()

    assert refusals == [Code.PAYMENT_UNAVAILABLE] * 2
    assert deployment.session("s1").status is SessionStatus.READY


def test_what_another_app_of_the_account_sells_is_not_asked_about(deployment: Deployment) -> None:
    sold = deployment.sdk.v1.payment_intents.create(
        {"amount": 900, "currency": "jpy", "metadata": {"orderId": "o1", "sessionId": "s1", "userId": "payer"}}
    )
    deployment.control.pay(sold.client_secret or "", card=GOOD_CARD)
    before = deployment.everything()

    assert a_day_later(deployment) == {}
    assert {path for path in deployment.everything() if "looks" not in path} == set(before)


# --- deaths and changes in between


def test_a_run_that_dies_is_finished_by_the_next(deployment: Deployment) -> None:
    hold, bought = deployment.paid("s1"), captured(deployment)
    forget_chats(deployment)
    deployment.pay(deployment.create("s2", user_id="payer-2"))
    deployment.pass_time(hours=2)

    deaths = next(calls for calls in count() if not dies(deployment, compare.run, calls))
    deployment.sweep()

    assert deaths > 5
    assert deployment.intent(hold.id).status == "canceled"
    assert deployment.alerts_by_intent() == {hold.id: {"unknown_payment"}, bought.id: {"unknown_payment"}}
    assert deployment.session("s2").status is SessionStatus.READY


def test_what_changes_between_the_list_and_the_commit_is_read_again(deployment: Deployment) -> None:
    """The payer cancels after the run has asked Stripe: the newer record stays."""
    deployment.pay(deployment.create("s1"))
    [hold] = deployment.holds().values()
    commits = count()

    def cancel_meanwhile(call: str) -> None:
        if call == "commit" and next(commits) == 0:
            deployment.cancel(hold)

    wire = Wire(watcher=cancel_meanwhile)

    compare.run(wire.deps(deployment.deps, deployment.db))

    assert wire.count("retrieve") == 2
    assert deployment.hold(hold.id).status is HoldStatus.CANCELED
    assert deployment.session("s1").status is SessionStatus.CANCELED
    deployment.deliver()
    check_promise(deployment)


@pytest.mark.usefixtures("asks_once")
def test_a_payment_that_stripe_can_t_be_asked_about_stops_no_other(deployment: Deployment) -> None:
    for name in ("s1", "s2"):
        deployment.pay(deployment.create(name, user_id=f"payer-{name}"))
    deployment.control.fault("server_error", "GET", "/v1/payment_intents/pi_*", times=1)

    done = compare.run(deployment.deps)

    assert done == {CHANGED: 1, "unread": 1}


def test_a_document_that_can_t_be_read_stops_no_other(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, lost = deployment.paid("s1"), deployment.create("s2", user_id="payer-2")
    deployment.pay(lost)
    deployment.db.document(f"payment_intents/{broken.id}").update({"amount": "spoiled"})

    done = compare.run(deployment.deps)

    assert done == {FAILED: 1, CHANGED: 1}
    assert deployment.session("s2").status is SessionStatus.READY
    assert "unexpected failure" in capsys.readouterr().err
