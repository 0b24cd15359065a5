"""Register the webhook endpoint at Stripe: `STRIPE_SECRET_KEY=… python -m payments.register_webhook https://…/api/webhooks/stripe`.

It subscribes to exactly the events that are listened to. Run it again after an upgrade; it changes what has to change.
"""

from __future__ import annotations

import argparse
import os
import sys

from .events import LISTENED
from .stripe_gateway import register_endpoint


def main(arguments: list[str]) -> int:
    """Register and say what has become of it; the secret goes to standard output alone, to be piped on."""
    parser = argparse.ArgumentParser(
        prog="payments.register_webhook", description="Register the webhook endpoint at Stripe."
    )
    parser.add_argument("url", help="where stripeWebhook answers, with https://")
    url = parser.parse_args(arguments).url
    key = os.environ.get("STRIPE_SECRET_KEY")
    if not key:
        parser.error("STRIPE_SECRET_KEY is not set")
    secret = register_endpoint(key, url, sorted(LISTENED), base=os.environ.get("STRIPE_API_BASE"))
    if secret is None:
        sys.stderr.write(f"{url} was registered already; it now listens to {len(LISTENED)} events. Its secret stays.\n")
        return 0
    sys.stderr.write(f"{url} listens to {len(LISTENED)} events. Its signing secret, shown only now:\n")
    sys.stdout.write(secret + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
