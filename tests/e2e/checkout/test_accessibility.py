"""axe finds nothing on the shop's two pages, in the states that a real order brings about; nor on Stripe's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulators.stack.workspace import ROOT
from stripe_emulator import StripeControl
from tests.e2e.checkout.cards import INVALID, NO_FUNDS, THREE_D_SECURE
from tests.e2e.checkout.records import shows_cancel
from tests.e2e.checkout.screens import Screen
from tests.e2e.checkout.shop import Ordered, Shop

AXE = Path(ROOT / "node_modules" / "axe-core" / "axe.min.js")


def violations(screen: Screen) -> list[tuple[str, list[str]]]:
    """What axe finds wrong: the rule, and the elements that break it."""
    screen.tab.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = screen.tab.evaluate("axe.run().then((results) => results.violations)")
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


@pytest.fixture(params=["light", "dark"])
def themed(screen: Screen, request: pytest.FixtureRequest) -> Screen:
    """The buyer's screen in both themes."""
    screen.tab.emulate_media(color_scheme=request.param)
    return screen


def at_success(screen: Screen, order: Ordered) -> None:
    screen.tab.goto(f"{screen.shop.stack.hosting_url}/success?order={order.id}")


def test_axe_finds_nothing_on_the_success_page(shop: Shop, themed: Screen, control: StripeControl) -> None:
    """While it waits, and when it is paid."""
    order = shop.order()
    at_success(themed, order)
    themed.shows("決済確認中…")
    waiting = violations(themed)

    control.pay_checkout(order.session_id)
    themed.webhooks_come()
    themed.shows("決済完了")

    assert (waiting, violations(themed)) == ([], [])


def test_axe_finds_nothing_on_the_cancel_page(shop: Shop, themed: Screen) -> None:
    """Not paid."""
    order = shop.order()
    themed.open(order).cancel()
    shows_cancel(themed, order)

    assert violations(themed) == []


def test_axe_finds_nothing_on_stripes_page(shop: Shop, screen: Screen) -> None:
    """Our stand-in for it: the form, a problem with a field, a decline, the challenge."""
    order = shop.order()
    found = [violations(screen.open(order))]
    screen.pay(INVALID)
    screen.error("cardNumber").wait_for()
    found.append(violations(screen))
    screen.pay(NO_FUNDS)
    screen.error().wait_for()
    found.append(violations(screen))
    screen.pay(THREE_D_SECURE)
    screen.is_challenged()
    found.append(violations(screen))

    assert found == [[], [], [], []]
