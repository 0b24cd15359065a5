"""`startSession` and `endSession`: the chat's clock, and what it means for the hold that the chat runs on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from payments.chat.finish_hold import NotRefreshed, Refreshed, finish, record_not_refreshed, refresh
from payments.chat.port import ChatDeps
from payments.chat.repository import change_chat, chat_in, holds_of, session_in
from payments.core.refusals import Code, Refusal
from payments.core.store import Changed, Docs, Ref
from payments.domain.chat import clock
from payments.domain.chat.change import ChatChange
from payments.domain.chat.operations import end_chat
from payments.domain.chat.records import ChatSession, Hold
from payments.domain.chat.states import HoldStatus
from payments.stripe_model.answers import is_out_of_reach


def start(deps: ChatDeps, user_id: str, session_id: str) -> ChatSession:
    """Open the chat and start its clock (H-17, H-19). A chat that runs already is answered as it is.

    If the webhook may be lost, Stripe is asked first, so that a paid session is never refused as unpaid.
    Raises `session_not_found`, `session_not_yours`, `not_paid`, `session_ended`, `hold_expiring`, `busy`,
    `payment_unavailable` (Stripe had to be asked and could not be).
    """
    docs = deps.store.read([Ref(ChatSession, session_id)], holds_of(session_id))
    chat = chat_in(deps, docs, session_in(docs, session_id), deps.now())
    hold = clock.hold_to_start_on(chat)
    if hold is not None and chat.session.user_id == user_id and clock.must_refresh(chat):
        refreshed = refresh(deps, hold.id, docs)
        docs = _refreshed(deps, refreshed, docs)
    return change_chat(deps, session_id, partial(clock.start, by=user_id), docs).result.session


def _refreshed(deps: ChatDeps, refreshed: Refreshed | NotRefreshed, docs: Docs) -> Docs:
    """The documents after Stripe was asked. Who has a hold out of reach is told that it is not paid, not to wait."""
    if isinstance(refreshed, Refreshed):
        return refreshed.changed.docs
    if not is_out_of_reach(refreshed.failure):
        raise Refusal(Code.PAYMENT_UNAVAILABLE)
    return record_not_refreshed(deps, refreshed, docs).docs


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that has ended, and its payment: `captured`, `canceled`, `pending`; `none` for a ticket's chat."""

    session: ChatSession
    payment: str


def end(deps: ChatDeps, user_id: str, session_id: str) -> Ended:
    """End the chat and capture its hold (H-10, H-15). A session that has ended already is answered as it is.

    The chat ends even if Stripe can't be reached: the payment is `pending` then, and the sweep captures it. An
    extension that is paid and has not begun is canceled.
    Raises `session_not_found`, `session_not_yours`, `session_not_started`, `session_running`, `busy`.
    """
    ended = change_chat(deps, session_id, partial(end_chat, by=user_id))
    return Ended(ended.result.session, _payment(captured(deps, ended)))


def captured(deps: ChatDeps, ended: Changed[ChatChange]) -> Hold | None:
    """The hold of a chat that has ended, captured now if the end claimed the capture; None without a hold."""
    session = ended.result.session
    hold = next((hold for hold in ended.result.holds if hold.id == session.intent_id), None)
    return finish(deps, ended).result.hold if hold is not None and ended.result.claims else hold


def _payment(hold: Hold | None) -> str:
    if hold is None:
        return "none"
    return hold.status.value if hold.status in (HoldStatus.CAPTURED, HoldStatus.CANCELED) else "pending"
