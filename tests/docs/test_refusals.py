"""The refusals that the pages give for each callable are declared with it, and each code has its HTTP status."""

from __future__ import annotations

import pytest
from firebase_functions.https_fn import HttpsError

from docs.generator.blocks import HTTP_STATUS
from payments.core.refusals import Code
from payments.endpoints.callable_protocol import ANY_CALLABLE
from payments.endpoints.callables import CALLABLES
from payments.endpoints.errors import STATUS


def test_every_code_is_one_that_some_callable_answers() -> None:
    answered = {code for each in CALLABLES.values() for code in each.refuses}

    assert answered | set(ANY_CALLABLE) == set(Code)
    assert answered.isdisjoint(ANY_CALLABLE)


@pytest.mark.parametrize("code", Code)
def test_every_code_has_the_http_status_that_the_platform_gives_it(code: Code) -> None:
    status = HttpsError(STATUS[code], "")._http_error_code.status

    assert HTTP_STATUS[STATUS[code].value] == status
