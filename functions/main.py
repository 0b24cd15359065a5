"""Every deployed function. A table of contents: what each does is in `payments`."""

from __future__ import annotations

import gc

# Nothing of what is imported is garbage: the collector would go through all of it again and again.
gc.disable()

from typing import Any

import firebase_admin  # type: ignore[import-untyped]  # it ships no types
from firebase_functions import firestore_fn, https_fn, scheduler_fn
from firebase_functions.options import MemoryOption, set_global_options
from flask import Request, Response

from payments.config import ENFORCE_APP_CHECK, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET
from payments.endpoints import callable_protocol, http
from payments.jobs import reconcile, sweep, webhook
from payments.push import send
from payments.wiring import deps, event_of, push_deps

firebase_admin.initialize_app()
set_global_options(region="asia-northeast1", cpu=1, memory=MemoryOption.MB_512, concurrency=80, timeout_sec=60)
# It lives as long as the process, so the collector need not go through it at later turns either.
gc.enable()
gc.freeze()

Call = https_fn.CallableRequest[Any]


@callable_protocol.json_only
@https_fn.on_call(secrets=[STRIPE_SECRET_KEY])
def createPaymentIntent(request: Call) -> dict[str, Any]:
    """Hold the price of a chat on the caller's card (H-03, H-07, H-12)."""
    return callable_protocol.call("createPaymentIntent", request, deps, enforce_app_check=ENFORCE_APP_CHECK.value)


@callable_protocol.json_only
@https_fn.on_call(secrets=[STRIPE_SECRET_KEY])
def capturePaymentIntent(request: Call) -> dict[str, Any]:
    """Capture a used hold; the payer's call ends the chat that runs on it (H-09, H-12, H-15)."""
    return callable_protocol.call("capturePaymentIntent", request, deps, enforce_app_check=ENFORCE_APP_CHECK.value)


@callable_protocol.json_only
@https_fn.on_call(secrets=[STRIPE_SECRET_KEY])
def cancelPaymentIntent(request: Call) -> dict[str, Any]:
    """Let a hold go by its button (H-11, H-12)."""
    return callable_protocol.call("cancelPaymentIntent", request, deps, enforce_app_check=ENFORCE_APP_CHECK.value)


@callable_protocol.json_only
@https_fn.on_call(secrets=[STRIPE_SECRET_KEY])
def redeemTicket(request: Call) -> dict[str, Any]:
    """Open a chat with a ticket code (H-01, H-02)."""
    return callable_protocol.call("redeemTicket", request, deps, enforce_app_check=ENFORCE_APP_CHECK.value)


@callable_protocol.json_only
@https_fn.on_call(secrets=[STRIPE_SECRET_KEY])
def startSession(request: Call) -> dict[str, Any]:
    """Open the chat and start its clock (H-17, H-19)."""
    return callable_protocol.call("startSession", request, deps, enforce_app_check=ENFORCE_APP_CHECK.value)


@callable_protocol.json_only
@https_fn.on_call(secrets=[STRIPE_SECRET_KEY])
def endSession(request: Call) -> dict[str, Any]:
    """End the chat and capture its hold (H-10, H-15)."""
    return callable_protocol.call("endSession", request, deps, enforce_app_check=ENFORCE_APP_CHECK.value)


@callable_protocol.json_only
@https_fn.on_call(secrets=[STRIPE_SECRET_KEY])
def createCheckoutSession(request: Call) -> dict[str, Any]:
    """Open a Stripe Checkout page for a shop order (C-01)."""
    return callable_protocol.call("createCheckoutSession", request, deps, enforce_app_check=ENFORCE_APP_CHECK.value)


@http.get_only
@https_fn.on_request(secrets=[STRIPE_SECRET_KEY])
def checkoutResult(request: Request) -> Response:
    """Answer whether an order is paid (C-03)."""
    return http.checkout_result(request, deps)


@http.post_only
@https_fn.on_request(secrets=[STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET])
def stripeWebhook(request: Request) -> Response:
    """Follow what happens at Stripe (H-16, H-18, C-06)."""
    return http.webhook(request, event_of, lambda event: webhook.handle(deps(), event))


@http.post_only
@scheduler_fn.on_schedule(schedule="* * * * *", secrets=[STRIPE_SECRET_KEY], timeout_sec=300, max_instances=1)
def sweepHolds(event: scheduler_fn.ScheduledEvent) -> None:  # noqa: ARG001 - the platform passes it; a run looks at the clock
    """Work on all that is due: releases, captures, ends, reminders, what was left half-way (H-09, H-11, H-16)."""
    http.scheduled("sweepHolds", lambda: sweep.run(deps()))


@http.post_only
@scheduler_fn.on_schedule(schedule="30 18 * * *", secrets=[STRIPE_SECRET_KEY], timeout_sec=300, max_instances=1)
def reconcilePayments(event: scheduler_fn.ScheduledEvent) -> None:  # noqa: ARG001 - as above
    """Find refunds and disputes of which every webhook was lost (H-18)."""
    http.scheduled("reconcilePayments", lambda: reconcile.run(deps()))


@firestore_fn.on_document_created(document="notifications/{notificationId}")
def sendPush(event: firestore_fn.Event[Any]) -> None:
    """Push a notification to its person's devices (H-06)."""
    http.triggered("sendPush", lambda: send.push(push_deps(), event.params["notificationId"]))
