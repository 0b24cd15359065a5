"""What the buyer sees and does: Stripe's hosted page, and the shop's own two, in one tab of a real browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import Locator, Page, Response, ViewportSize, expect

if TYPE_CHECKING:
    from tests.e2e.checkout.shop import Ordered, Shop

DESKTOP: Final[ViewportSize] = {"width": 1280, "height": 800}
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
EXPIRY, CVC = "12 / 34", "123"
POLL_SECONDS = 3
RESULT = "/api/checkout/result"
BUYER: Final = {"email": "taro@example.com", "billingName": "山田 太郎", "billingPostalCode": "12345"}
LISTEN = """
const send = window.fetch;
window.fetch = (address, options) => {
  if (String(address).startsWith("/api/")) window.resultAsked(Date.now(), String(address));
  return send(address, options);
};
"""
"""Runs before the page's own scripts: tells when, by the tab's own clock, the page asks for the result."""


def is_result(response: Response) -> bool:
    """Whether it answers the shop's page that has asked for the result."""
    return RESULT in response.url


@dataclass
class Screen:
    """A tab. Screenshots of what it shows go into `folder`, on a desktop and at a phone's width."""

    tab: Page
    shop: Shop
    folder: Path
    _asked: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tab.expose_function("resultAsked", lambda at, address: self._asked.append((at, address)))
        self.tab.add_init_script(LISTEN)

    @property
    def asked(self) -> list[tuple[float, bool]]:
        """When the shop's page has asked for the result, in seconds since it did so first; whether to ask Stripe."""
        first = self._asked[0][0]
        return [((at - first) / 1000, "confirm=1" in address) for at, address in self._asked]

    def open(self, order: Ordered) -> Screen:
        """Stripe's page of the order."""
        self.tab.goto(order.url)
        return self

    def type(self, card: str, expiry: str = EXPIRY, cvc: str = CVC) -> None:
        """Fill in the whole form of Stripe's page."""
        self._who()
        for name, value in {"cardNumber": card, "cardExpiry": expiry, "cardCvc": cvc}.items():
            self.tab.locator(f"#{name}").fill(value)

    def _who(self) -> None:
        for name, value in BUYER.items():
            self.tab.locator(f"#{name}").fill(value)

    def pay(self, card: str, expiry: str = EXPIRY, cvc: str = CVC) -> None:
        """Fill in the form and send it."""
        self.type(card, expiry, cvc)
        self.tab.locator("#submit").click()

    def pay_at_konbini(self) -> None:
        """Choose the convenience store and send the form."""
        self.tab.locator("#payment-method-konbini").check()
        self._who()
        self.keep("stripe-konbini")
        self.tab.locator("#submit").click()

    def is_challenged(self) -> None:
        """The issuer's 3-D Secure page is shown."""
        expect(self.tab.locator("#challenge")).to_be_visible()

    def authenticate(self, *, succeed: bool) -> None:
        """Answer the issuer's 3-D Secure page."""
        self.tab.locator("#test-source-authorize-3ds" if succeed else "#test-source-fail-3ds").click()

    def cancel(self) -> None:
        """The link back to the shop on Stripe's page."""
        self.tab.locator("#cancel").click()

    def try_again(self) -> None:
        """The button of the shop's cancel page."""
        self.tab.get_by_role("button", name="もう一度試す").click()

    def error(self, name: str = "payment") -> Locator:
        """The message on Stripe's page about the payment, or about a field."""
        return self.tab.locator(f"#{name}-error")

    def says(self, text: str) -> None:
        """Stripe's page says why the payment has failed."""
        expect(self.error()).to_contain_text(text)

    def shows(self, *texts: str) -> None:
        """Each text can be seen on the page."""
        for text in texts:
            expect(self.tab.get_by_text(text).first).to_be_visible()

    def shows_amount(self, yen: int) -> None:
        """The amount, with either of the two yen signs that browsers use."""
        expect(self.tab.get_by_text(re.compile(f"[¥\uffe5]{yen:,}")).first).to_be_visible()

    def is_at_success(self, order: Ordered) -> None:
        """C-01."""
        expect(self.tab).to_have_url(f"{self.shop.stack.hosting_url}/success?order={order.id}")

    def is_at_cancel(self, order: Ordered) -> None:
        """C-01."""
        expect(self.tab).to_have_url(f"{self.shop.stack.hosting_url}/cancel?s={self.shop.seller}&order={order.id}")

    def is_on_stripes_page(self, order: Ordered) -> None:
        """Nothing has led back to the shop."""
        assert self.tab.url.startswith(order.url), self.tab.url

    def offers_both(self) -> None:
        """Stripe's page can be sent again, and left for the shop."""
        expect(self.tab.locator("#submit")).to_be_enabled()
        expect(self.tab.locator("#cancel")).to_be_visible()

    def webhooks_come(self) -> None:
        """Every webhook is delivered; then, by the tab's own clock, the page asks again."""
        self.shop.webhooks_delivered()
        self.tab.clock.run_for(POLL_SECONDS * 1000)

    def stop_clock(self) -> None:
        """From here on the tab's time stands still, whatever it takes; only `seconds_pass` moves it."""
        self.tab.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))

    def seconds_pass(self, seconds: int) -> None:
        """Time passes in the tab, second by second; each time it asks for the result, the answer comes at once."""
        for _ in range(seconds // POLL_SECONDS):
            with self.tab.expect_response(is_result) as answered:
                for _ in range(POLL_SECONDS):
                    self.tab.clock.run_for(1000)
            answered.value.finished()

    def keep(self, name: str) -> None:
        """Keep a picture of the screen, on a desktop and at a phone's width; nothing may stick out sideways."""
        for kind, size in (("desktop", DESKTOP), ("phone", PHONE)):
            self.tab.set_viewport_size(size)
            self.tab.screenshot(path=self.folder / f"{name}.{kind}.png", full_page=True)
            wide = self.tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{name} sticks out by {wide} px on a {kind}"
