"""FCM's answers. A token says by its beginning which one it gets; any other token takes the message.

Forms: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode, and what users of the real service have seen: a
project over its quota is told without any FcmError (firebase/firebase-admin-go#719), and a front end in trouble answers
in HTML (bloomberg.github.io/pushiko/fcm_responses).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .kinds import TYPES, Violation

JSON: Final = "application/json; charset=UTF-8"
INVALID: Final = "Request contains an invalid argument."


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON


def fcm_error(code: str) -> dict[str, Any]:
    """FCM's own code, as a detail of an error."""
    return {"@type": TYPES + "google.firebase.fcm.v1.FcmError", "errorCode": code}


def error(status: int, name: str, message: str, *details: dict[str, Any], **headers: str) -> Answer:
    """An error in the form of all Google APIs."""
    said = {"code": status, "message": message, "status": name, **({"details": list(details)} if details else {})}
    return Answer(status, json.dumps({"error": said}), {key.replace("_", "-"): text for key, text in headers.items()})


def bad_request(violations: Sequence[Violation], message: str, *details: dict[str, Any]) -> Answer:
    """A 400 that says which fields are wrong."""
    fields = [{**({"field": v.field} if v.field else {}), "description": v.description} for v in violations]
    return error(
        400,
        "INVALID_ARGUMENT",
        message,
        *details,
        {"@type": TYPES + "google.rpc.BadRequest", "fieldViolations": fields},
    )


def unauthenticated(message: str, reason: str) -> Answer:
    """A 401 of the API's front end."""
    info = {"@type": TYPES + "google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
    return error(401, "UNAUTHENTICATED", message, info)


def _over_quota_of_device() -> Answer:
    violation = {"subject": "device", "description": "Device message rate exceeded"}
    failure = {"@type": TYPES + "google.rpc.QuotaFailure", "violations": [violation]}
    return error(
        429,
        "RESOURCE_EXHAUSTED",
        "Device message rate exceeded",
        fcm_error("QUOTA_EXCEEDED"),
        failure,
        Retry_After="60",
    )


def _over_quota_of_project() -> Answer:
    message = "Quota exceeded for quota metric 'Send requests' and limit 'Send requests per minute'"
    info = {"@type": TYPES + "google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED", "domain": "googleapis.com"}
    return error(429, "RESOURCE_EXHAUSTED", message, info, Retry_After="60")


NOT_FOUND: Final = error(404, "NOT_FOUND", "Requested entity was not found.", fcm_error("UNREGISTERED"))
BAD_GATEWAY: Final = Answer(
    502, "<!DOCTYPE html><title>Error 502 (Server Error)!!1</title>", content_type="text/html; charset=UTF-8"
)
BY_TOKEN: Final[dict[str, Answer]] = {
    "unregistered": NOT_FOUND,
    "malformed": error(
        400,
        "INVALID_ARGUMENT",
        "The registration token is not a valid FCM registration token",
        fcm_error("INVALID_ARGUMENT"),
    ),
    "mismatch": error(403, "PERMISSION_DENIED", "SenderId mismatch", fcm_error("SENDER_ID_MISMATCH")),
    "apns": error(
        401,
        "UNAUTHENTICATED",
        "Auth error from APNS or Web Push Service",
        fcm_error("THIRD_PARTY_AUTH_ERROR"),
    ),
    "quota": _over_quota_of_device(),
    "throttled": _over_quota_of_project(),
    "internal": error(500, "INTERNAL", "Internal error encountered.", fcm_error("INTERNAL")),
    "gateway": BAD_GATEWAY,
    "unavailable": error(
        503, "UNAVAILABLE", "The service is currently unavailable.", fcm_error("UNAVAILABLE"), Retry_After="30"
    ),
}
"""`unregistered-1` is answered as a token is whose app has been uninstalled, and so on."""

LOST: Final = "lost"
"""The message of a token of this beginning arrives, but the connection breaks before the answer."""
SILENT: Final = "silent"
"""As `LOST`, but the connection stays open and nothing comes."""


def answer_to(token: str) -> Answer | None:
    """The error for such a token, None where the message is taken."""
    return BY_TOKEN.get(token.partition("-")[0])
