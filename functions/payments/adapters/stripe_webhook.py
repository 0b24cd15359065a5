"""Stripe's webhooks, by its SDK: the endpoint that is registered with Stripe, and the events that it is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import stripe

from payments.adapters.stripe_gateway import RETRIES
from payments.adapters.stripe_parse import read_event
from payments.core import logs
from payments.stripe_model.events import BadWebhook, Event

#: Seconds that a signature is good for, in either direction.
TOLERANCE: Final = 300


def register_endpoint(api_key: str, url: str, event_types: Sequence[str], *, base: str | None = None) -> str | None:
    """Make the webhook endpoint `url` subscribe to exactly these events, in the API version that this code reads.

    Answers the signing secret of a new endpoint; None if an endpoint of that URL was there and has been brought up
    to date, because Stripe shows a secret only once. Raises `ValueError`, saying why, if Stripe refuses, or if the
    endpoint that is there speaks another API version.
    """
    client = stripe.StripeClient(api_key, base_addresses={"api": base} if base else {}, max_network_retries=RETRIES)
    try:
        return _register(client.v1.webhook_endpoints, url, list(event_types))
    except stripe.StripeError as error:
        raise ValueError(f"Stripe refused: {error.user_message}") from error


def _register(endpoints: Any, url: str, event_types: list[str]) -> str | None:
    for known in endpoints.list({"limit": 100}).auto_paging_iter():
        if known.url != url:
            continue
        if known.api_version != stripe.api_version:
            raise ValueError(f"{known.id} speaks API version {known.api_version}; delete it and register again")
        endpoints.update(known.id, {"enabled_events": event_types, "disabled": False})
        return None
    created = endpoints.create({"url": url, "enabled_events": event_types, "api_version": stripe.api_version})
    return str(created.secret)


def verified_event(payload: bytes, signature: str | None, secrets: Sequence[str], now: datetime) -> Event:
    """The event of a webhook, its signature checked on the raw bytes before anything is parsed (C-06).

    Any of `secrets` will do: there are two while one is rolled. With none, everything is refused. Raises `BadWebhook`.
    """
    if not secrets:
        logs.write("CRITICAL", "not configured", function="stripeWebhook", problem="STRIPE_WEBHOOK_SECRET")
    _check_signature(payload, signature, secrets)
    _check_age(signature or "", now)
    try:
        return read_event(json.loads(payload))
    except (ValueError, RecursionError) as error:
        raise BadWebhook("not JSON") from error


def _check_signature(payload: bytes, signature: str | None, secrets: Sequence[str]) -> None:
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(payload, signature, secret)
        except (stripe.SignatureVerificationError, UnicodeDecodeError, TypeError):
            continue  # TypeError: the SDK compares text that is not ASCII
        return
    raise BadWebhook("signature matches no configured secret" if secrets else "no webhook secret is configured")


def _check_age(signature: str, now: datetime) -> None:
    """The SDK looks only for old signatures; one from the future is as wrong. Both are judged by our clock."""
    signed_at = int(next(part for part in signature.split(",") if part.startswith("t=")).split("=")[1])
    if abs(now.timestamp() - signed_at) > TOLERANCE:
        raise BadWebhook("signed too long ago, or in the future")
