"""How far a look at everything has come: a run that can't finish it leaves the rest to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

#: How far back a look goes: each day a little, each week as far as an authorization can live (30 days for yen).
SHORT: Final = timedelta(days=3)
LONG: Final = timedelta(days=35)
#: A day and a week, less what a schedule may be early.
EACH_DAY: Final = timedelta(hours=23)
EACH_WEEK: Final = timedelta(days=6, hours=23)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """`looks/{name}`: the look that began last. It is under way as long as `since` says how far back it goes.

    `after` is the id of what was looked at last, newest first. `whole_at` is when the last long one began.
    """

    id: str
    begun_at: datetime | None = None
    whole_at: datetime | None = None
    since: datetime | None = None
    after: str | None = None


def begun(look: Look, now: datetime) -> Look | None:
    """The look that is to be worked on now: the one under way or, once a day, a new one. None if none is due."""
    if look.since is not None:
        return look
    if look.begun_at is not None and now < look.begun_at + EACH_DAY:
        return None
    is_long = look.whole_at is None or now >= look.whole_at + EACH_WEEK
    began = replace(look, begun_at=now, after=None, since=now - (LONG if is_long else SHORT))
    return replace(began, whole_at=now) if is_long else began


def asked_for(name: str, days: int, now: datetime) -> Look:
    """A look that somebody asks for. It takes the place of one under way; the next long one is due in a week."""
    return Look(id=name, begun_at=now, whole_at=now, since=now - timedelta(days=days))


def moved(look: Look, after: str | None) -> Look:
    """The look behind one more of what it looks at; None: at its start again."""
    return replace(look, after=after)


def finished(look: Look) -> Look:
    """The look at its end."""
    return replace(look, since=None, after=None)
