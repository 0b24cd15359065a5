"""Register the webhook endpoint at Stripe: `python -m payments.commands.register_webhook`, with its two variables set.

It subscribes to exactly the events that are listened to. Run it again after an upgrade: it changes what has to change.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping

from payments.adapters.stripe_webhook import register_endpoint
from payments.jobs.webhook import LISTENED

#: Where hosting hands webhooks to the function (C-06).
PATH = "/api/webhooks/stripe"


def main(arguments: list[str], environ: Mapping[str, str] = os.environ) -> int:
    """Register and say what has become of it; the secret goes to standard output alone, to be piped on (C-07)."""
    parser = argparse.ArgumentParser(
        prog="payments.commands.register_webhook", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("url", nargs="?", help=f"where stripeWebhook answers; APP_BASE_URL and {PATH} if not given")
    url = parser.parse_args(arguments).url or environ.get("APP_BASE_URL", "").rstrip("/") + PATH
    key = environ.get("STRIPE_SECRET_KEY", "")
    if not key or not url.startswith("https://"):
        parser.error("set STRIPE_SECRET_KEY, and APP_BASE_URL to an address that starts with https://")
    try:
        secret = register_endpoint(key, url, sorted(LISTENED), base=environ.get("STRIPE_API_BASE"))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if secret is None:
        sys.stderr.write(f"{url} was registered already; it listens to {len(LISTENED)} events. Its secret stays.\n")
        return 0
    sys.stderr.write(f"{url} listens to {len(LISTENED)} events. Its signing secret, shown only now:\n")
    sys.stdout.write(secret + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
