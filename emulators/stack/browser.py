"""The browser that tests drive: a Chromium of this machine. None is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
WAYS_TO_GET_ONE = f"""\
No browser was found. Either of these two is enough:
  1. One of {", ".join(NAMES)} on the PATH (Debian: apt-get install chromium fonts-noto-cjk).
  2. The path of a Chromium or a Chrome in the variable CHROMIUM."""

HANG_SECONDS = 30
"""How long something that is to be seen is waited for: a guard against a hang, far above what a page needs."""

# Chromium takes the last list that it is given, so that Playwright's own has to be said again.
PLAYWRIGHT_SWITCHES_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
# The popups of the address bar, which nobody sees, are pages too: in each new window they cost more than ours.
SWITCHED_OFF = (*PLAYWRIGHT_SWITCHES_OFF, "WebUIOmniboxPopup", "WebUIOmniboxAimPopup")


class BrowserNotFoundError(RuntimeError):
    """This machine has no browser. The text tells the ways to get one."""


def find_browser(environ: Mapping[str, str] = os.environ) -> Path:
    """The browser that `CHROMIUM` names, or else the first of `NAMES` on the PATH.

    Raises:
        BrowserNotFoundError: there is none, or `CHROMIUM` names something that can't be run.
    """
    if named := environ.get("CHROMIUM"):
        if os.access(named, os.X_OK) and Path(named).is_file():
            return Path(named)
        raise BrowserNotFoundError(f"CHROMIUM names no program: {named}\n{WAYS_TO_GET_ONE}")
    found = (shutil.which(name, path=environ.get("PATH", "")) for name in NAMES)
    if path := next(filter(None, found), None):
        return Path(path)
    raise BrowserNotFoundError(WAYS_TO_GET_ONE)


@contextmanager
def running_browser(environ: Mapping[str, str] = os.environ) -> Iterator[Browser]:
    """A headless browser, for `new_context`. Raises BrowserNotFoundError."""
    path = find_browser(environ)
    expect.set_options(timeout=HANG_SECONDS * 1000)
    switches = [f"--disable-features={','.join(SWITCHED_OFF)}"]
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=switches) as browser:
        yield browser
