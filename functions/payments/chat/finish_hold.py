"""`capturePaymentIntent`, `cancelPaymentIntent`, and the end of every money operation.

An operation is claimed on record in its own commit, performed at Stripe, and settled by what Stripe says. Nothing is
open while Stripe is asked; whoever comes first, this call, the webhook or the sweep, settles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from payments.chat.port import ChatDeps
from payments.chat.repository import change_hold
from payments.core import logs
from payments.core.refusals import Code, Refusal
from payments.core.store import Changed, Docs
from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.change import ChatChange
from payments.domain.chat.operations import begin_cancel, begin_capture, settle
from payments.domain.chat.records import CancelReason, Hold, Operation
from payments.domain.chat.states import HoldStatus
from payments.stripe_model.answers import Done, Misconfigured, Refused
from payments.stripe_model.snapshots import IntentStatus, PaymentIntentSnapshot

FINAL = frozenset({IntentStatus.CAPTURED, IntentStatus.CANCELED})


def capture(deps: ChatDeps, user_id: str, intent_id: str) -> Hold:
    """Capture a used hold (H-09); the payer's call ends the chat that runs on it (H-15).

    A captured hold is answered as it is. Raises `payment_not_found`, `session_not_yours`, `not_authorized_yet`,
    `session_not_started`, `session_running`, `hold_released`, `busy`, `payment_unavailable` (the sweep goes on trying).
    """
    claimed = change_hold(deps, intent_id, partial(begin_capture, by=user_id))
    hold = finish(deps, claimed).result.hold
    if hold.status is HoldStatus.CANCELED:
        raise Refusal(Code.HOLD_RELEASED)
    if hold.status is not HoldStatus.CAPTURED:
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    return hold


def cancel(deps: ChatDeps, user_id: str, intent_id: str, reason: CancelReason) -> Hold:
    """Cancel a hold (H-11): the payer before the chat has started, the consultant until it is captured.

    A canceled hold is answered as it is. Raises `payment_not_found`, `session_not_yours`, `session_started`,
    `already_captured`, `busy`, `payment_unavailable` (the sweep goes on trying).
    """
    claimed = change_hold(deps, intent_id, partial(begin_cancel, by=user_id, reason=reason))
    hold = finish(deps, claimed).result.hold
    if hold.status is HoldStatus.CAPTURED:
        raise Refusal(Code.ALREADY_CAPTURED)
    if hold.status is not HoldStatus.CANCELED:
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    return hold


def finish(deps: ChatDeps, claimed: Changed[ChatChange]) -> Changed[ChatChange]:
    """Perform what the change claims and settle it; a change that claims nothing stays as it is."""
    return record_performed(deps, claimed, perform(deps, claimed.result.hold)) if claimed.result.claims else claimed


@dataclass(frozen=True, slots=True)
class Performed:
    """What is known after Stripe was asked: the PaymentIntent if it could be had, and the refusal if there was one."""

    snapshot: PaymentIntentSnapshot | None
    refused: Refused | None = None


def perform(deps: ChatDeps, claimed: Hold) -> Performed:
    """Do at Stripe what is claimed. If the answer is no plain yes, the PaymentIntent decides, not the error."""
    stripe = deps.stripe
    answer = stripe.capture(claimed) if claimed.operation is Operation.CAPTURE else stripe.cancel(claimed)
    if isinstance(answer, Done):
        return Performed(answer.snapshot)
    _log_failure(claimed, answer)
    fresh = stripe.retrieve(claimed.id)
    if not isinstance(fresh, Done):
        return Performed(None)
    if isinstance(answer, Refused) and fresh.snapshot.status not in FINAL:
        return Performed(fresh.snapshot, answer)
    return Performed(fresh.snapshot)


def _log_failure(claimed: Hold, answer: object) -> None:
    severity = "ERROR" if isinstance(answer, Misconfigured) else "WARNING"
    logs.write(severity, "operation failed", operation=claimed.operation, intentId=claimed.id, answer=repr(answer))


def record_performed(deps: ChatDeps, claimed: Changed[ChatChange], performed: Performed) -> Changed[ChatChange]:
    """Put on record what is known. If nothing is, the operation stays claimed, and is due again in two minutes."""
    if performed.snapshot is None:
        return claimed
    hold = claimed.result.hold
    rule = partial(settle, claimed=hold, snapshot=performed.snapshot, refused=performed.refused)
    return change_hold(deps, hold.id, rule, claimed.docs)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A hold after Stripe was asked about it, and what Stripe said."""

    changed: Changed[ChatChange]
    snapshot: PaymentIntentSnapshot


def refresh(deps: ChatDeps, intent_id: str, known: Docs) -> Refreshed | None:
    """Ask Stripe about a hold and put on record what it says. None if Stripe can't be asked now."""
    fresh = deps.stripe.retrieve(intent_id)
    if not isinstance(fresh, Done):
        logs.write("WARNING", "Stripe query failed", intentId=intent_id, answer=repr(fresh))
        return None
    changed = change_hold(deps, intent_id, partial(apply_snapshot, snapshot=fresh.snapshot), known)
    return Refreshed(changed, fresh.snapshot)
