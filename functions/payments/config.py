"""Parameters and secrets, declared once, and what is checked of them before anything is built."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from firebase_functions.params import BoolParam, IntParam, SecretParam, StringParam

from payments.core.ids import is_currency, is_uid
from payments.core.refusals import NotConfigured

STRIPE_SECRET_KEY = SecretParam("STRIPE_SECRET_KEY", description="Stripe's secret or restricted key")
STRIPE_WEBHOOK_SECRET = SecretParam(
    "STRIPE_WEBHOOK_SECRET", description="The webhook endpoint's signing secret; two, with a comma, while one is rolled"
)
STRIPE_PUBLISHABLE_KEY = StringParam(
    "STRIPE_PUBLISHABLE_KEY", default="", description="Stripe's publishable key, handed to the app"
)
SESSION_PRICE = IntParam("SESSION_PRICE", default=5000, description="Price of a chat, in the smallest unit (H-08)")
SESSION_CURRENCY = StringParam("SESSION_CURRENCY", default="jpy", description="ISO code, lower case")
SESSION_MINUTES = IntParam("SESSION_MINUTES", default=30, description="Length of a chat")
HOLD_HOURS = IntParam("HOLD_HOURS", default=72, description="A hold that nobody uses is let go after this (H-11)")
STRIPE_RATE = IntParam("STRIPE_RATE", default=20, description="Calls a second the sweep may make; Stripe allows 25")
STUCK_MINUTES = IntParam(
    "STUCK_MINUTES", default=60, description="Stripe may leave a question unanswered for so long before an alert"
)
ENFORCE_APP_CHECK = BoolParam("ENFORCE_APP_CHECK", default=False, description="Refuse callers without App Check")
APP_NAME = StringParam(
    "APP_NAME", default="", description="Names this deployment in Stripe's metadata; the project's id if empty"
)
APP_BASE_URL = StringParam(
    "APP_BASE_URL", default="", description="Where the success and cancel pages are served, with https:// (C-07)"
)
ADAPTIVE_PRICING = BoolParam(
    "ADAPTIVE_PRICING", default=False, description="Checkout shows buyers abroad a price in their own currency"
)
STRIPE_API_BASE = StringParam("STRIPE_API_BASE", default="", description="Only for emulators")
FCM_API_BASE = StringParam("FCM_API_BASE", default="", description="Only for emulators")
PUSH_PAGE = StringParam("PUSH_PAGE", default="DMRoom", description="Page of the app that a tapped push opens")

#: A used hold has to be captured before it expires, four days and 18 hours at the soonest.
_HOLD_HOURS: Final = range(1, 97)
_MINUTES: Final = range(1, 24 * 60 + 1)
_PRICES: Final = range(1, 100_000_000)
_RATES: Final = range(1, 101)


def is_live(key: str) -> bool:
    return key.startswith(("sk_live_", "rk_live_"))


def app_name() -> str:
    """What names this deployment in the metadata of all that it makes at Stripe: the Firebase project, by default."""
    return APP_NAME.value.strip() or os.environ.get("GCLOUD_PROJECT", "")


def check_config() -> None:
    problems = [name for name, is_right in _checks().items() if not is_right]
    if problems:
        raise NotConfigured(", ".join(problems))


def _checks() -> Mapping[str, bool]:
    key, publishable = STRIPE_SECRET_KEY.value.strip(), STRIPE_PUBLISHABLE_KEY.value
    return {
        "STRIPE_SECRET_KEY": key.startswith(("sk_live_", "rk_live_", "sk_test_", "rk_test_")),
        "STRIPE_PUBLISHABLE_KEY": publishable.startswith("pk_live_" if is_live(key) else "pk_test_"),
        "STRIPE_API_BASE": not STRIPE_API_BASE.value.strip() or (not is_live(key) and not is_deployed()),
        "APP_BASE_URL": _is_base_url(APP_BASE_URL.value.strip()),
        "SESSION_PRICE": _is_in(SESSION_PRICE, _PRICES),
        "SESSION_CURRENCY": is_currency(SESSION_CURRENCY.value),
        "SESSION_MINUTES": _is_in(SESSION_MINUTES, _MINUTES),
        "HOLD_HOURS": _is_in(HOLD_HOURS, _HOLD_HOURS),
        "STRIPE_RATE": _is_in(STRIPE_RATE, _RATES),
        "STUCK_MINUTES": _is_in(STUCK_MINUTES, _MINUTES),
        "APP_NAME": is_uid(app_name()),
    }


def _is_base_url(url: str) -> bool:
    """Unset if nothing is sold on Checkout; a plain address is allowed only under the emulators."""
    return not url or url.startswith("https://") or (url.startswith("http://") and not is_deployed())


def _is_in(param: IntParam, allowed: range) -> bool:
    try:
        return param.value in allowed
    except ValueError:
        return False


def is_deployed() -> bool:
    """On Cloud Run for real: the emulator sets K_SERVICE too, but says that it is one."""
    return "K_SERVICE" in os.environ and os.environ.get("FUNCTIONS_EMULATOR") != "true"
