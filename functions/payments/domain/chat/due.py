"""What is due on a hold or a session, and its claim by the sweep (design: deadlines are data)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from payments.domain.chat.change import Moved
from payments.domain.chat.deadlines import (
    OPERATION_PATIENCE,
    due_by_nature,
    is_abandoned,
    is_waiting_to_begin,
    next_claim_dies_at,
    release_at,
    remind_at,
    session_due,
)
from payments.domain.chat.operations import claim, end_and_claim, end_chat
from payments.domain.chat.records import SYSTEM, CancelReason, Hold, Operation, Session, Terms
from payments.domain.chat.requests import give_up_claim
from payments.domain.chat.states import HoldStatus, SessionStatus


class Step(StrEnum):
    """What the sweep has to do with a hold or a session that is due."""

    NOTHING = "nothing"
    LOOK = "look"
    RESUME = "resume"
    CANCEL = "cancel"
    CAPTURE = "capture"
    END = "end"
    REMIND = "remind"
    GIVE_UP = "give up"
    REST = "rest"


def due_step(hold: Hold, now: datetime, terms: Terms) -> Step:
    """What is due on a hold, by its own fields alone: never by its session's status."""
    if hold.due_at is None or now < hold.due_at:
        return Step.NOTHING
    if hold.operation is not None:
        return Step.RESUME
    if hold.status is HoldStatus.CAPTURED:
        return Step.LOOK
    return Step.CANCEL if hold.cancel_reason is not None else _step_of_idle(hold, now, terms)


def _step_of_idle(hold: Hold, now: datetime, terms: Terms) -> Step:
    if is_waiting_to_begin(hold):
        return Step.LOOK
    if hold.status is HoldStatus.CREATED:
        return Step.CANCEL if is_abandoned(hold, now, terms) else Step.LOOK
    if hold.started_at is not None and hold.ends_at is not None:
        return Step.CAPTURE if now >= hold.ends_at else Step.LOOK
    return Step.CANCEL if now >= release_at(hold, terms) else Step.LOOK


def take_up(hold: Hold, session: Session, now: datetime, terms: Terms) -> tuple[Step, Moved]:
    """Claim what is due on a hold. Every claim moves `dueAt` on, so that an item that always fails blocks nobody."""
    step = due_step(hold, now, terms)
    if step is Step.RESUME and hold.operation is not None:
        return step, Moved(session, (claim(hold, hold.operation, now),))
    if step is Step.CANCEL:
        return step, Moved(session, (_claim_release(hold, now),))
    if step is Step.CAPTURE:
        return step, end_and_claim(hold, session, SYSTEM, now)
    if step is Step.LOOK:
        natural = due_by_nature(hold, now, terms) or now
        return step, Moved(session, (replace(hold, due_at=max(natural, now + OPERATION_PATIENCE)),))
    return step, Moved(session, (hold,))


def _claim_release(hold: Hold, now: datetime) -> Hold:
    """Claim the cancel; on a hold that is canceled on record with a new key, for the old only replays its answer."""
    is_again = hold.status is HoldStatus.CANCELED
    hold = replace(
        hold,
        cancel_reason=hold.cancel_reason or CancelReason.ABANDONED,
        operation_attempt=hold.operation_attempt + is_again,
    )
    return claim(hold, Operation.CANCEL, now)


def take_up_session(session: Session, hold: Hold | None, now: datetime) -> tuple[Step, Moved]:
    """Do what is due on a session: end it, say that it is about to end (H-06), give up a claim that died.

    Only an end has to do with its hold, whose capture is claimed with it.
    """
    step = _step_of_session(session, now)
    if step is Step.END:
        return step, end_chat(session, hold, SYSTEM, now)
    if step is Step.REMIND:
        session = replace(session, reminded_at=now)
        return step, Moved(replace(session, due_at=session_due(session)))
    if step is Step.GIVE_UP:
        return step, Moved(give_up_claim(session, session.next_attempt or session.attempt))
    if step is Step.REST:
        return step, Moved(replace(session, due_at=session_due(session)))
    return step, Moved(session)


def _step_of_session(session: Session, now: datetime) -> Step:
    if session.due_at is None or now < session.due_at:
        return Step.NOTHING
    if session.status is SessionStatus.ACTIVE and session.expires_at is not None:
        if now >= session.expires_at:
            return Step.END
        if (soon := remind_at(session)) is not None and now >= soon:
            return Step.REMIND
    dies_at = next_claim_dies_at(session)
    is_dead_claim = session.status is SessionStatus.AWAITING_PAYMENT and session.intent_id is None
    return Step.GIVE_UP if is_dead_claim or (dies_at is not None and now >= dies_at) else Step.REST
