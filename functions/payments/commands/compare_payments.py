"""Ask for a look at all payments: `python -m payments.commands.compare_payments --days 35`, as after a restored backup.

`comparePayments` begins it at its next run, within the hour; to have it at once, run its job in Cloud Scheduler.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from payments.adapters.firestore import open_store
from payments.core.looks import LONG, asked_for
from payments.core.store import Decision
from payments.jobs.compare import LOOK

MOST_DAYS: Final = 400


def main(arguments: Sequence[str] | None = None) -> None:
    """Put on record how far back the next look goes, in place of one that may be under way."""
    days: int = _parser().parse_args(arguments).days
    look = asked_for(LOOK.id, days, datetime.now(UTC))
    open_store().change([LOOK], lambda _: Decision(None, (look,)))
    sys.stdout.write(f"The next run of comparePayments begins with the PaymentIntents of the last {days} days.\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m payments.commands.compare_payments", description="Ask for a look at all payments."
    )
    parser.add_argument("--days", type=_days, default=LONG.days, help=f"how far back, 1 … {MOST_DAYS} ({LONG.days})")
    return parser


def _days(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_DAYS:
        raise ValueError
    return number


if __name__ == "__main__":
    main()
