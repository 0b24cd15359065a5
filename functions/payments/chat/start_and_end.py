"""Start and end a chat session: the clock, and what it means for the hold it runs on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from payments.chat.finish_hold import finish, look
from payments.chat.repository import Settled, change_chat, holds_of, next_in, session_in, session_ref
from payments.core.refusals import Code, Refusal
from payments.core.store import Docs
from payments.domain.chat import clock, operations
from payments.domain.chat.change import Moved
from payments.domain.chat.records import Hold, Operation, Session
from payments.domain.chat.states import HoldStatus
from payments.ports import Deps


def start(deps: Deps, user_id: str, session_id: str) -> Session:
    """Open the chat and start its clock (H-17, H-19). A chat that runs already is answered as it is.

    Where the webhook may have been lost, Stripe is asked first, so that a paid session is never refused as unpaid.
    Raises `session_not_found`, `session_not_yours`, `not_paid`, `session_ended`, `hold_expiring`, `busy`,
    `payment_unavailable` (Stripe had to be asked and could not be).
    """
    docs = deps.store.read([session_ref(session_id)], holds_of(session_id))
    session, hold = session_in(docs, session_id)
    hold = next_in(docs, session) or hold
    if session.user_id == user_id and hold is not None and clock.needs_a_look(session, hold, deps.now()):
        settled, _ = look(deps, hold.id, docs)
        if settled is None:
            raise Refusal(Code.PAYMENT_UNAVAILABLE)
        docs = settled.docs
    now = deps.now()
    moved, _ = change_chat(deps, session_id, lambda session, hold: clock.start(session, hold, user_id, now), seen=docs)
    return moved.session


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that has ended, and where its payment stands: `captured`, `canceled`, `pending`; `none` by ticket."""

    session: Session
    payment: str


def end(deps: Deps, user_id: str, session_id: str) -> Ended:
    """End the chat and capture its hold (H-10, H-15). A session that has ended already is answered as it is.

    The chat ends even where Stripe can't be reached: the payment is `pending` then, and the sweep captures it. An
    extension that is paid and has not begun is let go.
    Raises `session_not_found`, `session_not_yours`, `session_not_started`, `session_running`, `busy`.
    """
    now = deps.now()
    moved, docs = change_chat(deps, session_id, lambda session, hold: operations.end_chat(session, hold, user_id, now))
    return Ended(moved.session, _payment(captured(deps, moved, docs, now)))


def captured(deps: Deps, ended: Moved, docs: Docs, claimed_at: datetime) -> Hold | None:
    """The hold of a chat that has ended, captured now if the capture was claimed with the end; None without a hold."""
    hold = next((hold for hold in ended.holds if hold.id == ended.session.intent_id), None)
    if hold is None or hold.operation is not Operation.CAPTURE or hold.operation_at != claimed_at:
        return hold
    return finish(deps, Settled(hold, ended.session, docs)).hold


def _payment(hold: Hold | None) -> str:
    if hold is None:
        return "none"
    return hold.status.value if hold.status in (HoldStatus.CAPTURED, HoldStatus.CANCELED) else "pending"
