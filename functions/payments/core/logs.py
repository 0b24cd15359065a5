"""Structured log lines, as Cloud Logging reads them: one JSON object a line, with its severity. Never personal data."""

from __future__ import annotations

import json
import re
import sys
import traceback
import uuid
from datetime import datetime
from typing import Any, Final

from payments.core.alerts import Alert

#: Keys, client secrets, webhook secrets, e-mail addresses: never in a log, wherever they stand in a line.
_SECRETS: Final = re.compile(r"((?:sk|rk)_(?:live|test)_|whsec_|pi_\w+_secret_)\w+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def write(severity: str, message: str, **fields: Any) -> None:
    """One line. `severity` is Cloud Logging's: INFO, WARNING, ERROR, CRITICAL."""
    line = json.dumps({"severity": severity, "message": message, **fields}, ensure_ascii=False, default=_plain)
    sys.stderr.write(_SECRETS.sub("[redacted]", line) + "\n")


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def alerts(raised: tuple[Alert, ...]) -> None:
    """Alerts are kept in `alerts` and said here: a log-based alert on `alert` wakes whoever answers for the money."""
    for a in raised:
        ids = {"intentId": a.intent_id, "orderId": a.order_id, "sessionId": a.session_id, "account": a.account}
        about = {name: value for name, value in ids.items() if value}
        if a.closed_at is None:
            write("ERROR", "alert", alert=a.kind.value, **about, text=a.text)
        else:
            write("INFO", "alert closed", alert=a.kind.value, **about, text=a.text)


def unexpected(where: str) -> str:
    """Log the exception being handled with its traceback; the answer is the id it was logged under."""
    correlation_id = uuid.uuid4().hex
    trace = traceback.format_exc()
    write("ERROR", "unexpected failure", function=where, correlationId=correlation_id, traceback=trace)
    return correlation_id
