"""Parameters and secrets, declared once, and what is checked of them before anything is built."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from firebase_functions.params import BoolParam, IntParam, SecretParam, StringParam

from payments.core import logs
from payments.core.ids import is_uid
from payments.core.money import LARGEST_AMOUNT, amounts, is_currency
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
_PRICES: Final = range(1, LARGEST_AMOUNT + 1)
_RATES: Final = range(1, 101)
#: Requests at once. Not a parameter: the server itself reads this variable.
_THREADS: Final = range(1, 1001)
#: A page of a FlutterFlow app.
_PAGE: Final = re.compile(r"[A-Za-z]\w{0,99}", re.ASCII)
#: A key as Stripe makes them now: after the mode and 51 comes a part of the account's id. That is a convention, which
#: Stripe does not document.
_ACCOUNT: Final = re.compile(r"[a-z]+_(?:live|test)_51(\w{14})\w{16,}")


def is_live(key: str) -> bool:
    return key.startswith(("sk_live_", "rk_live_"))


def app_name() -> str:
    """What names this deployment in the metadata of all that it makes at Stripe: the Firebase project, by default."""
    return APP_NAME.value.strip() or os.environ.get("GCLOUD_PROJECT", "")


def check_config() -> None:
    """Raises `NotConfigured` that names everything that is missing or wrong."""
    _raise_for(_checks())


def check_push_config() -> None:
    """The same for what pushing needs."""
    _raise_for(_push_checks())


def _raise_for(checks: Mapping[str, bool]) -> None:
    problems = [name for name, is_right in checks.items() if not is_right]
    if problems:
        raise NotConfigured(", ".join(problems))


@functools.cache
def warn_of_config() -> None:
    """Log once an instance what may be meant as it is: a test key on a deployed service, keys of two accounts."""
    key = STRIPE_SECRET_KEY.value.strip()
    if is_deployed() and not is_live(key):
        logs.write("WARNING", "doubtful configuration", problem="STRIPE_SECRET_KEY is a test key: nobody pays")
    secret, publishable = _ACCOUNT.match(key), _ACCOUNT.match(STRIPE_PUBLISHABLE_KEY.value.strip())
    if secret and publishable and secret[1] != publishable[1]:
        problem = "STRIPE_PUBLISHABLE_KEY looks like another account's: with it nobody could pay"
        logs.write("WARNING", "doubtful configuration", problem=problem)


def _checks() -> Mapping[str, bool]:
    key, publishable = STRIPE_SECRET_KEY.value.strip(), STRIPE_PUBLISHABLE_KEY.value
    currency = SESSION_CURRENCY.value
    return {
        "STRIPE_SECRET_KEY": key.startswith(("sk_live_", "rk_live_", "sk_test_", "rk_test_")),
        "STRIPE_PUBLISHABLE_KEY": publishable.startswith("pk_live_" if is_live(key) else "pk_test_"),
        "STRIPE_API_BASE": not STRIPE_API_BASE.value.strip() or (not is_live(key) and not is_deployed()),
        "APP_BASE_URL": _is_base_url(APP_BASE_URL.value.strip()),
        "SESSION_PRICE": _is_in(SESSION_PRICE, amounts(currency) if is_currency(currency) else _PRICES),
        "SESSION_CURRENCY": is_currency(currency),
        "SESSION_MINUTES": _is_in(SESSION_MINUTES, _MINUTES),
        "HOLD_HOURS": _is_in(HOLD_HOURS, _HOLD_HOURS),
        "STRIPE_RATE": _is_in(STRIPE_RATE, _RATES),
        "STUCK_MINUTES": _is_in(STUCK_MINUTES, _MINUTES),
        "APP_NAME": is_uid(app_name()),
        "ENFORCE_APP_CHECK": _is_switch(ENFORCE_APP_CHECK),
        "ADAPTIVE_PRICING": _is_switch(ADAPTIVE_PRICING),
        "THREADS": _is_number_in(os.environ.get("THREADS"), _THREADS),
    }


def _push_checks() -> Mapping[str, bool]:
    return {
        "GCLOUD_PROJECT": bool(os.environ.get("GCLOUD_PROJECT")),
        "FCM_API_BASE": not FCM_API_BASE.value.strip() or not is_deployed(),
        "PUSH_PAGE": _PAGE.fullmatch(PUSH_PAGE.value) is not None,
    }


def _is_base_url(url: str) -> bool:
    """Unset if nothing is sold on Checkout; a plain address is allowed only under the emulators."""
    if not url:
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc or re.search(r"""[\s'"<>]""", url))
    return is_plain and bool(parts.hostname) and parts.scheme in ({"https"} if is_deployed() else {"https", "http"})


def _is_in(param: IntParam, allowed: range) -> bool:
    try:
        return param.value in allowed
    except ValueError:
        return False


def _is_number_in(text: str | None, allowed: range) -> bool:
    """Whether a variable is not set, or a number that is allowed."""
    return text is None or (text.isascii() and text.isdigit() and int(text) in allowed)


def _is_switch(param: BoolParam) -> bool:
    """Whether it says what it means: the SDK takes everything but `true` for false, and 1 and yes with it."""
    return os.environ.get(param.name, "false") in ("true", "false")


def is_deployed() -> bool:
    """On Cloud Run for real: the emulator sets K_SERVICE too, but says that it is one."""
    return "K_SERVICE" in os.environ and os.environ.get("FUNCTIONS_EMULATOR") != "true"
