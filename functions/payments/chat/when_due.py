"""The chat's part of the sweep: a hold or a session that is due. Every item is claimed before it is worked on."""

from __future__ import annotations

from payments.chat.finish_hold import (
    FINAL,
    NotRefreshed,
    Performed,
    finish,
    log_failure,
    record_not_refreshed,
    record_performed,
    refresh,
    retrieve,
)
from payments.chat.port import ChatDeps
from payments.chat.repository import change_chat, change_hold, extension_of, holds_of
from payments.chat.start_and_end import captured
from payments.core.store import Changed, Docs, Ref
from payments.domain.chat.change import ChatChange, DueAction
from payments.domain.chat.due import claim_due, claim_due_session
from payments.domain.chat.records import ChatSession, Hold
from payments.stripe_model.answers import Failure, Refused


def hold_due(deps: ChatDeps, hold: Hold, docs: Docs) -> str:
    """Do what is due on a hold, by the hold as it is when it is claimed. Answers how it came out."""
    docs = docs.plus(deps.store.read([Ref(ChatSession, hold.session_id)], extension_of(hold.session_id, docs)))
    claimed = change_hold(deps, hold.id, claim_due, docs)
    action = claimed.result.action
    if action is DueAction.WAIT_FOR_KEY:
        return action.value
    if action is DueAction.NONE:
        return action.value if claimed.result.hold.started_at == hold.started_at else "begin"
    return f"{action}: {_outcome(_work(deps, claimed).result.hold)}"


def _outcome(hold: Hold) -> str:
    """The hold's status, or what went wrong if Stripe's answer is outstanding."""
    if hold.unanswered_why is not None:
        return hold.unanswered_why.partition(":")[0]
    return hold.status.value if hold.operation is None else "outcome unknown"


def _work(deps: ChatDeps, claimed: Changed[ChatChange]) -> Changed[ChatChange]:
    if claimed.result.action is DueAction.REFRESH:
        return _refreshed(deps, claimed)
    if claimed.result.action is DueAction.RETRY_OPERATION:
        return _retry(deps, claimed)
    return finish(deps, claimed)


def _refreshed(deps: ChatDeps, claimed: Changed[ChatChange]) -> Changed[ChatChange]:
    refreshed = refresh(deps, claimed.result.hold.id, claimed.docs)
    if isinstance(refreshed, NotRefreshed):
        return record_not_refreshed(deps, refreshed, claimed.docs)
    return refreshed.changed


def _retry(deps: ChatDeps, claimed: Changed[ChatChange]) -> Changed[ChatChange]:
    """The operation's process died: read Stripe first; if it was not done, do it with the same key and parameters."""
    fresh = retrieve(deps, claimed.result.hold)
    if isinstance(fresh, Refused | Failure):
        log_failure(claimed.result.hold, fresh)
        return record_performed(deps, claimed, Performed(None, fresh))
    if fresh.snapshot.status in FINAL:
        return record_performed(deps, claimed, Performed(fresh.snapshot))
    return finish(deps, claimed)


def session_due(deps: ChatDeps, session: ChatSession, docs: Docs) -> str:
    """End a chat whose time is over and capture its hold; what else is due concerns the session alone."""
    refs = holds_of(session.id)(docs)
    known = docs.plus(deps.store.read(refs)) if refs else docs
    changed = change_chat(deps, session.id, claim_due_session, known)
    if changed.result.action is not DueAction.END:
        return changed.result.action.value
    hold = captured(deps, changed)
    if hold is None:
        return "end: by ticket"
    return f"end: {_outcome(hold)}"
