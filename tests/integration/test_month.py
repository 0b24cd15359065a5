"""A month in which keys, accounts, documents and webhooks fail: at its end all is at rest, explained, and was said.

Short in `make test`; `make soak` runs it whole: 300 chats and 100 orders in 30 days.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, Final

import pytest

from payments.adapters.firestore_mapping import to_doc
from payments.core.processed_events import Outcome
from payments.domain.chat.states import HoldStatus
from stripe_emulator import StripeControl, StripeEmulator
from tests.integration.deployment import APP, Deployment
from tests.integration.forgetting import restore
from tests.integration.month import DAY, Account, Month, Script
from tests.integration.shop import open_shop, orders

IS_WHOLE: Final = os.environ.get("SOAK") == "1"
SEEDS: Final = range(int(os.environ.get("SOAK_SEEDS", "1")))
CHATS, ORDERS, DAYS = (300, 100, 30.0) if IS_WHOLE else (6, 3, 3.0)
#: The account's two modes, and another account.
KEYS: Final = {
    "test": ("sk_test_emulator", "acct_1EmulatedAccount00"),
    "live": ("sk_live_emulator", "acct_1EmulatedAccount00"),
    "other": ("sk_live_other", "acct_other"),
}
#: Days that the longest authorization leaves to wait for.
REST: Final = 40


@pytest.fixture
def month(deployment: Deployment, request: pytest.FixtureRequest) -> Iterator[Month]:
    """A deployment that begins with test keys, and three accounts that share its clock."""
    with ExitStack() as stack:
        accounts = {}
        for name, (key, account_id) in KEYS.items():
            emulator = stack.enter_context(StripeEmulator(secret_key=key, seed=request.param))
            emulator.account.settings.account_id = account_id
            accounts[name] = Account(name, emulator)
        made = Month(deployment, accounts, request.param, DAYS)
        made.use("test")
        open_shop(deployment)
        yield made


def plan(month: Month) -> None:
    """Everybody's scripts, and when what goes wrong."""
    length = month.days * DAY
    for number in range(CHATS):
        month.begin(f"payer{number}", month.payer(number), month.random.uniform(0, length))
    for number in range(ORDERS):
        month.begin(f"buyer{number}", month.buyer(number), month.random.uniform(0, length))
    month.begin("troubles", troubles(month), 0)
    month.begin("neighbour", neighbour(month), length / 10)


def troubles(month: Month) -> Script:
    """What people and operations do wrong, one after the other, with somebody whom each of them meets."""
    day = month.days / 30 * DAY
    for name, days, kinds, act in (
        ("", 2, (), lambda: None),
        ("live keys after test keys", 3, ("stripe_changed",), lambda: month.use("live")),
        ("a dead key", 2, ("stuck",), lambda: month.use("live", "sk_live_rolled_away")),
        ("", 2, (), lambda: month.use("live")),
        ("another account", 2, ("stripe_changed",), lambda: month.use("other")),
        ("the first account again", 3, ("stripe_changed",), lambda: month.use("live")),
        ("documents deleted", 2, ("unknown_payment", "differs"), lambda: delete_some(month)),
        ("a restored backup", 3, ("unknown_payment", "differs"), lambda: restore(month.deployment, month.backup)),
        ("webhooks silent", 2, ("webhooks_silent",), lambda: month.silence(is_silent=True)),
        ("", 1, (), lambda: month.silence(is_silent=False)),
        # Whoever has read the alerts puts the other account's key back, to settle what it holds.
        ("", 1, (), lambda: month.use("other")),
        ("", 1, (), lambda: month.use("live")),
    ):
        if name:
            month.trouble(name, *kinds)
        act()
        yield days * day - 25
        month.backup = month.deployment.everything()
        month.begin("somebody", month.payer(month.newcomer(), stays_away=True), 0)
        month.begin("somebody", month.payer(month.newcomer()), 0)
        yield 25


def delete_some(month: Month) -> None:
    """A hand in the console: some holds that are authorized, with their sessions."""
    holds = [hold for hold in month.deployment.holds().values() if hold.status is HoldStatus.REQUIRES_CAPTURE]
    for hold in holds[: 1 + len(holds) // 4]:
        month.deployment.db.document(f"payment_intents/{hold.id}").delete()
        month.deployment.db.document(f"sessions/{hold.session_id}").delete()
        month.used.pop(hold.id, None)


def neighbour(month: Month) -> Script:
    """Another deployment on the same Stripe account, whose events our endpoint hears too."""
    for _ in range(5):
        metadata = {"app": "the-neighbour", "sessionId": "chat1", "userId": "payer1", "consultantId": "consultant"}
        made: Any = month.accounts["live"].sdk.v1.payment_intents.create(
            {"amount": 5000, "currency": "jpy", "capture_method": "manual", "metadata": {**metadata, "attempt": "1"}}
        )
        month.accounts["live"].control.pay(made.client_secret)
        yield month.days / 6 * DAY


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("month", SEEDS, indirect=True)
def test_whatever_people_and_operations_do_in_a_month_all_comes_to_rest_and_was_said(
    month: Month, capsys: pytest.CaptureFixture[str]
) -> None:
    plan(month)

    month.run(month.began + timedelta(days=month.days))
    month.rest(REST)

    told = month.minutes_to_first_alert()
    with capsys.disabled():
        print(f"\nminutes to the first alert: {told}; alerts: {len(alerts_of(month))}")  # noqa: T201 - the soak's result
    check_rest(month)
    check_money(month)
    check_ways_on(month)
    assert [name for name, minutes in told.items() if minutes is None] == []


def alerts_of(month: Month) -> list[dict[str, Any]]:
    return [snapshot.to_dict() or {} for snapshot in month.deployment.db.collection("alerts").stream()]


def check_rest(month: Month) -> None:
    """Every hold and order on record is at rest."""
    for hold in month.deployment.holds().values():
        assert hold.due_at is None, to_doc(hold)
    for order in orders(month.deployment).values():
        assert order.due_at is None, to_doc(order)


def check_money(month: Month) -> None:
    """Every yen at Stripe is explained by a record or an alert; what was used is captured, and nothing else."""
    holds = month.deployment.holds()
    told = {alert.get("intentId") for alert in alerts_of(month)}
    payments = {s.id: s.to_dict() or {} for s in month.deployment.db.collection("stripe_payments").stream()}
    for account in month.accounts.values():
        for intent in account.intents():
            named = intent.metadata.to_dict()
            if named.get("app") != APP:
                assert intent.id not in holds
                assert intent.id not in told
                continue
            if account.name != "test" and named.get("sessionId"):
                assert intent.status != "requires_capture", intent
            if intent.status == "succeeded":
                record = (
                    holds[intent.id].amount_captured
                    if intent.id in holds
                    else payments.get(intent.id, {}).get("amount")
                )
                assert record == intent.amount_received or intent.id in told, intent
                assert not named.get("sessionId") or intent.id in month.used or intent.id in told, intent
            if intent.id in month.used and account.name != "test":
                assert intent.status == "succeeded", intent


def check_ways_on(month: Month) -> None:
    """Whoever wanted a chat has had it, or can begin to pay now."""
    assert month.unserved == set() or all(_can_pay(month, user) for user in month.unserved)


def _can_pay(month: Month, user: str) -> bool:
    return bool(month.deployment.create(user.replace("payer", "chat"), user_id=user))


def test_the_neighbours_money_is_touched_by_nobody(deployment: Deployment) -> None:
    """The month's own check of it would else prove nothing: it is asked about money that is there."""
    made: Any = deployment.sdk.v1.payment_intents.create(
        {"amount": 5000, "currency": "jpy", "capture_method": "manual", "metadata": {"app": "the-neighbour"}}
    )
    StripeControl(deployment.stripe.url).pay(made.client_secret)

    assert set(deployment.deliver()) == {Outcome.NOT_OURS, Outcome.NOT_LISTENED_TO}
    assert deployment.intent(made.id).metadata["app"] != APP
    assert (deployment.holds(), deployment.alerts()) == ({}, [])
