"""What is built from the configuration, on the first call and not at deploy time."""

from __future__ import annotations

import functools
import os
import time
import uuid
from datetime import UTC, datetime, timedelta

from payments.adapters.fcm import FcmGateway
from payments.adapters.firestore import open_store
from payments.adapters.stripe_gateway import StripeGateway
from payments.adapters.stripe_webhook import read_event
from payments.config import (
    APP_BASE_URL,
    FCM_API_BASE,
    HOLD_HOURS,
    PUSH_PAGE,
    SESSION_CURRENCY,
    SESSION_MINUTES,
    SESSION_PRICE,
    STRIPE_API_BASE,
    STRIPE_PUBLISHABLE_KEY,
    STRIPE_RATE,
    STRIPE_SECRET_KEY,
    STRIPE_WEBHOOK_SECRET,
    check_config,
    is_deployed,
    is_live,
)
from payments.core import logs
from payments.core.refusals import NotConfigured
from payments.domain.chat.records import Terms
from payments.ports import Config, Deps
from payments.push.port import PushDeps
from payments.stripe_model.events import Event


def now() -> datetime:
    """Aware UTC."""
    return datetime.now(UTC)


@functools.cache
def deps() -> Deps:
    """What the use cases need, built once an instance. Raises `NotConfigured`, naming all that is missing or wrong."""
    check_config()
    key, base = STRIPE_SECRET_KEY.value.strip(), STRIPE_API_BASE.value.strip()
    pages = APP_BASE_URL.value.strip().rstrip("/")
    return Deps(
        store=open_store(),
        gateway=StripeGateway(key, base=base or None, now=now, app_base_url=pages),
        now=now,
        new_id=lambda: str(uuid.uuid4()),
        sleep=time.sleep,
        config=Config(
            terms=Terms(
                price=SESSION_PRICE.value,
                currency=SESSION_CURRENCY.value,
                minutes=SESSION_MINUTES.value,
                hold=timedelta(hours=HOLD_HOURS.value),
            ),
            publishable_key=STRIPE_PUBLISHABLE_KEY.value,
            stripe_rate=STRIPE_RATE.value,
            livemode=is_live(key),
            app_base_url=pages,
        ),
    )


@functools.cache
def push_deps() -> PushDeps:
    """What pushing needs; no secret. Raises `NotConfigured`."""
    base, project = FCM_API_BASE.value.strip(), os.environ.get("GCLOUD_PROJECT", "")
    if not project or (base and is_deployed()):
        raise NotConfigured("FCM_API_BASE" if project else "GCLOUD_PROJECT")
    store = open_store()
    return PushDeps(
        store=store,
        people=store,
        messenger=FcmGateway(project, base=base or None, now=now),
        now=now,
        page=PUSH_PAGE.value,
    )


def event_of(payload: bytes, signature: str | None) -> Event:
    """The verified event of a webhook. Raises `BadWebhook`, always where no secret is configured."""
    secrets = [secret.strip() for secret in STRIPE_WEBHOOK_SECRET.value.split(",") if secret.strip()]
    if not secrets:
        logs.write("CRITICAL", "not configured", function="stripeWebhook", problem="STRIPE_WEBHOOK_SECRET")
    return read_event(payload, signature, secrets, now())
