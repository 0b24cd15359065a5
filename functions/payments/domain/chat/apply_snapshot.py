"""What Stripe says, applied to what is on record. A fact is never refused and only ever moves a hold forward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from payments.core.alerts import Alert, AlertKind
from payments.domain.chat.adoption import adopt
from payments.domain.chat.change import ChatChange, ChatState, alert, schedule_cancel
from payments.domain.chat.deadlines import extension_begins_at, is_waiting_to_begin, next_due_at, session_due_at
from payments.domain.chat.extension import move, pay
from payments.domain.chat.records import SYSTEM, CancelReason, ChatSession, Hold, Operation
from payments.domain.chat.states import (
    HOLD,
    Effect,
    HoldStatus,
    NextEvent,
    SessionEvent,
    SessionStatus,
    hold_step,
    session_step,
)
from payments.stripe_model.answers import ANSWERED
from payments.stripe_model.reversals import Reversals, alerts_for
from payments.stripe_model.snapshots import IntentStatus, PaymentIntentSnapshot

#: A hold without an operation that nobody has to come back to.
AT_REST: Final[Mapping[str, Any]] = {"operation": None, "operation_at": None, "due_at": None, **ANSWERED}
#: The statuses of a PaymentIntent that move a hold.
FACTS: Final = frozenset(HOLD[HoldStatus.CREATED])


def apply_snapshot(chat: ChatState, snapshot: PaymentIntentSnapshot) -> ChatChange:
    """Apply one snapshot of a PaymentIntent to its hold, which is made if there is none, and to its session.

    The same snapshot changes nothing the second time; a late one changes nothing at all.
    """
    if chat.hold_id not in chat.holds:
        chat = adopt(chat, snapshot)
    chat = chat.having(hold=_reached(chat.hold, snapshot))
    if snapshot.error_code is not None and chat.hold.status is HoldStatus.CREATED:
        chat = chat.having(hold=replace(chat.hold, last_error=snapshot.error_code))
    if snapshot.status not in FACTS:
        return _refuse_if_different(chat, snapshot) or chat.changed()
    return _EFFECTS[hold_step(chat.hold.status, snapshot.status).effect](chat, snapshot)


def learn_window(chat: ChatState, capture_before: datetime) -> ChatChange:
    """Put on the hold until when Stripe lets it be captured; it is canceled before that."""
    hold = replace(chat.hold, capture_before=capture_before)
    if hold.status is HoldStatus.REQUIRES_CAPTURE and hold.is_idle:
        hold = replace(hold, due_at=next_due_at(hold, chat.now, chat.terms))
    return chat.having(hold=hold).changed()


def record_reversals(chat: ChatState, snapshot: PaymentIntentSnapshot, reversals: Reversals | None) -> ChatChange:
    """Put the refunds and disputes of a PaymentIntent on its hold, as Stripe has them now beside the snapshot.

    None says that nothing was captured: a refund of such a charge is a release.
    """
    change = apply_snapshot(chat, snapshot)
    if reversals is None:
        return change
    before = change.hold
    found = alerts_for(before.refunded_total, before.dispute_status, reversals)
    after = replace(before, refunded_total=reversals.refunded_total, dispute_status=reversals.dispute_status)
    alerts = tuple(alert(kind, after, text, chat.now) for kind, text in found)
    return on_fully_refunded(chat.after(change).having(hold=after)).changed(*change.alerts, *alerts)


def snapshot_of(hold: Hold, status: IntentStatus, at: datetime) -> PaymentIntentSnapshot:
    """What Stripe says of a hold without showing its PaymentIntent, such as by an event about its charge."""
    return PaymentIntentSnapshot(
        id=hold.id,
        at=at,
        status=status,
        amount=hold.amount,
        currency=hold.currency,
        manual=True,
        amount_received=hold.amount_captured,
        created_at=hold.created_at,
    )


def _reached(hold: Hold, snapshot: PaymentIntentSnapshot) -> Hold:
    """The hold with who made it. What was asked about it is answered, unless that was an operation."""
    livemode = hold.livemode if snapshot.livemode is None else snapshot.livemode
    account = snapshot.account or hold.account
    if (livemode, account, None, None) == (hold.livemode, hold.account, hold.out_of_reach, hold.unanswered_since):
        return hold
    answered = ANSWERED if hold.operation is None else {}
    return replace(hold, livemode=livemode, account=account, out_of_reach=None, **answered)


def _unchanged(chat: ChatState, _: PaymentIntentSnapshot) -> ChatChange:
    return chat.changed()


def _contradiction(chat: ChatState, snapshot: PaymentIntentSnapshot) -> ChatChange:
    text = f"on record: {chat.hold.status}; Stripe says: {snapshot.status}"
    raised = alert(AlertKind.CONTRADICTION, chat.hold, text, chat.now)
    return chat.having(hold=_at_rest(chat.hold)).changed(raised)


def _cancel_again(chat: ChatState, snapshot: PaymentIntentSnapshot) -> ChatChange:
    """Stripe holds money on a hold that is canceled on record."""
    hold = chat.hold
    held = replace(
        hold,
        due_at=chat.now,
        cancel_reason=hold.cancel_reason or CancelReason.SUPERSEDED,
        authorized_at=hold.authorized_at or snapshot.authorized_at or snapshot.at,
    )
    return chat.having(hold=held).changed()


def _on_authorized(chat: ChatState, snapshot: PaymentIntentSnapshot) -> ChatChange:
    before = chat.hold
    authorized_at = before.authorized_at or snapshot.authorized_at or snapshot.at
    is_confirmed = snapshot.at > (before.confirmed_at or authorized_at)
    hold = replace(
        before,
        status=HoldStatus.REQUIRES_CAPTURE,
        authorized_at=authorized_at,
        capture_before=snapshot.capture_before or before.capture_before,
        confirmed_at=snapshot.at if is_confirmed else before.confirmed_at,
        last_error=None,
    )
    if before.status is HoldStatus.CREATED and hold.is_idle:
        hold = replace(hold, due_at=next_due_at(hold, chat.now, chat.terms))
    chat = chat.having(hold=hold)
    return _refuse_if_different(chat, snapshot) or on_paid(chat)


def _refuse_if_different(chat: ChatState, snapshot: PaymentIntentSnapshot) -> ChatChange | None:
    """Another amount, currency or capture method is never good: schedule the cancel, and tell a person once.

    This reason replaces any other, because once a cancel is refused, a person's own wish is forgotten.
    """
    hold, now = chat.hold, chat.now
    is_open = hold.status in {HoldStatus.CREATED, HoldStatus.REQUIRES_CAPTURE}
    if not is_open or (snapshot.amount, snapshot.currency, snapshot.manual) == (hold.amount, hold.currency, True):
        return None
    if hold.cancel_reason is CancelReason.DIFFERS:
        return chat.changed()
    text = f"Stripe has {snapshot.amount} {snapshot.currency}, manual capture: {snapshot.manual}"
    raised = alert(AlertKind.AMOUNT_DIFFERS, hold, text, now)
    due_at = now if hold.operation is None else hold.due_at
    chat = revoke_extension(chat)
    return chat.having(hold=replace(chat.hold, cancel_reason=CancelReason.DIFFERS, due_at=due_at)).changed(raised)


def revoke_extension(chat: ChatState) -> ChatState:
    """The chat when its hold is about to be canceled: an extension that has not begun takes its time back."""
    return move(NextEvent.CANCEL, chat) if chat.is_next else chat


def on_paid(chat: ChatState) -> ChatChange:
    """PAID, if this hold may fire it: the current one or the next, with no cancel claimed or due on it."""
    hold, session = chat.hold, chat.session
    if hold.cancel_reason is not None:
        return chat.changed()
    if chat.is_next:
        return pay(chat).changed()
    superseded = chat.having(hold=schedule_cancel(hold, CancelReason.SUPERSEDED, chat.now))
    if not chat.is_current:
        return (chat if hold.started_at else superseded).changed()
    step = session_step(session.status, SessionEvent.PAID)
    if step.effect is Effect.SCHEDULE_CANCEL:
        return superseded.changed()
    return chat.having(replace(session, status=step.target)).changed()


def _on_captured(chat: ChatState, snapshot: PaymentIntentSnapshot) -> ChatChange:
    captured = replace(
        chat.hold,
        status=HoldStatus.CAPTURED,
        captured_at=snapshot.at,
        amount_captured=snapshot.amount_received,
        cancel_reason=None,
        **AT_REST,
    )
    alerts: tuple[Alert, ...] = ()
    if (snapshot.amount_received, snapshot.currency) != (captured.amount, captured.currency):
        text = f"captured {snapshot.amount_received} {snapshot.currency}"
        alerts = (alert(AlertKind.AMOUNT_DIFFERS, captured, text, chat.now),)
    chat = _pay_captured_extension(chat.having(hold=captured))
    if chat.is_current:
        step = session_step(chat.session.status, SessionEvent.PAID)
        chat = chat.having(replace(chat.session, status=step.target))
    if chat.hold.started_at is None:
        alerts += (alert(AlertKind.CAPTURED_UNUSED, chat.hold, _unused_text(chat), chat.now),)
    return chat.changed(*alerts)


def _at_rest_again(chat: ChatState, _: PaymentIntentSnapshot) -> ChatChange:
    if chat.hold.status is HoldStatus.CAPTURED and chat.is_next:
        return _pay_captured_extension(chat).changed()
    return chat.having(hold=_at_rest(chat.hold)).changed()


def _pay_captured_extension(chat: ChatState) -> ChatState:
    """An extension captured by hand is paid all the same: its time in the chat still has to begin."""
    if not chat.is_next:
        return chat
    chat = pay(chat)
    return chat.having(hold=_at_rest(chat.hold))


def _unused_text(chat: ChatState) -> str:
    if is_waiting_to_begin(chat.hold):
        return "captured before its extension began; check that the chat continues"
    if chat.is_current and chat.session.status is SessionStatus.READY:
        return "captured before its chat started; the payer can still start it; refund it if nobody does"
    return "captured for a chat that can't start; refund it"


def _on_canceled(chat: ChatState, snapshot: PaymentIntentSnapshot) -> ChatChange:
    before = chat.hold
    was_let_go = before.operation is Operation.CANCEL and before.cancel_reason is not CancelReason.UNCOLLECTED
    failed_capture = before.operation is Operation.CAPTURE
    canceled = replace(
        before,
        **AT_REST,
        status=HoldStatus.CANCELED,
        canceled_at=snapshot.canceled_at or snapshot.at,
        refused_at=before.refused_at or (chat.now if failed_capture else None),
    )
    alerts: tuple[Alert, ...] = ()
    if canceled.started_at is not None and not was_let_go:
        alerts = (alert(AlertKind.USED_BUT_UNPAID, canceled, "canceled though its chat had started", chat.now),)
    return released(chat.having(hold=canceled)).changed(*alerts)


def released(chat: ChatState) -> ChatState:
    """RELEASED, fired by the hold in question if it is the current one or the next."""
    if chat.is_next:
        return move(NextEvent.RELEASED, chat)
    return chat.having(_release_session(chat.session, chat.now)) if chat.is_current else chat


def _release_session(session: ChatSession, now: datetime) -> ChatSession:
    step = session_step(session.status, SessionEvent.RELEASED)
    if step.target is session.status:
        return session
    if step.target is SessionStatus.ENDED:
        session = replace(session, status=step.target, ended_at=now, ended_by=SYSTEM)
        return replace(session, due_at=session_due_at(session))
    return replace(session, status=step.target, due_at=None)


def on_fully_refunded(chat: ChatState) -> ChatState:
    """The chat if all that was captured is refunded: a hold that was never used then counts as released."""
    hold = chat.hold
    is_refunded = hold.status is HoldStatus.CAPTURED and 0 < hold.amount_captured <= hold.refunded_total
    if not is_refunded or hold.started_at is not None:
        return chat
    after = released(chat)
    return after.having(hold=_at_rest(after.hold)) if chat.is_next else after


def _at_rest(hold: Hold) -> Hold:
    """Nobody has to come back to it, unless it is an extension captured by hand: its time has yet to begin."""
    rested = replace(hold, **AT_REST)
    return replace(rested, due_at=extension_begins_at(hold)) if is_waiting_to_begin(hold) else rested


_EFFECTS: Final[Mapping[Effect, Callable[[ChatState, PaymentIntentSnapshot], ChatChange]]] = {
    Effect.NONE: _unchanged,
    Effect.AUTHORIZED: _on_authorized,
    Effect.CAPTURED: _on_captured,
    Effect.CANCELED: _on_canceled,
    Effect.AT_REST: _at_rest_again,
    Effect.CONTRADICTION: _contradiction,
    Effect.SCHEDULE_CANCEL: _cancel_again,
}
