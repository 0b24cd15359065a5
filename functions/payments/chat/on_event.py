"""What Stripe's events change in a chat. Facts are taken from the event itself: they only move a hold forward.

A session is on record before Stripe is asked for its PaymentIntent, so an event is never too early for it: if there is
none, it is gone. What is on its way is the hold's record alone, and that is made here if the event is faster.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from payments.chat.finish_hold import retrieve
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
from payments.domain.chat.unknown_payment import on_unknown_payment
from payments.stripe_model.answers import Done, OtherAccount, is_unknown
from payments.stripe_model.reversals import Reversals
from payments.stripe_model.snapshots import ChargeSnapshot, IntentStatus, PaymentIntentSnapshot
from payments.stripe_model.suspicions import Suspicion


def payment_intent(deps: ChatDeps, snapshot: PaymentIntentSnapshot) -> EventChange:
    """A PaymentIntent was authorized, captured or canceled, or a try to pay it failed.

    With a record it is ours. Without one its metadata has to name a chat of ours; if it names this deployment and a
    chat that is gone, an authorization is adopted all the same, to be canceled, and a person is told.
    """
    now = deps.now()
    rule = partial(apply_snapshot, snapshot=snapshot)

    def decide_event(docs: Docs) -> Decision[ChatChange] | None:
        chat = chat_about(deps, docs, snapshot.id, now, session_id=snapshot.session_id)
        if chat is not None and (snapshot.id in chat.holds or _is_expected(deps, docs, snapshot)):
            return decided(chat, rule)
        return _unknown_payment(deps, docs, snapshot, now) if snapshot.app == deps.app else None

    def then(docs: Docs) -> Refs:
        more = chat_of(snapshot.id, snapshot.session_id)(docs)
        is_known = docs.get(Ref(Hold, snapshot.id)) is not None or _is_expected(deps, docs, snapshot)
        return more if is_known or snapshot.app != deps.app else [*more, _alert_ref(snapshot)]

    return EventChange(snapshot.id, _refs(snapshot.id, snapshot.session_id), decide_event, then)


def _is_expected(deps: ChatDeps, docs: Docs, snapshot: PaymentIntentSnapshot) -> bool:
    """Whether the metadata names a session on record, its two people, and no other deployment."""
    ref = Ref(ChatSession, snapshot.session_id)
    session = docs.get(ref) if ref in docs.found else None
    return session is not None and belongs(session, snapshot) and snapshot.app in ("", deps.app)


def _alert_ref(snapshot: PaymentIntentSnapshot) -> Ref[Alert]:
    return Ref(Alert, f"{AlertKind.UNKNOWN_PAYMENT}:{snapshot.id}")


def _unknown_payment(
    deps: ChatDeps, docs: Docs, snapshot: PaymentIntentSnapshot, now: datetime
) -> Decision[ChatChange] | None:
    change = on_unknown_payment(snapshot, now, deps.terms)
    if change is None:
        return None
    is_told = docs.get(_alert_ref(snapshot)) is not None
    told = tuple(each for each in change.alerts if not (is_told and each.id == _alert_ref(snapshot).id))
    return Decision(replace(change, alerts=told), (*change.holds, *told))


def charge_succeeded(deps: ChatDeps, charge: ChargeSnapshot) -> EventChange | None:
    """A card was charged: the charge says until when its authorization can be captured."""
    if charge.is_captured or charge.capture_before is None:
        return None
    rule = partial(learn_window, capture_before=charge.capture_before)
    return _change(deps, charge, rule)


def charge_expired(deps: ChatDeps, charge: ChargeSnapshot, at: datetime) -> EventChange | None:
    """Stripe let an authorization expire."""
    if charge.is_captured:
        return None

    def rule(chat: ChatState) -> ChatChange:
        return apply_snapshot(chat, snapshot_of(chat.hold, IntentStatus.CANCELED, at))

    return _change(deps, charge, rule)


def _change(deps: ChatDeps, charge: ChargeSnapshot, rule: Rule) -> EventChange:
    """The change of a charge's chat. It is ours only if its PaymentIntent is on record."""
    intent_id, session_id, now = charge.intent_id, charge.session_id, deps.now()

    def decide_event(docs: Docs) -> Decision[ChatChange] | None:
        chat = chat_about(deps, docs, intent_id, now, session_id=session_id)
        return decided(chat, rule) if chat is not None and intent_id in chat.holds else None

    return EventChange(intent_id, _refs(intent_id, session_id), decide_event, chat_of(intent_id, session_id))


def _refs(intent_id: str, session_id: str) -> Refs:
    """The session that the metadata names is read in the same batch; the hold's own, if it is another, after it."""
    return [Ref(Hold, intent_id), *([Ref(ChatSession, session_id)] if session_id else [])]


def reversals(deps: ChatDeps, docs: Docs, intent_id: str) -> Decision[ChatChange] | Outcome:
    """A hold was refunded or disputed: its PaymentIntent, refunds and disputes as Stripe has them now.

    A charge that was never captured has no refunds: Stripe tells of its release as of a refund.
    """
    now = deps.now()
    chat = chat_about(deps, docs, intent_id, now)
    if chat is None:
        return Outcome.RETRY
    answer = retrieve(deps, chat.hold)
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
    if isinstance(answer, OtherAccount):
        return Outcome.OTHER_ACCOUNT
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
