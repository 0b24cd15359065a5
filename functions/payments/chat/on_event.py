"""What Stripe's events change in a chat. Facts are taken from the event itself: they only move a hold forward."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from payments.chat.port import ChatDeps
from payments.chat.repository import all_writes, chat_about, chat_of, decided
from payments.core.alerts import UNKNOWN_TEXT, Alert, AlertKind
from payments.core.processed_events import EventChange, Outcome, unknown_at_stripe
from payments.core.store import Decision, Docs, Ref, Refs
from payments.domain.chat.adoption import belongs
from payments.domain.chat.apply_snapshot import apply_snapshot, learn_window, record_reversals, snapshot_of
from payments.domain.chat.change import ChatChange, ChatState, Rule, alert
from payments.domain.chat.extension import decide
from payments.domain.chat.records import ChatSession, Hold
from payments.domain.chat.states import HoldStatus
from payments.stripe_model.answers import Done, is_unknown
from payments.stripe_model.reversals import Reversals
from payments.stripe_model.snapshots import ChargeSnapshot, IntentStatus, PaymentIntentSnapshot
from payments.stripe_model.suspicions import Suspicion


def payment_intent(deps: ChatDeps, snapshot: PaymentIntentSnapshot) -> EventChange:
    """A PaymentIntent was authorized, captured or canceled, or a try to pay it failed."""
    rule = partial(apply_snapshot, snapshot=snapshot)
    return _change(deps, snapshot.id, snapshot.session_id, rule, adopts=snapshot)


def charge_succeeded(deps: ChatDeps, charge: ChargeSnapshot) -> EventChange | None:
    """A card was charged: the charge says until when its authorization can be captured."""
    if charge.is_captured or charge.capture_before is None:
        return None
    rule = partial(learn_window, capture_before=charge.capture_before)
    return _change(deps, charge.intent_id, charge.session_id, rule)


def charge_expired(deps: ChatDeps, charge: ChargeSnapshot, at: datetime) -> EventChange | None:
    """Stripe let an authorization expire."""
    if charge.is_captured:
        return None

    def rule(chat: ChatState) -> ChatChange:
        return apply_snapshot(chat, snapshot_of(chat.hold, IntentStatus.CANCELED, at))

    return _change(deps, charge.intent_id, charge.session_id, rule)


def _change(
    deps: ChatDeps, intent_id: str, session_id: str, rule: Rule, adopts: PaymentIntentSnapshot | None = None
) -> EventChange:
    """The change of a PaymentIntent's chat. Without a record it is ours only if `adopts` names the chat.

    The session that the metadata names is read in the same batch; the hold's own, if it is another, after it.
    """
    now = deps.now()

    def decide_event(docs: Docs) -> Decision[ChatChange] | None:
        chat = chat_about(deps, docs, intent_id, now, session_id=session_id)
        if chat is None:
            return None
        is_ours = intent_id in chat.holds or (adopts is not None and belongs(chat.session, adopts))
        return decided(chat, rule) if is_ours else None

    refs: Refs = [Ref(Hold, intent_id), *([Ref(ChatSession, session_id)] if session_id else [])]
    return EventChange(intent_id, refs, decide_event, chat_of(intent_id, session_id))


def reversals(deps: ChatDeps, docs: Docs, intent_id: str) -> Decision[ChatChange] | Outcome:
    """A hold was refunded or disputed: its PaymentIntent, refunds and disputes as Stripe has them now.

    A charge that was never captured has no refunds: Stripe tells of its release as of a refund.
    """
    now = deps.now()
    chat = chat_about(deps, docs, intent_id, now)
    answer = deps.stripe.retrieve(intent_id)
    if chat is None:
        return Outcome.RETRY
    if not isinstance(answer, Done):
        return _unread(deps, chat, answer)
    found: Reversals | None = None
    if answer.snapshot.status is IntentStatus.CAPTURED:
        listed = deps.stripe.reversals(intent_id)
        if not isinstance(listed, Reversals):
            return _unread(deps, chat, listed)
        found = listed
    change = decide(chat, partial(record_reversals, snapshot=answer.snapshot, reversals=found))
    return Decision(change, all_writes(chat, change))


def _unread(deps: ChatDeps, chat: ChatState, answer: object) -> Outcome:
    if not is_unknown(answer):
        return Outcome.RETRY
    return unknown_at_stripe(deps.store, alert(AlertKind.UNKNOWN_AT_STRIPE, chat.hold, UNKNOWN_TEXT, chat.now))


def suspected(deps: ChatDeps, hold: Hold, suspicion: Suspicion) -> tuple[Alert, ...]:
    """The alert about a hold that may be fraud, with the way out; none if no money is left to give back."""
    is_captured = hold.status is HoldStatus.CAPTURED
    if hold.status is HoldStatus.CANCELED or (is_captured and hold.refunded_total >= hold.amount_captured):
        return ()
    left = hold.amount_captured - hold.refunded_total
    way_out = f"consider a refund of {left} {hold.currency}" if is_captured else "not captured: consider a cancel"
    return (alert(suspicion.kind, hold, suspicion.told(way_out), deps.now()),)
