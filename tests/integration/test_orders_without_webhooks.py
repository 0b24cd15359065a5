"""The promise of the shop where no webhook ever comes: what a page has taken is on record by asking Stripe alone.

`test_random_orders` lets every webhook come in the end, which would put right whatever the sweep has forgotten to ask.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import pytest

from payments.domain.shop.orders import OrderStatus
from payments.shop.check_out import Opened
from stripe_emulator.client import ControlError
from tests.integration.deployment import Deployment
from tests.integration.random_orders import ShopChaos
from tests.integration.shop import DECLINED, open_shop, order, order_again, orders, page_id, pay_page, payments
from tests.integration.shop_promise import check_orders

STEPS = 100
#: No bank takes anything back: of that only webhooks tell.
CARDS: Final = ("4242424242424242", "4242424242424242", DECLINED)


class Unheard(ShopChaos):
    """Nobody hears of anything; and a page can be paid only by somebody who was given its address."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.given: dict[str, str] = {}
        self.done: set[str] = set()
        self.may_do({
            self.buy: 2, self.buy_in_vain: 3, self.again: 6, self.pay: 6, self.at_store: 1, self.store: 2, self.wait: 8,
            self.wait_long: 1, self.sweep: 8, self.break_stripe: 2,
        })  # fmt: skip

    def settle(self) -> None:
        """Stripe is well again, and time passes until nothing waits for it."""
        self.deployment.control.clear_faults()
        self.deployment.sweep_for(2, every=0.5)
        self.deployment.sweep_for(100, every=20)
        self.deployment.sweep_for(40 * 24, every=24)

    def buy(self) -> None:
        self._shown(order(self.deployment, user=f"buyer{self.random.randrange(50)}"))

    def _shown(self, opened: Opened) -> None:
        self.given.pop(opened.order.id, None)
        self.given[opened.order.id] = page_id(opened)

    def buy_in_vain(self) -> None:
        """Stripe has made the page, and its answer is lost."""
        self.deployment.control.fault("drop_after", "POST", "/v1/checkout/sessions")
        self.buy()

    def again(self) -> None:
        """Whoever has not paid tries once more, also where the last answer was lost."""
        unpaid = [each for each in orders(self.deployment).values() if each.id not in self.done]
        newest = sorted(
            (each for each in unpaid if each.status is OrderStatus.PENDING), key=lambda each: each.created_at
        )
        if newest:
            tried = self.random.choice(newest[-2:])
            self._shown(order_again(self.deployment, tried.id, user=tried.user_id))

    def pay(self) -> None:
        self._pay(card=self.random.choice(CARDS))

    def _pay(self, **how: Any) -> None:
        """On a page that somebody was shown a moment ago."""
        if self.given:
            name = self.random.choice(list(self.given)[-2:])
            with suppress(ControlError):
                if pay_page(self.deployment, self.given[name], **how)["status"] == "complete":
                    self.done.add(name)


@pytest.mark.parametrize("seed", range(2))
def test_nothing_paid_for_is_lost_though_no_webhook_ever_comes(
    deployment: Deployment, asks_once: None, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """TC-008, without its success page: whoever has paid has a paid order in the end, and nothing is left open."""
    open_shop(deployment)
    chaos = Unheard(deployment, seed)

    for _ in range(STEPS):
        chaos.step()
    deployment.control.clear_faults()
    pay_page(deployment, order(deployment, user="last buyer"))
    chaos.settle()
    print(chaos.told)  # noqa: T201 - what led to a failure, shown only with one

    check_orders(deployment)
    assert payments(deployment)
    assert deployment.alerts() == []
    assert '"failed"' not in capsys.readouterr().err
