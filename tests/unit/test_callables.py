"""A callable is one piece of data: what it declares is what it does."""

from __future__ import annotations

import json
from typing import Any

import pytest

import main
from payments.core.refusals import Code, Refusal
from payments.endpoints.callable_protocol import ANY_CALLABLE, CallableFunction, Sent
from payments.endpoints.callables import CALLABLES


def refusing(code: Code) -> CallableFunction[None, Any]:
    """A callable that declares `not_paid` and refuses with `code`."""

    def use_case(deps: None, uid: str, sent: Sent) -> Any:
        raise Refusal(code)

    return CallableFunction(name="f", summary="", fields={}, use_case=use_case, answer={}, refuses=(Code.NOT_PAID,))


@pytest.mark.parametrize("code", [Code.NOT_PAID, *ANY_CALLABLE])
def test_a_declared_refusal_is_no_bug(code: Code, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Refusal):
        refusing(code).run(None, "payer", {})

    assert capsys.readouterr().err == ""


def test_a_refusal_that_is_not_declared_is_logged_as_a_bug(capsys: pytest.CaptureFixture[str]) -> None:
    """The caller is told it all the same; the docs would not have said so."""
    with pytest.raises(Refusal) as refused:
        refusing(Code.SESSION_ENDED).run(None, "payer", {})

    assert refused.value.code is Code.SESSION_ENDED
    line = json.loads(capsys.readouterr().err)
    assert line == {"severity": "ERROR", "message": "undeclared refusal", "function": "f", "code": "session_ended"}


def test_every_callable_is_deployed_under_its_own_name() -> None:
    """Firebase takes the name in main.py, the app calls the one that is declared."""
    deployed = {name: getattr(main, name).__firebase_endpoint__.entryPoint for name in CALLABLES}

    assert deployed == {name: name for name in CALLABLES}
