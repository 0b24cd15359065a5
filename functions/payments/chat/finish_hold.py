"""Capture and cancel a hold: claimed on record, done at Stripe, settled by what Stripe says."""

from __future__ import annotations

from dataclasses import dataclass, replace

from payments.chat.repository import Settled, change_pair
from payments.core import logs
from payments.core.refusals import Code, Refusal
from payments.core.store import Docs
from payments.domain.chat import operations
from payments.domain.chat.apply_snapshot import observe
from payments.domain.chat.change import Moved
from payments.domain.chat.operations import free, refuse
from payments.domain.chat.records import CancelReason, Hold, Operation, Session
from payments.domain.chat.states import HoldStatus
from payments.ports import Deps
from payments.stripe_model.answers import Done, Misconfigured, Refused
from payments.stripe_model.snapshots import Money, Observed


def capture(deps: Deps, user_id: str, intent_id: str) -> Hold:
    """Capture a used hold (H-09); the payer's call ends the chat that runs on it (H-15).

    A captured hold is answered as it is. Raises `payment_not_found`, `session_not_yours`, `not_authorized_yet`,
    `session_not_started`, `session_running`, `hold_released`, `busy`, `payment_unavailable` (the sweep goes on trying).
    """
    now = deps.now()
    claimed = change_pair(deps, intent_id, lambda session, hold: operations.begin_capture(hold, session, user_id, now))
    hold = _finished(deps, claimed, Operation.CAPTURE).hold
    if hold.status is HoldStatus.CANCELED:
        raise Refusal(Code.HOLD_RELEASED)
    if hold.status is not HoldStatus.CAPTURED:
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    return hold


def cancel(deps: Deps, user_id: str, intent_id: str, reason: CancelReason) -> Hold:
    """Let a hold go (H-11): the payer before the chat has started, the consultant until it is captured.

    A canceled hold is answered as it is. Raises `payment_not_found`, `session_not_yours`, `session_started`,
    `already_captured`, `busy`, `payment_unavailable` (the sweep goes on trying).
    """
    now = deps.now()
    claimed = change_pair(
        deps, intent_id, lambda session, hold: operations.begin_cancel(hold, session, user_id, reason, now)
    )
    hold = _finished(deps, claimed, Operation.CANCEL).hold
    if hold.status is HoldStatus.CAPTURED:
        raise Refusal(Code.ALREADY_CAPTURED)
    if hold.status is not HoldStatus.CANCELED:
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    return hold


def _finished(deps: Deps, claimed: Settled, operation: Operation) -> Settled:
    """Finished by this call; a pair that was at rest already is answered as it is."""
    return finish(deps, claimed) if claimed.hold.operation is operation else claimed


FINAL = frozenset({Money.CAPTURED, Money.CANCELED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known after Stripe was asked: the PaymentIntent if it could be had, and the refusal if there was one."""

    seen: Observed | None
    refused: Refused | None = None


def perform(deps: Deps, claimed: Hold) -> Outcome:
    """Do at Stripe what is claimed. Where the answer is no plain yes, the PaymentIntent decides, not the error."""
    gateway = deps.gateway
    answer = gateway.capture(claimed) if claimed.operation is Operation.CAPTURE else gateway.cancel(claimed)
    if isinstance(answer, Done):
        return Outcome(answer.seen)
    _log_failure(claimed, answer)
    fresh = gateway.retrieve(claimed.id)
    if not isinstance(fresh, Done):
        return Outcome(None)
    if isinstance(answer, Refused) and fresh.seen.money not in FINAL:
        return Outcome(fresh.seen, answer)
    return Outcome(fresh.seen)


def _log_failure(claimed: Hold, answer: object) -> None:
    severity = "ERROR" if isinstance(answer, Misconfigured) else "WARNING"
    logs.write(severity, "operation failed", operation=claimed.operation, intentId=claimed.id, answer=repr(answer))


def settle(deps: Deps, claimed: Settled, outcome: Outcome) -> Settled:
    """Put on record what is known. What is not known stays claimed, and is due again in two minutes."""
    seen = outcome.seen
    if seen is None:
        return claimed

    def decide(session: Session, hold: Hold) -> Moved:
        now = deps.now()
        moved = observe(hold, session, seen, now, deps.config.terms)
        if outcome.refused is None:
            return moved
        end = free if outcome.refused.is_spent else refuse
        after = end(moved.hold, moved.session, claimed.hold, now, deps.config.terms)
        return replace(after, alerts=moved.alerts + after.alerts)

    return change_pair(deps, claimed.hold.id, decide, seen=claimed.docs)


def finish(deps: Deps, claimed: Settled) -> Settled:
    """Perform what is claimed and settle it."""
    return settle(deps, claimed, perform(deps, claimed.hold))


def look(deps: Deps, intent_id: str, docs: Docs | None = None) -> tuple[Settled | None, Observed | None]:
    """Ask Stripe about a hold and put on record what it says. (None, None) where Stripe can't be asked now."""
    fresh = deps.gateway.retrieve(intent_id)
    if not isinstance(fresh, Done):
        logs.write("WARNING", "look failed", intentId=intent_id, answer=repr(fresh))
        return None, None
    seen = fresh.seen
    settled = change_pair(
        deps,
        intent_id,
        lambda session, hold: observe(hold, session, seen, deps.now(), deps.config.terms),
        seen=docs,
    )
    return settled, seen
