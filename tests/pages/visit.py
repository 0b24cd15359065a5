"""A person in front of a page: a tab of a real browser, whose clock stands until the test moves it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Locator, Page, expect

from tests.pages.answers import ORDER, SELLER
from tests.pages.hosting import Hosting
from tests.waiting import wait_until

RESULT = "/api/checkout/result"

COUNT_ANSWERS = """
window.answered = 0;
window.underWay = 0;
const real = window.fetch;
window.fetch = async (...asked) => {
  const counts = String(asked[0]).startsWith("/api/") ? 1 : 0;
  const settled = (promise) => promise.finally(() => {
    window.answered += counts;
    window.underWay -= 1;
  });
  window.underWay += 1;
  const response = await real(...asked).catch((error) => settled(Promise.reject(error)));
  const read = response.json.bind(response);
  response.json = () => settled(read());
  return response;
};
"""
"""How many questions to the API the page has got through with, whatever came of them; how many of all are under way."""


@dataclass
class Visit:
    """One tab on the site. `problems` must be empty at its end: errors of scripts, broken security policies."""

    page: Page
    context: BrowserContext
    hosting: Hosting
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", self._refuse)
        self.page.on("console", self._listen)

    def _refuse(self, dialog: Dialog) -> None:
        """No page of ours opens one: a script that got in would."""
        self.problems.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _listen(self, said: ConsoleMessage) -> None:
        if re.search("Content Security Policy|TrustedHTML|Trusted Type", said.text):
            self.problems.append(said.text)

    def success(self, order: str = ORDER) -> Visit:
        """Open the success page as Stripe does."""
        return self.open(f"/success?order={order}")

    @property
    def address_of_cancel(self) -> str:
        """Where Stripe sends who turns back."""
        return f"{self.hosting.url}/cancel?s={SELLER}&order={ORDER}"

    def cancel(self, seller: str = SELLER, order: str = ORDER) -> Visit:
        """Open the cancel page as Stripe does."""
        return self.open(f"/cancel?s={seller}&order={order}")

    def open(self, path: str) -> Visit:
        """Open any page of the site, and wait until it has got through with its first question, if it has one."""
        self.page.goto(self.hosting.url + path)
        return self

    @property
    def asked(self) -> int:
        """How many questions the API has got."""
        return len(self.hosting.api.queries)

    def answered(self, count: int) -> Visit:
        """Wait until this page has got through with so many questions, and with all that follows from them."""
        wait_until(lambda: self.page.evaluate(f"window.answered >= {count} && window.underWay === 0"))
        return self

    def was_asked(self, count: int) -> Visit:
        """Wait until the API has got so many questions."""
        wait_until(lambda: self.asked >= count)
        return self

    def passes(self, seconds: float) -> Visit:
        """Let so many seconds pass on the page's clock, with all that happens in them."""
        self.page.clock.run_for(round(seconds * 1000))
        return self

    def waits(self, questions: int) -> Visit:
        """Let the success page ask so often, every 3 seconds, the first question included."""
        self.answered(1)
        for number in range(2, questions + 1):
            self.passes(3).answered(number)
        return self

    def shows(self, *texts: str | re.Pattern[str]) -> Visit:
        """Each text can be seen."""
        for text in texts:
            expect(self.page.locator("main").get_by_text(text).first).to_be_visible()
        return self

    def shows_not(self, *texts: str) -> Visit:
        """None of the texts can be seen."""
        for text in texts:
            expect(self.page.locator("main").get_by_text(text)).to_have_count(0)
        return self

    def is_at(self, path: str) -> Visit:
        """The address is that path of the site."""
        expect(self.page).to_have_url(self.hosting.url + path)
        return self

    def is_at_success(self) -> Visit:
        """C-01."""
        return self.is_at(f"/success?order={ORDER}")

    def is_at_cancel(self) -> Visit:
        """C-01."""
        return self.is_at(f"/cancel?s={SELLER}&order={ORDER}")

    @property
    def button(self) -> Locator:
        """The page's one button."""
        return self.page.get_by_role("button")

    @property
    def heading(self) -> Locator:
        """The page's one heading."""
        return self.page.get_by_role("heading", level=1)

    def is_seen_again(self) -> None:
        """The person comes back to the tab: the browser says so in the same way."""
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    def is_restored(self) -> None:
        """The browser puts the page back as it was left, out of its back/forward cache."""
        self.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
