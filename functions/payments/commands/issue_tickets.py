"""Issue ticket codes: `python -m payments.commands.issue_tickets --count 10 --uses 1`."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from payments.adapters.firestore import open_store
from payments.core.ids import is_uid
from payments.core.store import Decision, Docs, Ref, Store
from payments.domain.chat.tickets import ALPHABET, LENGTHS, Ticket, grouped

#: Characters of a code that we make: some 58 bits, beyond guessing within anybody's attempts.
LENGTH = 12


def new_code() -> str:
    """A random code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def issue(store: Store, ticket: Ticket) -> None:
    """Record a ticket. Raises `ValueError` if there is one with this code."""
    ref = Ref(Ticket, ticket.id)

    def decide(docs: Docs) -> Decision[None]:
        if docs.get(ref) is not None:
            raise ValueError(f"there is a ticket {grouped(ticket.id)} already")
        return Decision(None, (ticket,))

    store.change([ref], decide)


def main(arguments: Sequence[str] | None = None) -> None:
    """Issue tickets and print their codes, one a line."""
    options = _parser().parse_args(arguments)
    store = open_store()
    for _ in range(options.count):
        ticket = Ticket(
            id=new_code(),
            active=True,
            remaining=options.uses,
            consultant_id=options.consultant,
            expires_at=options.expires,
            minutes=options.minutes,
        )
        issue(store, ticket)
        print(grouped(ticket.id))  # noqa: T201 - a command's output


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m payments.commands.issue_tickets", description="Issue ticket codes."
    )
    parser.add_argument("--count", type=_positive, default=1, help="how many codes (1)")
    parser.add_argument("--uses", type=_positive, default=1, help="how many chats each code opens (1)")
    parser.add_argument("--consultant", type=_uid, help="UID of the only consultant that it is good for (any)")
    parser.add_argument("--expires", type=_time, help="when it ends, ISO 8601, UTC unless it says otherwise (never)")
    parser.add_argument("--minutes", type=_minutes, help="length of its chats (SESSION_MINUTES)")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _uid(text: str) -> str:
    if not is_uid(text):
        raise ValueError
    return text


def _minutes(text: str) -> int:
    number = int(text)
    if number not in LENGTHS:
        raise ValueError
    return number


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
