"""Which Stripe made a hold, and which one the key in use belongs to (inputs F1, attack 4)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from payments.core.processed_events import Outcome
from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import OutOfReach
from payments.domain.chat.states import HoldStatus, SessionStatus
from stripe_emulator import StripeControl, StripeEmulator
from tests.integration import shop
from tests.integration.deployment import Deployment


def other_stripe(key: str, account: str) -> Iterator[StripeEmulator]:
    with StripeEmulator(secret_key=key) as emulator:
        emulator.account.settings.account_id = account
        yield emulator


@pytest.fixture
def other() -> Iterator[StripeEmulator]:
    """Another account, in test mode as the first."""
    yield from other_stripe("sk_test_other", "acct_other")


@pytest.fixture
def live() -> Iterator[StripeEmulator]:
    """The account's live mode."""
    yield from other_stripe("sk_live_emulator", "acct_1EmulatedAccount00")


def asked(stripe: StripeEmulator, intent_id: str) -> list[str]:
    """What a Stripe was asked about a PaymentIntent."""
    return [r["path"] for r in StripeControl(stripe.url).requests() if intent_id in r["path"]]


def test_a_sheet_left_open_with_test_keys_hinders_nobody_once_the_keys_are_live(
    deployment: Deployment, live: StripeEmulator, capsys: pytest.CaptureFixture[str]
) -> None:
    left_open = deployment.create("s1").hold

    deployment.use(live)
    again = deployment.create("s1")

    assert (again.hold.attempt, again.hold.livemode) == (2, True)
    assert deployment.hold(left_open.id).out_of_reach is OutOfReach.OTHER_ACCOUNT
    assert asked(live, left_open.id) == []
    assert deployment.alerts() == ["stripe_changed"]
    critical = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"CRITICAL"' in line]
    assert [(line["before"], line["now"]) for line in critical] == [
        ("test acct_1EmulatedAccount00", "live acct_1EmulatedAccount00")
    ]


def test_what_test_keys_made_is_looked_at_hourly_and_alarms_nobody(
    deployment: Deployment, live: StripeEmulator
) -> None:
    deployment.started("s1")
    deployment.paid("s2", user_id="second")
    deployment.use(live)

    deployment.sweep_for(hours=24 * 36, every=8)

    assert deployment.alerts() == ["stripe_changed"]
    assert [hold.due_at for hold in deployment.holds().values()] == [None, None]


@pytest.mark.parametrize("is_confirmed", [True, False], ids=["confirmed just now", "not confirmed for an hour"])
def test_a_paid_chat_of_another_account_is_not_started_and_can_be_paid_again(
    deployment: Deployment, other: StripeEmulator, *, is_confirmed: bool
) -> None:
    hold = deployment.paid("s1")
    if not is_confirmed:
        deployment.pass_time(hours=2)
    deployment.use(other)

    with pytest.raises(Refusal) as refusal:
        deployment.start(hold)
    again = deployment.create("s1")

    assert refusal.value.code is Code.NOT_PAID
    assert again.hold.attempt == 2
    assert asked(other, hold.id) == []


def test_a_ready_chat_of_another_account_can_be_paid_again_at_once(
    deployment: Deployment, other: StripeEmulator
) -> None:
    deployment.paid("s1")
    deployment.use(other)

    assert deployment.create("s1").hold.attempt == 2


def test_when_the_key_is_back_used_holds_are_captured_and_unused_ones_released_within_the_hour(
    deployment: Deployment, other: StripeEmulator
) -> None:
    used, unused = deployment.started("s1"), deployment.paid("s2", user_id="second")
    deployment.use(other)
    deployment.create("s2", user_id="second")
    deployment.sweep_for(hours=48)

    assert asked(other, used.id) == asked(other, unused.id) == []
    assert deployment.alerts() == ["stripe_changed", "stuck", "stuck"]

    deployment.use(deployment.stripe)
    deployment.sweep_for(hours=1, every=1 / 30)

    assert deployment.hold(used.id).status is HoldStatus.CAPTURED
    assert deployment.hold(unused.id).status is HoldStatus.CANCELED
    assert deployment.intent(used.id).status == "succeeded"
    assert deployment.intent(unused.id).status == "canceled"
    assert deployment.alerts(closed=True) == ["stuck", "stuck"]
    assert deployment.session("s2").status is SessionStatus.AWAITING_PAYMENT


def test_a_chat_that_runs_when_the_account_changes_runs_on_and_is_captured_by_its_own_key(
    deployment: Deployment, other: StripeEmulator
) -> None:
    hold = deployment.started("s1")
    deployment.use(other)

    ended = deployment.end(hold)
    deployment.use(deployment.stripe)
    deployment.sweep_for(hours=1, every=1 / 6)

    assert ended.payment == "pending"
    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED


def test_a_key_of_the_same_account_that_is_rolled_changes_nothing(deployment: Deployment) -> None:
    hold = deployment.started("s1")

    with StripeEmulator(secret_key="sk_test_rolled") as same:  # the same account, as its id says
        deployment.use(same)
        deployment.identity()

    assert deployment.alerts() == []
    assert deployment.hold(hold.id).out_of_reach is None


def test_a_hold_that_its_own_account_does_not_know_rests_with_an_alert_and_frees_its_session(
    deployment: Deployment,
) -> None:
    hold = deployment.create("s1").hold
    deployment.control.reset()  # nobody can delete a PaymentIntent at Stripe; whatever the reason is, it says 404

    again = deployment.create("s1")

    assert again.hold.attempt == 2
    assert deployment.hold(hold.id).due_at is None
    assert deployment.alerts() == ["unknown_at_stripe"]


def test_a_used_hold_that_its_own_account_does_not_know_rests_with_an_alert(deployment: Deployment) -> None:
    hold = deployment.started("s1")
    deployment.control.reset()

    deployment.sweep_for(hours=2, every=1 / 6)

    assert deployment.hold(hold.id).due_at is None
    assert deployment.alerts() == ["unknown_at_stripe"]


def test_if_nobody_knows_whose_key_it_is_unknown_counts_after_a_day_in_which_it_found_others(
    deployment: Deployment,
) -> None:
    hide_account(deployment)
    hold = deployment.create("s1").hold
    deployment.control.reset()
    hide_account(deployment)
    deployment.create("s1")
    deployment.sweep_for(hours=12)

    assert deployment.hold(hold.id).due_at is not None
    assert "unknown_at_stripe" not in deployment.alerts()

    deployment.started("s2", user_id="second")
    deployment.sweep_for(hours=15)

    assert deployment.hold(hold.id).due_at is None
    assert "unknown_at_stripe" in deployment.alerts()


def hide_account(deployment: Deployment) -> None:
    """From here on the key may not read its account, as most restricted ones."""
    deployment.control.fault("refuse", "GET", "/v1/account", times=1000, status=403, code="more_permissions_required")
    deployment.db.document("settings/stripe").delete()
    deployment.use(deployment.stripe)


def test_a_refund_of_another_accounts_payment_is_answered_and_asked_again_when_its_key_is_back(
    deployment: Deployment, other: StripeEmulator
) -> None:
    hold = deployment.started("s1")
    deployment.end(hold)
    deployment.deliver()
    deployment.sdk.v1.refunds.create({"payment_intent": hold.id})
    deployment.use(other)

    outcomes = deployment.deliver(lambda event: event["type"] == "refund.created")

    assert outcomes == [Outcome.OTHER_ACCOUNT]
    assert deployment.alerts() == ["stripe_changed"]


def test_an_order_of_another_account_gets_a_new_page_and_is_not_asked_about(
    deployment: Deployment, other: StripeEmulator
) -> None:
    opened = shop.order(deployment)
    deployment.use(other)
    deployment.sweep_for(hours=2, every=1 / 6)

    again = shop.order_again(deployment, opened.order.id)

    assert again.order.attempt == 2
    assert asked(other, shop.page_id(opened)) == []
    assert deployment.alerts() == ["stripe_changed", "stuck"]


def test_two_instances_that_start_with_a_new_key_say_it_once(deployment: Deployment, other: StripeEmulator) -> None:
    deployment.identity()
    for _ in range(2):
        deployment.use(other)
        deployment.identity()

    assert deployment.alerts() == ["stripe_changed"]


def test_a_currency_that_changes_is_said_once(deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    """Attack 13: each consultant's own price would be read in the new currency."""
    deployment.identity()
    for _ in range(2):
        deployment.asked_by(deployment.gateway(), deployment.stripe.secret_key, "usd")()

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"CRITICAL"' in line]
    assert [(line["message"], line["before"], line["now"]) for line in lines] == [
        ("SESSION_CURRENCY changed: check every price", "jpy", "usd")
    ]
