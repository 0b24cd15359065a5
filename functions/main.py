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

from payments.config import STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET
from payments.endpoints import callables, http
from payments.endpoints.callable_protocol import deployed
from payments.endpoints.checkout_result import checkout_result
from payments.jobs import compare, reconcile, sweep, webhook
from payments.push.send import send_push
from payments.wiring import chat_deps, job_deps, paced_job_deps, push_deps, shop_deps, webhook_reader

firebase_admin.initialize_app()
set_global_options(region="asia-northeast1", cpu=1, memory=MemoryOption.MB_512, concurrency=80, timeout_sec=60)
# It lives as long as the process, so the collector need not go through it at later turns either.
gc.enable()
gc.freeze()

createPaymentIntent = deployed(callables.CREATE_PAYMENT_INTENT, chat_deps)
capturePaymentIntent = deployed(callables.CAPTURE_PAYMENT_INTENT, chat_deps)
cancelPaymentIntent = deployed(callables.CANCEL_PAYMENT_INTENT, chat_deps)
redeemTicket = deployed(callables.REDEEM_TICKET, chat_deps)
startSession = deployed(callables.START_SESSION, chat_deps)
endSession = deployed(callables.END_SESSION, chat_deps)
createCheckoutSession = deployed(callables.CREATE_CHECKOUT_SESSION, shop_deps)


@http.get_only
@https_fn.on_request(secrets=[STRIPE_SECRET_KEY])
def checkoutResult(request: Request) -> Response:
    """Answer whether an order is paid (C-03)."""
    return checkout_result(request, shop_deps)


@http.post_only
@https_fn.on_request(secrets=[STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET])
def stripeWebhook(request: Request) -> Response:
    """Follow what happens at Stripe (H-16, H-18, C-06)."""
    return http.webhook(request, webhook_reader, lambda event: webhook.handle(job_deps(), event))


@http.post_only
@scheduler_fn.on_schedule(schedule="* * * * *", secrets=[STRIPE_SECRET_KEY], timeout_sec=300, max_instances=1)
def sweepHolds(event: scheduler_fn.ScheduledEvent) -> None:  # noqa: ARG001 - the platform passes it; a run looks at the clock
    """Work on all that is due: releases, captures, ends, reminders, operations left half-way (H-09, H-11, H-16)."""
    http.scheduled("sweepHolds", lambda: sweep.run(paced_job_deps()))


@http.post_only
@scheduler_fn.on_schedule(schedule="30 18 * * *", secrets=[STRIPE_SECRET_KEY], timeout_sec=300, max_instances=1)
def reconcilePayments(event: scheduler_fn.ScheduledEvent) -> None:  # noqa: ARG001 - as above
    """Find refunds, disputes and suspicions of fraud whose webhooks were all lost (H-18)."""
    http.scheduled("reconcilePayments", lambda: reconcile.run(paced_job_deps()))


@http.post_only
@scheduler_fn.on_schedule(schedule="45 * * * *", secrets=[STRIPE_SECRET_KEY], timeout_sec=300, max_instances=1)
def comparePayments(event: scheduler_fn.ScheduledEvent) -> None:  # noqa: ARG001 - as above
    """Once a day compare the account's PaymentIntents with the records; each hour go on with what is left (H-16)."""
    http.scheduled("comparePayments", lambda: compare.run(paced_job_deps()))


@firestore_fn.on_document_created(document="notifications/{notificationId}")
def sendPush(event: firestore_fn.Event[Any]) -> None:
    """Push a notification to its person's devices (H-06)."""
    http.triggered("sendPush", lambda: send_push(push_deps(), event.params["notificationId"]))
