"""`python -m stripe_emulator`: run the emulator as a process until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import signal
import threading

from stripe_emulator.emulator import DEFAULT_SECRET_KEY, DEFAULT_WEBHOOK_SECRET, StripeEmulator
from stripe_emulator.webhooks.delivery import Retries


def main() -> None:
    """Parse the command line, print the URL when ready, wait for a signal."""
    parser = argparse.ArgumentParser(prog="stripe_emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--secret-key", default=DEFAULT_SECRET_KEY)
    parser.add_argument("--webhook-url", default=None)
    parser.add_argument("--webhook-secret", default=DEFAULT_WEBHOOK_SECRET)
    parser.add_argument("--webhook-attempts", type=int, default=Retries.attempts, help="tries of one delivery")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds added to every API request")
    given = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    emulator = StripeEmulator(
        given.port,
        given.secret_key,
        given.webhook_url,
        given.webhook_secret,
        latency=given.latency,
        retries=Retries(attempts=given.webhook_attempts),
    )
    with emulator:
        print(emulator.url, flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
