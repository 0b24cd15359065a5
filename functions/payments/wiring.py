"""What is built from the configuration: on the first call, not at deploy time, and once an instance."""

from __future__ import annotations

import functools
import os
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from payments.adapters.devices import FirestorePeople
from payments.adapters.fcm import FcmGateway
from payments.adapters.firestore import FirestoreStore, open_client, open_store
from payments.adapters.rate_limit import RateLimit
from payments.adapters.stripe_gateway import StripeGateway
from payments.adapters.stripe_webhook import verified_event
from payments.adapters.which_stripe import WhichStripe, fingerprint
from payments.chat.port import ChatDeps
from payments.config import (
    ADAPTIVE_PRICING,
    APP_BASE_URL,
    FCM_API_BASE,
    HOLD_HOURS,
    PUSH_PAGE,
    SESSION_CURRENCY,
    SESSION_MINUTES,
    SESSION_PRICE,
    STRIPE_API_BASE,
    STRIPE_RATE,
    STRIPE_SECRET_KEY,
    STRIPE_WEBHOOK_SECRET,
    STUCK_MINUTES,
    app_name,
    check_config,
    check_push_config,
    is_live,
    warn_of_config,
)
from payments.core import logs
from payments.core.store import Store
from payments.domain.chat.records import Terms
from payments.jobs.port import JobDeps
from payments.push.port import PushDeps
from payments.shop.port import ShopDeps
from payments.stripe_model.events import Event


def now() -> datetime:
    """Aware UTC."""
    return datetime.now(UTC)


@functools.cache
def job_deps() -> JobDeps:
    """What the webhook needs. Raises `NotConfigured`, naming every parameter that is missing or wrong."""
    return _job_deps(lambda: None)


@functools.cache
def paced_job_deps() -> JobDeps:
    """The same for what runs in bulk: it asks Stripe no faster than `STRIPE_RATE`, however many threads it has."""
    check_config()
    return _job_deps(RateLimit(STRIPE_RATE.value).wait)


def chat_deps() -> ChatDeps:
    """What the chat's callables need. Raises `NotConfigured`."""
    return job_deps().chat


def shop_deps() -> ShopDeps:
    """What the shop's functions need. Raises `NotConfigured`."""
    return job_deps().shop


def _job_deps(before_request: Callable[[], None]) -> JobDeps:
    check_config()
    warn_of_config()
    app, store = app_name(), open_store()
    stripe, which = _stripe(app, store, before_request)
    chat = ChatDeps(store=store, stripe=stripe, now=now, terms=_terms(), app=app, identity=which)
    shop = ShopDeps(
        store=store,
        stripe=stripe,
        now=now,
        new_id=lambda: str(uuid.uuid4()),
        app=app,
        identity=which,
        stuck=chat.terms.stuck,
    )
    return JobDeps(
        store=store,
        chat=chat,
        shop=shop,
        events=stripe,
        intents=stripe,
        now=now,
        livemode=which.livemode,
        has_found=which.has_found,
    )


def _stripe(app: str, store: Store, before_request: Callable[[], None]) -> tuple[StripeGateway, WhichStripe]:
    """Stripe, and whose key is in use: each asks the other."""
    key, base = STRIPE_SECRET_KEY.value.strip(), STRIPE_API_BASE.value.strip()
    stripe = StripeGateway(
        key,
        base=base or None,
        now=now,
        app=app,
        app_base_url=APP_BASE_URL.value.strip().rstrip("/"),
        adaptive_pricing=ADAPTIVE_PRICING.value,
        before_request=before_request,
        account=lambda: which().account,
    )
    which = WhichStripe(
        store=store,
        key=fingerprint(key),
        livemode=is_live(key),
        currency=SESSION_CURRENCY.value,
        read_account=stripe.read_account,
        now=now,
    )
    return stripe, which


def _terms() -> Terms:
    return Terms(
        price=SESSION_PRICE.value,
        currency=SESSION_CURRENCY.value,
        minutes=SESSION_MINUTES.value,
        hold=timedelta(hours=HOLD_HOURS.value),
        stuck=timedelta(minutes=STUCK_MINUTES.value),
    )


@functools.cache
def push_deps() -> PushDeps:
    """What pushing needs; no secret. Raises `NotConfigured`."""
    check_push_config()
    base, project = FCM_API_BASE.value.strip(), os.environ["GCLOUD_PROJECT"]
    client = open_client()
    return PushDeps(
        store=FirestoreStore(client),
        people=FirestorePeople(client),
        messenger=FcmGateway(project, base=base or None, now=now),
        now=now,
        page=PUSH_PAGE.value,
    )


@functools.cache
def webhook_reader() -> Callable[[bytes, str | None], Event]:
    """What verifies and reads a webhook: its raw body and its signature. It raises `BadWebhook`."""
    secrets = [secret.strip() for secret in STRIPE_WEBHOOK_SECRET.value.split(",") if secret.strip()]
    if not all(secret.startswith("whsec_") for secret in secrets):
        logs.write("CRITICAL", "not configured", function="stripeWebhook", problem="STRIPE_WEBHOOK_SECRET")
    return lambda payload, signature: verified_event(payload, signature, secrets, now())
