"""Why the platform did not take a token: it is wrong, early by a clock's error, or nobody could check it.

The platform answers all three alike; only the first says something about the caller.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import jwt
from firebase_admin import app_check, auth  # type: ignore[import-untyped]  # it ships no types
from flask import Request

from payments.core import logs
from payments.core.refusals import Code, Refusal

#: Seconds by which Google's clock may be ahead of ours.
CLOCK_SKEW: Final = 5


def check_id_token_again(request: Request) -> None:
    """Wait until a refused ID token is valid, so that the platform takes it.

    Raises `Refusal`: `unauthenticated` if it is wrong, `unavailable` if Google's certificates are out of reach.
    """
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    claims = _checked("ID token", lambda: auth.verify_id_token(token, clock_skew_seconds=CLOCK_SKEW))
    time.sleep(max(0.0, claims["iat"] - time.time()))


def check_app_again(request: Request) -> None:
    """Raises `Refusal` as above unless the App Check token that the platform did not take turns out to be valid."""
    token = request.headers.get("X-Firebase-AppCheck")
    for _ in range(CLOCK_SKEW):
        try:
            _checked("App Check token", lambda: app_check.verify_token(token))
        except _Early:
            time.sleep(1)
        else:
            return
    _checked("App Check token", lambda: app_check.verify_token(token))


class _Early(Refusal):
    """The token is Google's, and its time has not come by our clock."""


def _checked(kind: str, verify: Callable[[], Any]) -> Any:
    """What a token says. Raises `Refusal`."""
    try:
        return verify()
    except (auth.CertificateFetchError, jwt.exceptions.PyJWKClientConnectionError) as error:
        logs.write("ERROR", "token not checked", kind=kind, reason=type(error).__name__)
        raise Refusal(Code.UNAVAILABLE) from None
    except Exception as error:  # noqa: BLE001 - whatever a caller sends: the text may hold what was sent
        is_early = isinstance(error.__cause__, jwt.exceptions.ImmatureSignatureError)
        raise (_Early if is_early else Refusal)(Code.UNAUTHENTICATED) from None
