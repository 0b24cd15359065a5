"""One thing on sale at a deployment, and how it is ordered over HTTP."""

from __future__ import annotations

from typing import Any

import requests

from tests.e2e.http_site import Data, Site

SELLER = "seller"


def on_sale(site: Site, product: str, **changes: Any) -> Site:
    fields = {"seller_id": SELLER, "name": "診断シート", "amount": 1200, "currency": "jpy", "active": True}
    site.db.document(f"products/{product}").set({**fields, **changes})
    return site


def basket(*products: str, **changes: Any) -> Data:
    items = [{"productId": product, "quantity": 1} for product in products or ("sheet",)]
    return {"sellerId": SELLER, "items": items, **changes}


def buy(site: Site, data: Data, **caller: Any) -> requests.Response:
    return site.call("createCheckoutSession", data, **caller)


def ordered(site: Site) -> str:
    """The id of an order of the payer's."""
    return str(buy(site, basket()).json()["result"]["orderId"])
