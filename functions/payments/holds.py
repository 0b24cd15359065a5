"""Create, capture and cancel a hold on a card: claim, ask Stripe, settle."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import logs
from .attempts import claim
from .domain import claims
from .domain.adoption import give_up_claim
from .domain.asking import Ask
from .domain.extension import is_next
from .domain.moved import Moved, is_current
from .domain.observed import Observed
from .domain.records import Attempt, CancelReason, Hold, Operation, Session
from .domain.refusals import Code, Refusal
from .domain.states import HoldStatus, SessionStatus
from .operations import finish, look
from .pairs import Settled, change_pair, chat_of, hold_ref, seen_on, session_ref, writes
from .ports import Changed, Decision, Deps, Docs, Found
from .stripe_ports import Done, Refused


@dataclass(frozen=True, slots=True)
class Created:
    """A hold to be paid: what the PaymentSheet needs. The client secret is for the payer alone."""

    hold: Hold
    client_secret: str = field(repr=False)


def create(deps: Deps, ask: Ask) -> Created:
    """Hold the price of a chat on the payer's card (H-03): a new session, the attempt under way, or a new one (H-10).

    While the chat runs, the hold is for the time after it: the chat then goes on without a gap.
    Raises `price_changed`, `consultant_unavailable`, `session_not_yours`, `session_in_progress`, `already_extended`,
    `previous_unpaid`, `busy`, `too_many_attempts`, `payment_unavailable` (the same call again is safe).
    """
    claimed = claim(deps, ask)
    if claimed.result.intent_id is not None:
        created = _continue(deps, claimed.result.intent_id, claimed.docs)
        if created is not None:
            return created
        claimed = claim(deps, ask)
    return _begin(deps, claimed)


def _continue(deps: Deps, intent_id: str, docs: Docs) -> Created | None:
    """The attempt's PaymentIntent as Stripe has it now; None where that is over, so that a new attempt is due."""
    settled, seen = look(deps, intent_id, docs)
    if settled is None or seen is None:
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    if settled.hold.status is HoldStatus.CANCELED:
        return None
    return _answer(settled.hold, settled.session, seen)


def _begin(deps: Deps, claimed: Changed[Attempt]) -> Created:
    attempt = claimed.result
    if attempt.intent_id is not None:
        raise Refusal(Code.BUSY)
    answer = deps.gateway.create(attempt)
    if isinstance(answer, Done):
        settled = _settle(deps, claimed, answer.seen)
        return _answer(settled.hold, settled.session, answer.seen)
    logs.write("ERROR", "create failed", sessionId=attempt.session_id, attempt=attempt.number, answer=repr(answer))
    if isinstance(answer, Refused):
        _give_up(deps, claimed)
    raise Refusal(Code.PAYMENT_UNAVAILABLE)


def _settle(deps: Deps, claimed: Changed[Attempt], seen: Observed) -> Settled:
    """Put the PaymentIntent on record beside its session, unless the webhook has been faster."""
    ref = hold_ref(seen.id)
    session_id = claimed.result.session_id

    def decide(docs: Docs) -> Decision[Moved]:
        now = deps.now()
        session, hold = docs[session_ref(session_id)], docs.get(ref)
        moved = seen_on(docs, session, hold, seen, now, deps.config.terms)
        return Decision(moved, writes(docs, moved, now))

    unseen = claimed.docs.plus(Docs({ref: Found(None)}))
    then = chat_of(seen.id, session_id)
    changed = deps.store.change([ref, session_ref(session_id)], decide, then=then, seen=unseen)
    logs.alerts(changed.result.alerts)
    return Settled(changed.result.hold, changed.result.session, changed.docs)


def _give_up(deps: Deps, claimed: Changed[Attempt]) -> None:
    """Stripe refused for good: this attempt's key would only replay the refusal, so the next call is a new attempt."""
    ref = session_ref(claimed.result.session_id)

    def decide(docs: Docs) -> Decision[None]:
        session = give_up_claim(docs[ref], claimed.result.number)
        return Decision(None, () if session == docs[ref] else (session,))

    deps.store.change([ref], decide, seen=claimed.docs)


def _answer(hold: Hold, session: Session, seen: Observed) -> Created:
    """The client secret is handed out only for the current hold or the next, with nothing being done to it."""
    if not (is_current(hold, session) or is_next(hold, session)) or hold.operation is not None:
        raise Refusal(Code.BUSY)
    if hold.cancel_reason is not None or seen.client_secret is None or session.status is SessionStatus.CANCELED:
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    return Created(hold, seen.client_secret)


def capture(deps: Deps, user_id: str, intent_id: str) -> Hold:
    """Capture a used hold (H-09); the payer's call ends the chat that runs on it (H-15).

    A captured hold is answered as it is. Raises `payment_not_found`, `session_not_yours`, `not_authorized_yet`,
    `session_not_started`, `session_running`, `hold_released`, `busy`, `payment_unavailable` (the sweep goes on trying).
    """
    now = deps.now()
    claimed = change_pair(deps, intent_id, lambda session, hold: claims.begin_capture(hold, session, user_id, now))
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
        deps, intent_id, lambda session, hold: claims.begin_cancel(hold, session, user_id, reason, now)
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
