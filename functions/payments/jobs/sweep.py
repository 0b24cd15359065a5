"""What is due now: releases, captures, ends, operations that somebody left half-way (H-09, H-11, H-16).

One question to each of three collections, `dueAt <= now`; every item is claimed before it is worked on, so two runs
that overlap do no harm, and one item's failure stops nothing else.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from payments.adapters.rate_limit import PacedGateway
from payments.chat.finish_hold import FINAL, Outcome, finish, look, settle
from payments.chat.repository import Settled, change_chat, change_pair, extension_of, holds_of, session_ref
from payments.chat.start_and_end import captured
from payments.core import logs
from payments.core.refusals import Refusal
from payments.core.store import Decision, Docs, Ref
from payments.domain.chat.change import Moved
from payments.domain.chat.due import Step, take_up, take_up_session
from payments.domain.chat.records import Hold, Session
from payments.domain.shop.orders import Order, is_waited_for, look_again_at
from payments.ports import Deps
from payments.shop.repository import put_on_record
from payments.stripe_model.answers import Done
from payments.stripe_model.snapshots import Page

T = TypeVar("T")
Due = TypeVar("Due", Hold, Session, Order)
PAGE: Final = 100
WORKERS: Final = 8
#: A run begins no new page after so many items, and nothing at all after so long; the rest is the next run's.
MOST: Final = 2000
LONGEST: Final = timedelta(minutes=4)


@dataclass(slots=True)
class Report:
    """What a run did: how many items came out how, and since when the oldest that is still due has been."""

    done: Counter[str] = field(default_factory=Counter)
    oldest_due: datetime | None = None


def run(deps: Deps) -> Report:
    """Work on what is due, sessions first, for they claim their holds; log one line that says what was done."""
    paced = replace(deps, gateway=PacedGateway(deps.gateway, deps.config.stripe_rate, deps.sleep))
    began, report = deps.now(), Report()
    stop = began + LONGEST
    with ThreadPoolExecutor(WORKERS) as pool:
        for sessions in _pages(deps, Session, began, report):
            report.done.update(pool.map(lambda item: _guarded(paced, stop, _session, item), sessions))
        for holds in _pages(deps, Hold, began, report):
            report.done.update(pool.map(lambda item: _guarded(paced, stop, _hold, item), holds))
        for orders in _pages(deps, Order, began, report):
            report.done.update(pool.map(lambda item: _guarded(paced, stop, _order, item), orders))
    report.oldest_due = _oldest_due(deps)
    seconds = round((deps.now() - began).total_seconds(), 3)
    logs.write("INFO", "sweep", done=dict(report.done), oldestDueAt=report.oldest_due, seconds=seconds)
    return report


def _pages(deps: Deps, kind: type[T], began: datetime, report: Report) -> Iterator[list[tuple[T, Docs]]]:
    for page in deps.store.due(kind, began, PAGE):
        if report.done.total() >= MOST or deps.now() >= began + LONGEST:
            return
        yield page


def _oldest_due(deps: Deps) -> datetime | None:
    now = deps.now()
    due = [_oldest(deps, Hold, now), _oldest(deps, Session, now), _oldest(deps, Order, now)]
    return min((at for at in due if at), default=None)


def _oldest(deps: Deps, kind: type[Due], now: datetime) -> datetime | None:
    items: list[tuple[Due, Docs]] = next(filter(None, deps.store.due(kind, now, 1)), [])
    return items[0][0].due_at if items else None


def _guarded(deps: Deps, stop: datetime, work: Callable[[Deps, T, Docs], str], item: tuple[T, Docs]) -> str:
    """How the item came out. Whatever goes wrong with one is said, and is nobody else's trouble."""
    if deps.now() >= stop:
        return "left for the next run"
    try:
        return work(deps, *item)
    except Refusal as refusal:
        return f"refused: {refusal.code}"
    except Exception:  # noqa: BLE001 - the item's trouble is logged; the others still have to be worked on
        name = f"{type(item[0]).__name__} {getattr(item[0], 'id', '')}"
        logs.write("ERROR", "sweep item failed", item=name, traceback=traceback.format_exc())
        return "failed"


def _hold(deps: Deps, hold: Hold, docs: Docs) -> str:
    docs = docs.plus(deps.store.read([session_ref(hold.session_id)], extension_of(hold.session_id, docs)))
    step, claimed = _take_up(deps, hold.id, docs)
    if step is Step.NOTHING:
        return step.value if claimed.hold.started_at == hold.started_at else "begin"
    settled = _work(deps, step, claimed)
    return f"{step}: {settled.hold.status if settled and settled.hold.operation is None else 'not known yet'}"


def _take_up(deps: Deps, intent_id: str, docs: Docs) -> tuple[Step, Settled]:
    """Claim what is due, by the hold as it is when it is claimed."""
    steps: list[Step] = []

    def decide(session: Session, hold: Hold) -> Moved:
        step, moved = take_up(hold, session, deps.now(), deps.config.terms)
        steps.append(step)
        return moved

    claimed = change_pair(deps, intent_id, decide, seen=docs)
    return steps[-1], claimed


def _work(deps: Deps, step: Step, claimed: Settled) -> Settled | None:
    if step is Step.LOOK:
        return look(deps, claimed.hold.id, claimed.docs)[0]
    if step is Step.RESUME:
        return _resume(deps, claimed)
    return finish(deps, claimed)


def _resume(deps: Deps, claimed: Settled) -> Settled | None:
    """Somebody died half-way: read Stripe first; if it was not done, do it with the same key and parameters."""
    fresh = deps.gateway.retrieve(claimed.hold.id)
    if not isinstance(fresh, Done):
        return None
    if fresh.seen.money in FINAL:
        return settle(deps, claimed, Outcome(fresh.seen))
    return finish(deps, claimed)


def _session(deps: Deps, session: Session, docs: Docs) -> str:
    """A chat whose time is over ends, and its hold is captured; anything else is a matter of the session alone."""
    now, steps = deps.now(), list[Step]()

    def decide(session: Session, hold: Hold | None) -> Moved:
        step, moved = take_up_session(session, hold, now)
        steps.append(step)
        return moved

    holds = holds_of(session.id)(docs)
    moved, docs = change_chat(deps, session.id, decide, seen=docs.plus(deps.store.read(holds)) if holds else docs)
    if steps[-1] is not Step.END:
        return steps[-1].value
    hold = captured(deps, moved, docs, now)
    return (
        f"end: {hold.status if hold and hold.operation is None else 'by ticket' if hold is None else 'not known yet'}"
    )


def _order(deps: Deps, order: Order, docs: Docs) -> str:
    """An order whose webhook may be lost: claimed by moving its next look on, then settled by what Stripe says."""
    ref, now = Ref(Order, order.id), deps.now()

    def decide(docs: Docs) -> Decision[Order | None]:
        current = docs[ref]
        if current.due_at == look_again_at(order, now):
            return Decision(current)
        if current.due_at is None or now < current.due_at:
            return Decision(None)
        is_waited = is_waited_for(current, now) and current.checkout_session_id is not None
        looked = replace(current, due_at=look_again_at(current, now) if is_waited else None)
        return Decision(looked, (looked,))

    claimed = deps.store.change([ref], decide, seen=docs).result
    if claimed is None or claimed.checkout_session_id is None:
        return Step.NOTHING.value
    page = deps.gateway.retrieve_page(claimed.checkout_session_id)
    if not isinstance(page, Page):
        return "order: not known yet"
    books = put_on_record(deps, page)
    return f"order: {books.order.status if books else 'missing'}"
