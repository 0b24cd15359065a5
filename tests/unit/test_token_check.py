"""A token that is early by a clock's error, or that can't be checked, says nothing about the person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import firebase_admin  # type: ignore[import-untyped]  # it ships no types
import google.auth
import jwt
import pytest
from firebase_admin import credentials
from flask import Flask, Response, request
from google.oauth2 import id_token

import main
from payments.endpoints import token_check
from tests.unit.tokens import APP_CHECK_TOKEN, ID_TOKEN, PROJECT, Clock, Signer

SIGNER = Signer()
STRANGER = Signer()
#: A call that is read, and refused because it lacks its fields: its caller has been let in.
READ = (400, "invalid_argument")
SIGN_IN = (401, "unauthenticated")
TRY_AGAIN = (503, "unavailable")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The functions with our certificate in the place of Google's, and a clock of the test's own."""
    clock = Clock()
    monkeypatch.delenv("FIREBASE_AUTH_EMULATOR_HOST", raising=False)
    monkeypatch.setattr(token_check, "time", clock)
    monkeypatch.setattr(google.auth._helpers, "utcnow", clock.utcnow)
    monkeypatch.setattr(jwt.api_jwt, "datetime", _Now(clock))
    monkeypatch.setattr(id_token, "_fetch_certs", lambda *_: SIGNER.certificates())
    monkeypatch.setattr(jwt.PyJWKClient, "get_signing_key_from_jwt", lambda *_: jwt.PyJWK(_public_jwk(SIGNER)))
    account = {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key": SIGNER.pem,
        "private_key_id": "k",
        "client_email": "x@example.com",
        "token_uri": "http://127.0.0.1:1/",
    }
    firebase_admin.delete_app(firebase_admin.get_app())
    firebase_admin.initialize_app(credentials.Certificate(account), {"projectId": PROJECT})
    yield clock
    firebase_admin.delete_app(firebase_admin.get_app())
    firebase_admin.initialize_app()


class _Now:
    """Stands for `datetime.datetime` where PyJWT asks for the time."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def now(self, **_: Any) -> _Now:
        return self

    def timestamp(self) -> float:
        return self.clock.now


def _public_jwk(signer: Signer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(signer.key.public_key()))
    return {**found, "alg": "RS256", "kid": "k"}


def call(token: str, app_check: str | None = None) -> Response:
    headers = {"Authorization": f"Bearer {token}", **({"X-Firebase-AppCheck": app_check} if app_check else {})}
    with Flask("x").test_request_context("/", method="POST", json={"data": {}}, headers=headers):
        answer: Response = main.createPaymentIntent(request)
        return answer


def outcome(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["details"]["code"]


@pytest.mark.parametrize("ahead", [0, 1, 3, 5])
def test_a_token_that_is_early_by_a_few_seconds_is_checked_again_once_it_is_valid(clock: Clock, ahead: int) -> None:
    """Google's clock was ahead: whoever has just signed in is signed in."""
    answer = call(SIGNER.token(ID_TOKEN, clock.now + ahead))

    assert outcome(answer) == READ
    assert sum(clock.slept) == ahead


def refused_tokens(clock: Clock) -> dict[str, str]:
    return {
        "a minute early": SIGNER.token(ID_TOKEN, clock.now + 60),
        "expired a second ago": SIGNER.token(ID_TOKEN, clock.now - 3601),
        "early, of another project": SIGNER.token({**ID_TOKEN, "aud": "another"}, clock.now + 2),
        "early, signed by somebody else": STRANGER.token(ID_TOKEN, clock.now + 2),
        "early, and never valid": SIGNER.token(ID_TOKEN, clock.now + 2, lives=-1),
        "no token": "none",
        "a token whose claims are a list": "e30.W10.e30",
        "empty": "",
    }


@pytest.mark.parametrize("name", refused_tokens(Clock()))
def test_any_other_token_is_refused_and_not_waited_for(clock: Clock, name: str) -> None:
    answer = call(refused_tokens(clock)[name])

    assert outcome(answer) == SIGN_IN
    assert sum(clock.slept) <= token_check.CLOCK_SKEW


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_caller_is_told_to_try_again_while_googles_certificates_are_out_of_reach(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    def out_of_reach(*_: Any) -> None:
        raise google.auth.exceptions.TransportError("no route")

    monkeypatch.setattr(id_token, "_fetch_certs", out_of_reach)
    headers = {"Authorization": f"Bearer {SIGNER.token(ID_TOKEN, clock.now)}", "Accept-Language": language}

    with Flask("x").test_request_context("/", method="POST", json={"data": {}}, headers=headers):
        answer: Response = main.createPaymentIntent(request)

    assert outcome(answer) == TRY_AGAIN
    assert answer.get_json()["error"]["status"] == "UNAVAILABLE"
    assert ("try again" in answer.get_json()["error"]["message"]) is (language == "en")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert '"severity": "ERROR", "message": "token not checked"' in capsys.readouterr().err


class TestAppCheck:
    """The same holds for the app's own token, where it is asked for."""

    @pytest.fixture(autouse=True)
    def enforced(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ENFORCE_APP_CHECK", "true")

    @pytest.mark.parametrize("ahead", [0, 1, 5])
    def test_a_token_that_is_early_is_checked_again(self, clock: Clock, ahead: int) -> None:
        app_check = SIGNER.token(APP_CHECK_TOKEN, clock.now + ahead)

        answer = call(SIGNER.token(ID_TOKEN, clock.now), app_check)

        assert outcome(answer) == READ
        assert sum(clock.slept) == ahead

    @pytest.mark.parametrize("name", ["a minute early", "signed by somebody else", "of another project", "none"])
    def test_any_other_token_is_refused(self, clock: Clock, name: str) -> None:
        app_check = {
            "a minute early": SIGNER.token(APP_CHECK_TOKEN, clock.now + 60),
            "signed by somebody else": STRANGER.token(APP_CHECK_TOKEN, clock.now + 2),
            "of another project": SIGNER.token({**APP_CHECK_TOKEN, "aud": ["projects/another"]}, clock.now + 2),
            "none": None,
        }[name]

        answer = call(SIGNER.token(ID_TOKEN, clock.now), app_check)

        assert outcome(answer) == SIGN_IN

    def test_a_caller_is_told_to_try_again_while_the_keys_are_out_of_reach(
        self, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def out_of_reach(*_: Any) -> None:
            raise jwt.exceptions.PyJWKClientConnectionError("no route")

        monkeypatch.setattr(jwt.PyJWKClient, "get_signing_key_from_jwt", out_of_reach)
        app_check = SIGNER.token(APP_CHECK_TOKEN, clock.now)

        assert outcome(call(SIGNER.token(ID_TOKEN, clock.now), app_check)) == TRY_AGAIN
