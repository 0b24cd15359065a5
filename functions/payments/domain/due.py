"""What is due on a hold, and its claim by the sweep (design: deadlines are data)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from .claims import claim, end_and_claim
from .deadlines import OPERATION_PATIENCE, due_by_nature, is_abandoned, release_at
from .facts import Moved
from .records import SYSTEM, CancelReason, Hold, Operation, Session, Terms
from .states import HoldStatus


class Step(StrEnum):
    """What the sweep has to do with a hold that is due."""

    NOTHING = "nothing"
    LOOK = "look"
    RESUME = "resume"
    CANCEL = "cancel"
    CAPTURE = "capture"


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
    if hold.status is HoldStatus.CREATED:
        return Step.CANCEL if is_abandoned(hold, now, terms) else Step.LOOK
    if hold.started_at is not None and hold.ends_at is not None:
        return Step.CAPTURE if now >= hold.ends_at else Step.LOOK
    return Step.CANCEL if now >= release_at(hold, terms) else Step.LOOK


def take_up(hold: Hold, session: Session, now: datetime, terms: Terms) -> tuple[Step, Moved]:
    """Claim what is due on a hold. Every claim moves `dueAt` on, so that an item that always fails blocks nobody."""
    step = due_step(hold, now, terms)
    if step is Step.RESUME and hold.operation is not None:
        return step, Moved(claim(hold, hold.operation, now), session)
    if step is Step.CANCEL:
        return step, Moved(_claim_release(hold, now), session)
    if step is Step.CAPTURE:
        return step, end_and_claim(hold, session, SYSTEM, now)
    if step is Step.LOOK:
        natural = due_by_nature(hold, now, terms) or now
        return step, Moved(replace(hold, due_at=max(natural, now + OPERATION_PATIENCE)), session)
    return step, Moved(hold, session)


def _claim_release(hold: Hold, now: datetime) -> Hold:
    """Claim the cancel; on a hold that is canceled on record with a new key, for the old only replays its answer."""
    is_again = hold.status is HoldStatus.CANCELED
    hold = replace(
        hold,
        cancel_reason=hold.cancel_reason or CancelReason.ABANDONED,
        operation_attempt=hold.operation_attempt + is_again,
    )
    return claim(hold, Operation.CANCEL, now)
