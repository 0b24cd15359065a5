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
from payments.core.store import Changed, Docs, Ref
from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.change import ChatChange
from payments.domain.chat.operations import begin_cancel, begin_capture, settle
from payments.domain.chat.out_of_reach import is_other_accounts, note_failure
from payments.domain.chat.records import CancelReason, Hold, Operation
from payments.domain.chat.states import HoldStatus
from payments.stripe_model.answers import (
    Done,
    Failure,
    IntentAnswer,
    Misconfigured,
    OtherAccount,
    Refused,
    TryAgain,
)
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
    """What is known after Stripe was asked: the PaymentIntent if it could be had, and how the operation failed."""

    snapshot: PaymentIntentSnapshot | None
    failed: Refused | Failure | None = None


def perform(deps: ChatDeps, claimed: Hold) -> Performed:
    """Do at Stripe what is claimed. If the answer is no plain yes, the PaymentIntent decides, not the error."""
    stripe = deps.stripe
    if is_other_accounts(claimed, deps.identity()):
        return Performed(None, OtherAccount())
    answer = stripe.capture(claimed) if claimed.operation is Operation.CAPTURE else stripe.cancel(claimed)
    if isinstance(answer, Done):
        return Performed(answer.snapshot)
    log_failure(claimed, answer)
    fresh = stripe.retrieve(claimed.id)
    if isinstance(fresh, Refused | Failure):
        return Performed(None, fresh)
    return Performed(fresh.snapshot, None if fresh.snapshot.status in FINAL else answer)


def log_failure(claimed: Hold, answer: Refused | Failure) -> None:
    """Say that an operation got no plain yes."""
    severity = "ERROR" if isinstance(answer, Misconfigured) else "WARNING"
    logs.write(severity, "operation failed", operation=claimed.operation, intentId=claimed.id, answer=repr(answer))


def record_performed(deps: ChatDeps, claimed: Changed[ChatChange], performed: Performed) -> Changed[ChatChange]:
    """Put on record what is known. If nothing is, the operation stays claimed, with why, and is due again."""
    hold = claimed.result.hold
    if performed.snapshot is None:
        return _record_failure(deps, hold, performed.failed, claimed.docs)
    rule = partial(settle, claimed=hold, snapshot=performed.snapshot, failed=performed.failed)
    return change_hold(deps, hold.id, rule, claimed.docs)


def _record_failure(deps: ChatDeps, asked: Hold, failed: Refused | Failure | None, known: Docs) -> Changed[ChatChange]:
    failure = failed if isinstance(failed, Failure) else TryAgain("not read")
    return change_hold(deps, asked.id, partial(note_failure, claimed=asked, failure=failure), known)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A hold after Stripe was asked about it, and what Stripe said."""

    changed: Changed[ChatChange]
    snapshot: PaymentIntentSnapshot


@dataclass(frozen=True, slots=True)
class NotRefreshed:
    """Stripe was asked about a hold in vain, and why. `asked` is the hold as it was then."""

    asked: Hold
    failure: Failure


def refresh(deps: ChatDeps, intent_id: str, known: Docs) -> Refreshed | NotRefreshed:
    """Ask Stripe about a hold on record, and put there what it says."""
    hold = known[Ref(Hold, intent_id)]
    fresh = retrieve(deps, hold)
    if isinstance(fresh, Done):
        changed = change_hold(deps, intent_id, partial(apply_snapshot, snapshot=fresh.snapshot), known)
        return Refreshed(changed, fresh.snapshot)
    failure = TryAgain(fresh.code) if isinstance(fresh, Refused) else fresh
    logs.write("WARNING", "Stripe query failed", intentId=intent_id, answer=repr(failure))
    return NotRefreshed(hold, failure)


def record_not_refreshed(deps: ChatDeps, failed: NotRefreshed, known: Docs) -> Changed[ChatChange]:
    """Put on record that Stripe was asked in vain."""
    return _record_failure(deps, failed.asked, failed.failure, known)


def retrieve(deps: ChatDeps, hold: Hold) -> IntentAnswer:
    """The hold's PaymentIntent as it is now; another account's is not asked about."""
    return OtherAccount() if is_other_accounts(hold, deps.identity()) else deps.stripe.retrieve(hold.id)
