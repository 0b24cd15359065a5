"""Start and end a chat session: the clock, and what it means for the hold it runs on."""

from __future__ import annotations

from dataclasses import dataclass

from .domain import chat, claims
from .domain.facts import Moved
from .domain.records import Hold, Operation, Session
from .domain.refusals import Code, Refusal
from .domain.states import HoldStatus
from .operations import finish, look
from .pairs import Settled, hold_of, session_in, session_ref, writes
from .ports import Decision, Deps, Docs


def start(deps: Deps, user_id: str, session_id: str) -> Session:
    """Open the chat and start its clock (H-17, H-19). A chat that runs already is answered as it is.

    Where the webhook may have been lost, Stripe is asked first, so that a paid session is never refused as unpaid.
    Raises `session_not_found`, `session_not_yours`, `not_paid`, `session_ended`, `hold_expiring`, `busy`,
    `payment_unavailable` (Stripe had to be asked and could not be).
    """
    docs = deps.store.read([session_ref(session_id)], hold_of(session_id))
    session, hold = session_in(docs, session_id)
    if session.user_id == user_id and hold is not None and chat.needs_a_look(session, hold, deps.now()):
        settled, _ = look(deps, hold.id, docs)
        if settled is None:
            raise Refusal(Code.PAYMENT_UNAVAILABLE)
        docs = settled.docs
    now = deps.now()

    def decide(docs: Docs) -> Decision[Session]:
        moved = chat.start(*session_in(docs, session_id), user_id, now)
        return Decision(moved.session, writes(docs, moved))

    return deps.store.change([session_ref(session_id)], decide, then=hold_of(session_id), seen=docs).result


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that has ended, and where the payment for it stands: `captured`, `canceled` or `pending`."""

    session: Session
    payment: str


def end(deps: Deps, user_id: str, session_id: str) -> Ended:
    """End the chat and capture its hold (H-10, H-15). A session that has ended already is answered as it is.

    The chat ends even where Stripe can't be reached: the payment is `pending` then, and the sweep captures it.
    Raises `session_not_found`, `session_not_yours`, `session_not_started`, `session_running`, `busy`.
    """
    claimed, is_ours = end_and_claim(deps, user_id, session_id)
    settled = finish(deps, claimed) if is_ours else claimed
    return Ended(claimed.session, _payment(settled.hold))


def end_and_claim(deps: Deps, by: str, session_id: str, seen: Docs | None = None) -> tuple[Settled, bool]:
    """END in one commit with the claim of the capture; whether this call has claimed it."""
    now = deps.now()

    def decide(docs: Docs) -> Decision[Moved]:
        session, hold = session_in(docs, session_id)
        chat.check_participant(session, by)
        if hold is None:
            raise Refusal(Code.SESSION_NOT_STARTED, sessionStatus=session.status.value)
        moved = claims.end_chat(session, hold, by, now)
        return Decision(moved, writes(docs, moved))

    changed = deps.store.change([session_ref(session_id)], decide, then=hold_of(session_id), seen=seen)
    hold = changed.result.hold
    is_ours = hold.operation is Operation.CAPTURE and hold.operation_at == now
    return Settled(hold, changed.result.session, changed.docs), is_ours


def _payment(hold: Hold) -> str:
    return hold.status.value if hold.status in (HoldStatus.CAPTURED, HoldStatus.CANCELED) else "pending"
