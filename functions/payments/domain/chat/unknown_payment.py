"""A PaymentIntent of ours for a chat that is not on record: deleted, or younger than the backup that was restored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from payments.core.alerts import Alert, AlertKind
from payments.core.ids import is_uid
from payments.domain.chat.adoption import deleted_chat_of
from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.change import ChatChange, ChatState
from payments.domain.chat.records import Terms
from payments.stripe_model.snapshots import IntentStatus, PaymentIntentSnapshot

#: What can be ended without charging anybody.
_OPEN: Final = frozenset({IntentStatus.UNPAID, IntentStatus.AUTHORIZED})


def on_unknown_payment(snapshot: PaymentIntentSnapshot, now: datetime, terms: Terms) -> ChatChange | None:
    """Adopt what is open, on a stand-in for its chat: it is then due to be canceled. Say what holds or took money.

    None if nothing is left to do: it is canceled, or Stripe has yet to say what becomes of it.
    """
    chat = ChatState(
        session=deleted_chat_of(snapshot), holds={}, now=now, terms=terms, hold_id=snapshot.id, is_deleted=True
    )
    is_adopted = snapshot.status in _OPEN and _names_a_chat(snapshot)
    change = apply_snapshot(chat, snapshot) if is_adopted else ChatChange(chat.session)
    raised = _alert(snapshot, now, is_adopted=is_adopted)
    if raised is not None:
        return replace(change, alerts=(*change.alerts, raised))
    return change if is_adopted else None


def _names_a_chat(snapshot: PaymentIntentSnapshot) -> bool:
    """Whether the metadata is whole, as we write it: a record is made of it."""
    is_named = snapshot.session_id != "" and is_uid(snapshot.user_id) and is_uid(snapshot.consultant_id)
    return is_named and snapshot.attempt > 0


def _alert(snapshot: PaymentIntentSnapshot, now: datetime, *, is_adopted: bool) -> Alert | None:
    amount, text = snapshot.amount, "held for a chat that is not on record; it is being canceled"
    if snapshot.status is IntentStatus.CAPTURED:
        amount, text = snapshot.amount_received, "captured for a chat that is not on record; see whether it took place"
    elif snapshot.status is not IntentStatus.AUTHORIZED:
        return None
    elif not is_adopted:
        text = "held with our name, for no chat and no order; cancel it"
    return Alert(
        kind=AlertKind.UNKNOWN_PAYMENT,
        intent_id=snapshot.id,
        session_id=snapshot.session_id,
        amount=amount,
        currency=snapshot.currency,
        text=text,
        at=now,
    )
