"""Holds that the key in use can't reach: Stripe knows nothing of them, or another account or mode made them.

In both cases the session is free for a new attempt at once. Another account's hold is not asked about: nothing that
this key is answered says anything of it. It waits for its own key, is captured then if it was used, else canceled.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from payments.core.alerts import UNKNOWN_TEXT, AlertKind
from payments.domain.chat.apply_snapshot import AT_REST, released
from payments.domain.chat.change import ChatChange, ChatState, DueAction, alert, schedule_cancel
from payments.domain.chat.records import CancelReason, Hold, OutOfReach
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.domain.chat.unanswered import remembered, say_if_stuck
from payments.stripe_model.answers import Failure, FailureKind, OtherAccount, is_out_of_reach, kind_of
from payments.stripe_model.identity import StripeIdentity

#: How long a hold that is out of reach is left alone.
LATER: Final = timedelta(hours=1)
#: If nobody knows whose key this is, "unknown" counts as an answer once it has found other holds for so long.
CONVINCED: Final = timedelta(days=1)
#: Longer than any authorization lives: after this a hold that waits for its key rests.
LONGEST_WAIT: Final = timedelta(days=35)


def is_other_accounts(hold: Hold, stripe: StripeIdentity) -> bool:
    """Whether another account or mode than the key's has certainly made the hold."""
    return stripe.certainly_differs(hold.made_by)


def note_failure(chat: ChatState, claimed: Hold, failure: Failure) -> ChatChange:
    """Stripe was asked about the hold as claimed, and gave no answer to go by."""
    hold = chat.hold
    if (hold.operation, hold.operation_try, hold.status) != (claimed.operation, claimed.operation_try, claimed.status):
        return chat.changed()
    chat = chat.having(hold=remembered(hold, failure, chat.now))
    if not is_out_of_reach(failure):
        return say_if_stuck(chat, failure)
    if kind_of(failure) is FailureKind.OTHER_ACCOUNT:
        return wait_for_key(chat)
    return _on_unknown(chat, failure)


def wait_for_key(chat: ChatState) -> ChatChange:
    """Another account made the hold: it is not asked about, and looked at again in an hour."""
    chat = let_go_if_other_accounts(chat)
    hold = remembered(chat.hold, OtherAccount(), chat.now)
    is_over = chat.now >= hold.created_at + LONGEST_WAIT
    chat = chat.having(hold=replace(hold, due_at=None if is_over else chat.now + LATER))
    is_only_a_test = hold.livemode is False and chat.stripe.livemode is True
    change = chat.changed() if is_only_a_test else say_if_stuck(chat, OtherAccount())
    return replace(change, action=DueAction.WAIT_FOR_KEY)


def let_go_if_other_accounts(chat: ChatState) -> ChatState:
    """The chat, free of the hold in question if another account made it."""
    return _out_of_reach(chat, OutOfReach.OTHER_ACCOUNT) if is_other_accounts(chat.hold, chat.stripe) else chat


def without_other_accounts(chat: ChatState) -> ChatState:
    """The chat, free of every hold that another account made, so that a new attempt can begin."""
    for hold_id in (chat.session.next_intent_id, chat.session.intent_id):
        if hold_id is not None and hold_id in chat.holds:
            chat = let_go_if_other_accounts(chat.about(hold_id)).about(chat.hold_id)
    return chat


def _on_unknown(chat: ChatState, failure: Failure) -> ChatChange:
    hold = chat.hold
    is_certain = _is_an_answer(hold, chat.stripe, chat.now)
    chat = _out_of_reach(chat, OutOfReach.UNKNOWN)
    if not is_certain:
        return say_if_stuck(chat.having(hold=replace(chat.hold, due_at=chat.now + LATER)), failure)
    rested = replace(chat.hold, **AT_REST)
    return chat.having(hold=rested).changed(alert(AlertKind.UNKNOWN_AT_STRIPE, rested, UNKNOWN_TEXT, chat.now))


def _is_an_answer(hold: Hold, stripe: StripeIdentity, now: datetime) -> bool:
    """Whether "no such PaymentIntent" says something of the hold, and not of the key."""
    if stripe.is_certainly(hold.made_by):
        return True
    since = hold.unanswered_since
    if since is None or stripe.found_at is None:
        return False
    return stripe.found_at > since and now >= since + CONVINCED


def _out_of_reach(chat: ChatState, why: OutOfReach) -> ChatState:
    """The hold marked; one that was never used frees its session, and is canceled if it is ever reached again."""
    hold = chat.hold
    chat = chat.having(hold=replace(hold, out_of_reach=why))
    is_open = hold.status in (HoldStatus.CREATED, HoldStatus.REQUIRES_CAPTURE)
    if hold.started_at is not None or not is_open:
        return chat
    if chat.is_next or chat.session.status in (SessionStatus.AWAITING_PAYMENT, SessionStatus.READY):
        chat = released(chat)
    return chat.having(hold=schedule_cancel(chat.hold, CancelReason.SUPERSEDED, chat.now))
