"""Fixtures of the pages' tests: the site with a scripted API behind it, and people in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.pages.hosting import Hosting
from tests.pages.modules import Modules
from tests.pages.visit import COUNT_ANSWERS, Visit

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}

Visitor = Callable[..., Visit]


@pytest.fixture
def hosting() -> Iterator[Hosting]:
    """The site; every order is pending."""
    with Hosting() as site:
        yield site


@pytest.fixture(scope="session")
def modules(browser: Browser) -> Iterator[Modules]:
    """The pages' scripts in one tab that stays, for what they answer by themselves."""
    with Hosting() as site, browser.new_context() as context:
        page = context.new_page()
        page.goto(site.url)
        yield Modules(page, site)


@pytest.fixture
def visitor(browser: Browser, hosting: Hosting) -> Iterator[Visitor]:
    """Opens tabs; each is of a person of its own. `options` are those of Playwright's `new_context`."""
    visits: list[Visit] = []
    with ExitStack() as contexts:

        def visit(**options: Any) -> Visit:
            context = contexts.enter_context(browser.new_context(**{"locale": "ja-JP", "viewport": PHONE, **options}))
            context.clock.install(time=NOON)
            context.clock.pause_at(NOON + timedelta(seconds=1))
            context.add_init_script(COUNT_ANSWERS)
            visits.append(Visit(context.new_page(), context, hosting))
            return visits[-1]

        yield visit
    assert [problem for visit in visits for problem in visit.problems] == []


@pytest.fixture
def visit(visitor: Visitor) -> Visit:
    """A Japanese customer with a phone."""
    return visitor()
