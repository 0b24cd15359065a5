"""The functions of the pages' scripts, called in a browser."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.pages.hosting import Hosting


@dataclass(frozen=True)
class Modules:
    """A page of the site that imports its scripts."""

    page: Page
    hosting: Hosting

    def get(self, module: str, name: str) -> Any:
        """What the module exports under that name."""
        return self.page.evaluate("([path, name]) => import(path).then((it) => it[name])", [f"/js/{module}.js", name])

    def call(self, module: str, name: str, *arguments: object) -> Any:
        """What the module's function answers."""
        script = "([path, name, given]) => import(path).then((it) => it[name](...given))"
        return self.page.evaluate(script, [f"/js/{module}.js", name, list(arguments)])

    def retry_address(self, template: object, seller: str, order: str) -> str | None:
        """Where "try again" leads with that address in the shop's file."""
        self.hosting.files["shop.json"] = json.dumps({"retryUrl": template})
        address: str | None = self.call("shop", "shopAddress", "retryUrl", {"sellerId": seller, "orderId": order})
        return address
