"""Every screen: axe finds nothing, nothing sticks out, no mouse is needed. A picture is kept of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.answers import BROKEN, FAILED, NOT_FOUND, PAID, PENDING, Scripted, never
from tests.pages.conftest import DESKTOP, Visitor
from tests.pages.hosting import ROOT, Hosting
from tests.pages.visit import Visit
from tests.waiting import wait_until

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
PICTURES = ROOT / "screenshots" / "pages"
NARROW = {"width": 320, "height": 568}

Screen = tuple[Scripted, Callable[[Visit], Visit]]
SCREENS: dict[str, Screen] = {
    "success-confirming": (PENDING, lambda visit: visit.success().waits(5)),
    "success-asking-stripe": (PENDING, lambda visit: visit.success().waits(10).passes(3).was_asked(11)),
    "success-paid": (PAID, lambda visit: visit.success().answered(1)),
    "success-unreachable": (BROKEN, lambda visit: visit.success().waits(10).passes(3).answered(11)),
    "success-unknown": (NOT_FOUND, lambda visit: visit.success().answered(1)),
    "success-malformed": (PENDING, lambda visit: visit.open("/success?order=")),
    "cancel-checking": (never, lambda visit: visit.cancel().was_asked(1)),
    "cancel-unpaid": (PENDING, lambda visit: visit.cancel().answered(1)),
    "cancel-failed": (FAILED, lambda visit: visit.cancel().answered(1)),
    "cancel-back-to-app": (FAILED, lambda visit: tried_again(visit.cancel().answered(1))),
    "cancel-paid": (PAID, lambda visit: visit.cancel().answered(1)),
    "cancel-unreachable": (BROKEN, lambda visit: visit.cancel().waits(3)),
    "cancel-unknown": (NOT_FOUND, lambda visit: visit.cancel().answered(1)),
    "cancel-malformed": (PENDING, lambda visit: visit.open("/cancel?order=a")),
    "index": (PENDING, lambda visit: visit.open("/")),
    "404": (PENDING, lambda visit: visit.open("/no-such-page")),
}
LAST_ANSWER: dict[str, Scripted] = {"success-asking-stripe": never, "success-unreachable": BROKEN}


def tried_again(visit: Visit) -> Visit:
    visit.button.click()
    return visit.answered(2)


def found_by_axe(page: Page) -> list[dict[str, Any]]:
    """Everything that axe calls a violation, of all its rules.

    Axe waits by timers of no length: the page's clock moves by what they need, and not to the page's next question.
    """
    page.evaluate(AXE)
    page.evaluate("axe.run({resultTypes: ['violations']}).then((results) => (window.found = results.violations)), null")

    def is_found() -> bool:
        page.clock.run_for(1)
        return bool(page.evaluate("'found' in window"))

    wait_until(is_found)
    found = page.evaluate("window.found")
    return [{"rule": each["id"], "at": [node["html"] for node in each["nodes"]]} for each in found]


def sticks_out(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def keep(page: Page, name: str) -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_has_nothing_for_axe_to_find_and_fits(
    hosting: Hosting, visitor: Visitor, name: str, theme: str
) -> None:
    answer, come_to = SCREENS[name]
    hosting.api.says(answer)
    hosting.api.confirms(LAST_ANSWER.get(name, PENDING))
    visit = come_to(visitor(color_scheme=theme))
    expect(visit.heading).to_be_visible()

    keep(visit.page, f"{name}.{theme}.phone")
    if theme == "light":
        visit.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        keep(visit.page, f"{name}.desktop")
    visit.page.set_viewport_size(NARROW)  # type: ignore[arg-type]

    assert sticks_out(visit.page) <= 0
    assert found_by_axe(visit.page) == []


@pytest.mark.parametrize(
    "name", ["success-confirming", "success-paid", "success-unreachable", "cancel-unpaid", "cancel-paid"]
)
def test_a_screen_fits_in_english_too(hosting: Hosting, visitor: Visitor, name: str) -> None:
    answer, come_to = SCREENS[name]
    hosting.api.says(answer)
    hosting.api.confirms(LAST_ANSWER.get(name, PENDING))
    visit = come_to(visitor(locale="en-US"))
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")

    keep(visit.page, f"{name}.english.phone")
    visit.page.set_viewport_size(NARROW)  # type: ignore[arg-type]

    assert sticks_out(visit.page) <= 0
    assert found_by_axe(visit.page) == []


def test_text_of_twice_the_size_still_fits(visitor: Visitor) -> None:
    """WCAG 1.4.4 and 1.4.10: as on a narrow phone whose owner reads large letters."""
    visit = visitor(viewport=NARROW).cancel().answered(1)

    visit.page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert sticks_out(visit.page) <= 0
    keep(visit.page, "cancel-unpaid.large-letters")


def test_the_cancel_page_needs_no_mouse(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(FAILED)
    visit.cancel().answered(1)

    visit.page.keyboard.press("Tab")
    expect(visit.button).to_be_focused()
    assert visit.button.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    keep(visit.page, "cancel-failed.focus")
    visit.page.keyboard.press("Enter")

    visit.answered(2).shows("アプリに戻って、ご注文からもう一度お支払いください。")


def test_the_link_to_the_result_needs_no_mouse(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(PAID)
    visit.cancel().answered(1).shows("決済完了")

    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")

    visit.is_at_success().shows("決済完了")


def test_who_asks_again_by_keyboard_goes_on_at_the_heading(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(BROKEN)
    hosting.api.confirms(BROKEN)
    visit.success().waits(10).passes(3).answered(11)
    hosting.api.says(PAID)

    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Space")

    visit.answered(12).shows("決済完了")
    expect(visit.heading).to_be_focused()


def test_the_focus_stays_where_it_is_while_the_page_waits(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(PENDING, PAID)

    visit.success().waits(2).shows("決済完了")

    assert visit.page.evaluate("document.activeElement.tagName") == "BODY"


@pytest.mark.parametrize(("name", "text"), [("success", "JavaScript が必要です"), ("cancel", "決済は完了していません")])
def test_without_scripts_the_page_says_what_it_can(visitor: Visitor, name: str, text: str) -> None:
    visit = visitor(java_script_enabled=False)

    visit.success() if name == "success" else visit.cancel()

    said = visit.page.locator("noscript main")
    expect(said).to_be_visible()
    expect(said).to_contain_text(text)
    expect(visit.page.locator(".late")).to_be_hidden()
    keep(visit.page, f"{name}-without-scripts.phone")


@pytest.mark.parametrize("name", ["success", "cancel"])
def test_a_page_whose_script_has_not_come_does_not_stay_empty(visit: Visit, name: str) -> None:
    """The notice comes after a while; here no animation moves by itself, and this one is brought to its end."""
    visit.context.new_cdp_session(visit.page).send("Animation.setPlaybackRate", {"playbackRate": 0})
    visit.context.route("**/js/*", lambda route: route.abort())
    visit.success() if name == "success" else visit.cancel()
    expect(visit.page.get_by_text("画面を読み込めませんでした")).to_be_hidden()

    visit.page.evaluate("document.getAnimations().forEach((animation) => animation.finish())")

    expect(visit.page.get_by_text("画面を読み込めませんでした")).to_be_visible()
    keep(visit.page, f"{name}-without-its-script.phone")
