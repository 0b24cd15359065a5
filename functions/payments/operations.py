"""The middle and the end of every money operation: claimed on record, done at Stripe, settled by what Stripe says.

The claim comes first, in its own commit. Nothing is open while Stripe is asked; whoever comes first, this, the webhook
or the sweep, settles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import logs
from .domain.facts import observe
from .domain.moved import Moved
from .domain.observed import Money, Observed
from .domain.records import Hold, Operation, Session
from .domain.settling import free, refuse
from .pairs import Settled, change_pair
from .ports import Deps, Docs
from .stripe_ports import Done, Misconfigured, Refused

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
