"""Every PaymentIntent of the last days, compared with the records, so that no money is looked for by nobody.

Stripe's list only says where to look: what differs is read again, both sides. Nothing is canceled here. What has no
record and names a chat of ours is adopted, then the tables and the sweep decide; what no table allows is an alert.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from payments.core import logs
from payments.core.looks import Look, begun, finished, moved
from payments.core.refusals import Refusal
from payments.core.store import CorruptDocument, Decision, Docs, Ref
from payments.domain.chat.adoption import belongs
from payments.domain.chat.records import ChatSession, Hold
from payments.domain.shop.ledger import Payment
from payments.domain.shop.orders import Order
from payments.jobs.bring_up_to_date import bring_up_to_date, difference, refs_of
from payments.jobs.port import JobDeps
from payments.stripe_model.answers import Misconfigured
from payments.stripe_model.snapshots import IntentPage, IntentStatus, PaymentIntentSnapshot

#: The document of the looks, and who may ask for one.
LOOK: Final = Ref(Look, "comparePayments")
#: A run begins nothing after so long; the next goes on where it has stopped.
LONGEST: Final = timedelta(minutes=4)
#: What is younger may have its record on its way.
OLD_ENOUGH: Final = timedelta(hours=1)


def run(deps: JobDeps) -> Counter[str]:
    """Go on with the look under way, or begin the day's; log one line that says how what differed came out."""
    began, done = deps.now(), Counter[str]()
    docs = deps.store.read([LOOK])
    look = begun(docs.get(LOOK) or Look(id=LOOK.id), began)
    if look is not None:
        is_complete = _go_on(deps, look, docs, began + LONGEST, done)
        severity, seconds = "INFO" if is_complete else "WARNING", round((deps.now() - began).total_seconds(), 3)
        logs.write(severity, "compare", done=dict(done), since=look.since, isComplete=is_complete, seconds=seconds)
    return done


def _go_on(deps: JobDeps, look: Look, docs: Docs, stop: datetime, done: Counter[str]) -> bool:
    """Compare page by page, and save after each how far it has come. Answers whether the look came to its end."""
    while look.since is not None and deps.now() < stop:
        page = deps.intents.list_intents(look.since, look.after)
        if not isinstance(page, IntentPage):
            severity = "ERROR" if isinstance(page, Misconfigured) else "WARNING"
            logs.write(severity, "listing PaymentIntents failed", answer=repr(page))
            if look.after is not None and page.reason == "resource_missing":
                _save(deps, moved(look, None), docs)  # under this key there is no such cursor: from the start again
            return False
        look = _compare(deps, look, page, stop, done)
        saved = _save(deps, look, docs)
        if saved is None:
            return False
        docs = saved
    return look.since is None


def _save(deps: JobDeps, look: Look, docs: Docs) -> Docs | None:
    """None if another run, or somebody who asked for a look, has been faster: that one is then gone on with."""
    before = docs.get(LOOK)

    def decide(docs: Docs) -> Decision[bool]:
        is_ours = docs.get(LOOK) in (before, look)
        return Decision(is_ours, (look,) if is_ours else ())

    saved = deps.store.change([LOOK], decide, known=docs)
    return saved.docs if saved.result else None


def _compare(deps: JobDeps, look: Look, page: IntentPage, stop: datetime, done: Counter[str]) -> Look:
    """Bring up to date what differs, one by one. Answers the look behind the page, or behind the last that was done."""
    for snapshot in _standing_out(deps, page.snapshots):
        if deps.now() >= stop:
            return look
        done[_guarded(deps, snapshot)] += 1
        look = moved(look, snapshot.id)
    return finished(look) if page.next_after is None else moved(look, page.next_after)


def _standing_out(deps: JobDeps, listed: tuple[PaymentIntentSnapshot, ...]) -> Iterator[PaymentIntentSnapshot]:
    """Those that differ from the records, or have none though they are ours: one read for a whole page."""
    now = deps.now()
    try:
        docs = deps.store.read([ref for snapshot in listed for ref in refs_of(snapshot)])
    except CorruptDocument:
        yield from listed  # one document must not hide the others: each is compared by itself
        return
    for snapshot in listed:
        if _is_on_record(docs, snapshot):
            if difference(docs, snapshot) is not None:
                yield snapshot
        elif now >= snapshot.created_at + OLD_ENOUGH and _is_missed(deps, docs, snapshot):
            yield snapshot


def _is_on_record(docs: Docs, snapshot: PaymentIntentSnapshot) -> bool:
    return docs.get(Ref(Hold, snapshot.id)) is not None or docs.get(Ref(Payment, snapshot.id)) is not None


def _is_missed(deps: JobDeps, docs: Docs, snapshot: PaymentIntentSnapshot) -> bool:
    """Whether a PaymentIntent without a record is ours, and there is something to do about it."""
    is_shops = snapshot.order_id != "" and snapshot.session_id == ""
    if snapshot.status not in ({IntentStatus.CAPTURED} if is_shops else _OPEN_OR_CAPTURED):
        return False
    if snapshot.app:
        return snapshot.app == deps.chat.app
    order, session = (_found(docs, Ref(Order, snapshot.order_id)), _found(docs, Ref(ChatSession, snapshot.session_id)))
    return order is not None if is_shops else session is not None and belongs(session, snapshot)


_OPEN_OR_CAPTURED: Final = frozenset({IntentStatus.UNPAID, IntentStatus.AUTHORIZED, IntentStatus.CAPTURED})


def _found(docs: Docs, ref: Ref[Any]) -> Any:
    return docs.get(ref) if ref in docs.found else None


def _guarded(deps: JobDeps, snapshot: PaymentIntentSnapshot) -> str:
    """How it came out. Whatever goes wrong with one stops no other; the next look finds it again."""
    try:
        return bring_up_to_date(deps, snapshot).value
    except Refusal as refusal:
        return f"refused: {refusal.code}"
    except Exception:  # noqa: BLE001 - its trouble is logged; the others still have to be compared
        logs.unexpected(f"comparePayments {snapshot.id}")
        return "failed"
