"""Fixtures of the Checkout cases: a shop on the stack, and a browser in front of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from emulators.demo.documents import Documents
from emulators.demo.stripe_side import sdk
from emulators.stack.app_client import App
from emulators.stack.stack import Stack
from emulators.stack.workspace import ROOT
from stripe_emulator import StripeControl
from tests.e2e.checkout.screens import DESKTOP, Screen
from tests.e2e.checkout.shop import Shop

SCREENSHOTS = ROOT / "screenshots" / "checkout"


@pytest.fixture
def control(stack: Stack) -> Iterator[StripeControl]:
    """The stack's Stripe with an empty account and its clock at now; every webhook comes twice."""
    control = StripeControl(stack.stripe_url)
    control.reset()
    control.webhooks(duplicate=2)
    yield control
    control.reset()


@pytest.fixture
def shop(stack: Stack, app: App, control: StripeControl) -> Shop:
    """A shop of this test's own."""
    documents = Documents(stack.firestore, stack.project)
    name = uuid.uuid4().hex
    buyer = app.sign_up("buyer")
    shop = Shop(stack, app, documents, control, sdk(stack.stripe), f"seller-{name}", f"product-{name}", buyer)
    shop.offer(shop.product)
    return shop


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the screenshots go; not in git."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab of a Japanese buyer; its clock can be moved. No page may break its own Content-Security-Policy."""
    context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport=DESKTOP)
    tab = context.new_page()
    tab.clock.install()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield tab
    context.close()
    assert wrong == []


@pytest.fixture
def screen(tab: Page, shop: Shop, pictures: Path) -> Screen:
    """The buyer's screen."""
    return Screen(tab, shop, pictures)
