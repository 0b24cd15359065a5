"""The promise of the shop, kept through everything at once: each run drawn from a seed."""

from __future__ import annotations

import pytest

from payments import stripe_gateway
from payments.domain.records import AlertKind
from tests.integration.house import House
from tests.integration.shop import alerts, open_shop, order, pay_page, payments
from tests.integration.shop_chaos import ShopChaos
from tests.integration.shop_promise import check_orders

STEPS = 100


@pytest.fixture
def shop(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A gateway that asks once, so that every lost answer reaches the use case."""
    monkeypatch.setattr(stripe_gateway, "RETRIES", 0)
    house.with_deps(gateway=house.gateway())
    open_shop(house)
    return house


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_the_promise_is_kept(shop: House, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Every payment is on record, no order is paid on two pages, nothing is left open."""
    chaos = ShopChaos(shop, seed)

    for _ in range(STEPS):
        chaos.step()
    _sell_one(shop)
    chaos.settle()
    print(chaos.told)  # noqa: T201 - what led to a failure, shown only with one

    check_orders(shop)
    assert payments(shop)
    assert {alert["kind"] for alert in alerts(shop)} <= {AlertKind.DISPUTED}
    assert '"failed"' not in capsys.readouterr().err


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_at_once_the_promise_is_kept(
    shop: House, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Six things at a time, so that they meet; the seed says which, the machine in what order."""
    chaos = ShopChaos(shop, seed)
    for _ in range(3):
        chaos.buy()

    for _ in range(15):
        chaos.storm(6)
    _sell_one(shop)
    chaos.settle()
    print(chaos.told)  # noqa: T201 - what led to a failure, shown only with one

    check_orders(shop)
    assert payments(shop)
    assert {alert["kind"] for alert in alerts(shop)} <= {AlertKind.DISPUTED}
    assert '"failed"' not in capsys.readouterr().err


def _sell_one(shop: House) -> None:
    """Once Stripe is well again the shop sells, whatever has happened: no run is without a payment."""
    shop.control.clear_faults()
    pay_page(shop, order(shop, user="last buyer"))
