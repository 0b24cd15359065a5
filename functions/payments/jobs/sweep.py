"""What is due now: releases, captures, ends, operations that a dead process left (H-09, H-11, H-16).

One query to each of three collections, `dueAt <= now`. Every item is claimed before it is worked on, so two runs that
overlap do no harm, and one item's failure stops no other. At its end a run looks whether webhooks come at all.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from payments.chat.when_due import hold_due, session_due
from payments.core import logs
from payments.core.refusals import Refusal
from payments.core.store import Docs, Store
from payments.domain.chat.records import ChatSession, Hold
from payments.domain.chat.states import HoldStatus
from payments.domain.shop.orders import Order, OrderStatus
from payments.jobs.port import JobDeps
from payments.jobs.silence import check_webhooks
from payments.shop.when_due import order_due
from payments.stripe_model.answers import FailureKind

T = TypeVar("T")
Due = TypeVar("Due", Hold, ChatSession, Order)
#: How an item came out.
Work = Callable[[T, Docs], str]

PAGE: Final = 100
WORKERS: Final = 8
#: A run begins no new page after so many items, and nothing at all after so long; the rest is the next run's.
MOST: Final = 2000
LONGEST: Final = timedelta(minutes=4)

#: How an item comes out about which Stripe has answered: with the status of a hold or an order.
_FOUND: Final = tuple({*HoldStatus, *OrderStatus})


@dataclass(slots=True)
class Report:
    """What a run did: how many items came out how, and since when the oldest that is due, or unanswered, has been."""

    done: Counter[str] = field(default_factory=Counter)
    oldest_due: datetime | None = None
    oldest_unanswered: datetime | None = None


def run(deps: JobDeps) -> Report:
    """Work on what is due, sessions first, because they claim their holds; log one line that says what was done."""
    began, report = deps.now(), Report()
    deps.chat.identity()  # if the key is another than before, it is said now and not when somebody next pays
    with ThreadPoolExecutor(WORKERS) as pool:
        _work_on(deps, pool, ChatSession, partial(session_due, deps.chat), began, report)
        _work_on(deps, pool, Hold, partial(hold_due, deps.chat), began, report)
        _work_on(deps, pool, Order, partial(order_due, deps.shop), began, report)
    check_webhooks(deps)
    report.oldest_due = _oldest_due(deps.store, deps.now())
    report.oldest_unanswered = _oldest_unanswered(deps.store, deps.now())
    if any(outcome.endswith(_FOUND) for outcome in report.done):
        deps.has_found()
    _log(report, deps.now() - began)
    return report


def _log(report: Report, took: timedelta) -> None:
    """The run's one line: an ERROR as often as Stripe refuses the key, because nobody else can mend that."""
    is_refused = any(outcome.endswith(FailureKind.MISCONFIGURED) for outcome in report.done)
    logs.write(
        "ERROR" if is_refused else "INFO",
        "sweep",
        done=dict(report.done),
        oldestDueAt=report.oldest_due,
        oldestUnansweredAt=report.oldest_unanswered,
        seconds=round(took.total_seconds(), 3),
    )


def _work_on(
    deps: JobDeps, pool: ThreadPoolExecutor, kind: type[T], work: Work[T], began: datetime, report: Report
) -> None:
    guarded = partial(_guarded, deps, began + LONGEST, work)
    for page in _pages(deps, kind, began, report):
        report.done.update(pool.map(guarded, page))


def _pages(deps: JobDeps, kind: type[T], began: datetime, report: Report) -> Iterator[list[tuple[T, Docs]]]:
    for page in deps.store.due(kind, began, PAGE):
        if report.done.total() >= MOST or deps.now() >= began + LONGEST:
            return
        yield page


def _oldest_due(store: Store, now: datetime) -> datetime | None:
    due = [_oldest(store, Hold, now), _oldest(store, ChatSession, now), _oldest(store, Order, now)]
    return min((at for at in due if at), default=None)


def _oldest(store: Store, kind: type[Due], now: datetime) -> datetime | None:
    items: list[tuple[Due, Docs]] = next(filter(None, store.due(kind, now, 1)), [])
    return items[0][0].due_at if items else None


def _oldest_unanswered(store: Store, now: datetime) -> datetime | None:
    """Since when Stripe has owed the oldest answer, counted from the first claim."""
    times = [store.oldest(kind, "unanswered_since", now) for kind in (Hold, Order)]
    return min((at for at in times if at), default=None)


def _guarded(deps: JobDeps, stop: datetime, work: Work[T], item: tuple[T, Docs]) -> str:
    """How the item came out. Its failure is logged; the others continue."""
    if deps.now() >= stop:
        return "left for the next run"
    try:
        return work(*item)
    except Refusal as refusal:
        return f"refused: {refusal.code}"
    except Exception:  # noqa: BLE001 - the item's failure is logged; the others still have to be worked on
        name = f"{type(item[0]).__name__} {getattr(item[0], 'id', '')}"
        logs.write("ERROR", "sweep item failed", item=name, traceback=traceback.format_exc())
        return "failed"
