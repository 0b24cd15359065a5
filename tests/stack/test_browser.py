"""Which browser the tests drive. Without one they fail and say how to get one; they are never skipped for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from emulators.stack.browser import NAMES, BrowserNotFoundError, find_browser, running_browser


def program(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", NAMES)
def test_a_browser_is_found_on_the_path(tmp_path: Path, name: str) -> None:
    path = program(tmp_path / name)

    assert find_browser({"PATH": str(tmp_path)}) == path


def test_the_one_that_is_named_goes_before_the_path(tmp_path: Path) -> None:
    program(tmp_path / "chromium")
    named = program(tmp_path / "mine")

    assert find_browser({"PATH": str(tmp_path), "CHROMIUM": str(named)}) == named


def test_a_name_that_is_no_program_is_not_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "chromium")

    with pytest.raises(BrowserNotFoundError, match=r"CHROMIUM names no program: .*missing"):
        find_browser({"PATH": str(tmp_path), "CHROMIUM": str(tmp_path / "missing")})


def test_without_a_browser_the_tests_fail_and_say_how_to_get_one(tmp_path: Path) -> None:
    with (
        pytest.raises(BrowserNotFoundError, match="apt-get install chromium fonts-noto-cjk"),
        running_browser({"PATH": str(tmp_path)}),
    ):
        pytest.fail("there is none")


def test_what_playwright_switches_off_in_the_browser_stays_switched_off(browser: Browser) -> None:
    """Chromium goes by the last list on its command line, which is ours."""
    command = browser.new_browser_cdp_session().send("SystemInfo.getInfo")["commandLine"]

    playwrights, ours = (set(names.split(",")) for names in re.findall(r"--disable-features=(\S+)", command))

    assert playwrights < ours
