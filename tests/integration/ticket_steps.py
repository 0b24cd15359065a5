"""The other door into a chat (H-02), as people use it, and what they are told of it (H-06)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final

from payments.chat import redeem_ticket
from payments.core.limits import Action
from payments.domain.chat.records import ChatSession
from payments.domain.chat.tickets import TicketRequest, canonical
from payments.jobs.port import JobDeps
from tests.integration.deployment import CONSULTANT, PAYER, Deployment, Json

#: Two codes that can be issued, and one that nobody has issued.
CODE: Final = "WXYZ23456789"
ANOTHER_CODE: Final = "ABCDEFGH2345"
UNKNOWN_CODE: Final = "QRSTVWXY6789"


def issued(deployment: Deployment, code: str = CODE, **fields: Any) -> str:
    """A code, issued: good for one use of any consultant's time unless the fields say otherwise."""
    deployment.ticket(code, **fields)
    return code


def ask(typed: str, session_id: str = "s1", **changes: Any) -> TicketRequest:
    """What `redeemTicket` makes of what a person types."""
    asked = {"user_id": PAYER, "session_id": session_id, "consultant_id": CONSULTANT, "code": canonical(typed)}
    return TicketRequest(**{**asked, **changes})


def redeem(
    deployment: Deployment, typed: str, session_id: str = "s1", *, deps: JobDeps | None = None, **changes: Any
) -> ChatSession:
    """A person redeems what they have typed."""
    return redeem_ticket.redeem((deps or deployment.deps).chat, ask(typed, session_id, **changes))


def document(deployment: Deployment, path: str) -> Json:
    """The fields of a document, none where it does not exist."""
    return deployment.db.document(path).get().to_dict() or {}


def remaining(deployment: Deployment, code: str = CODE) -> int:
    """The uses that a code has left."""
    left: int = document(deployment, f"tickets/{code}")["remaining"]
    return left


def redemptions(deployment: Deployment) -> dict[str, Json]:
    """What every code was used for, by the id of the redemption."""
    return {s.id: s.to_dict() or {} for s in deployment.db.collection("redemptions").stream()}


def attempts(deployment: Deployment, user: str = PAYER) -> int:
    """How many codes a person has tried in the present hour."""
    return deployment.attempts(Action.TICKET, user)


Told = tuple[str, int, str]
"""A notification: its kind, the attempt that it is about, whom it tells."""


def told(deployment: Deployment, session_id: str | None = None) -> Counter[Told]:
    """What people have been told, of one session or of all."""
    notices = [s.to_dict() or {} for s in deployment.db.collection("notifications").stream()]
    mine = [n for n in notices if session_id in (None, n["sessionId"])]
    return Counter((n["kind"], n["attempt"], n["userId"]) for n in mine)


def both(kind: str, attempt: int = 1, payer: str = PAYER) -> Counter[Told]:
    """A notification to the payer and one to the consultant."""
    return Counter({(kind, attempt, payer): 1, (kind, attempt, CONSULTANT): 1})


def payer_alone(kind: str, attempt: int = 1, payer: str = PAYER) -> Counter[Told]:
    """A notification to the payer."""
    return Counter({(kind, attempt, payer): 1})


def notices(deployment: Deployment) -> dict[str, tuple[Json, datetime]]:
    """Every notification with the time at which it was last written, to see that none is written again."""
    return {s.id: (s.to_dict() or {}, s.update_time) for s in deployment.db.collection("notifications").stream()}
