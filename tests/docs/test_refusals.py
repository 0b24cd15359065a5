"""The refusals that the READMEs give for each callable are those that its code can raise."""

from __future__ import annotations

import re

import pytest
from firebase_functions.https_fn import HttpsError

from emulators.docs import product
from emulators.docs.blocks import HTTP_STATUS
from payments.core.refusals import Code
from payments.endpoints.callables import CALLABLES
from payments.endpoints.errors import STATUS
from tests.docs.refusal_graph import reachable

#: A hold that its session names is on record: only a call that brings the PaymentIntent's id can miss it.
ALWAYS_FOUND = {
    "createPaymentIntent": {Code.PAYMENT_NOT_FOUND},
    "startSession": {Code.PAYMENT_NOT_FOUND},
    "endSession": {Code.PAYMENT_NOT_FOUND},
}


@pytest.mark.parametrize("name", CALLABLES)
def test_a_callable_names_every_refusal_that_its_code_can_raise_and_no_other(name: str) -> None:
    raised = set().union(*map(reachable, product.use_cases(name))) - ALWAYS_FOUND.get(name, set())

    assert set(product.refusals_of(name)) == raised - set(product.EVERYWHERE)


@pytest.mark.parametrize("name", CALLABLES)
def test_a_docstring_names_codes_that_exist(name: str) -> None:
    details = {field for fields in product.details_of_refusals().values() for field in fields}
    raises = [(each.__doc__ or "").partition("Raises")[2] for each in product.use_cases(name)]

    named = [set(re.findall(r"`(\w+)`", each)) for each in raises]

    assert all(named)
    assert set().union(*named) <= set(Code) | details


def test_every_code_is_one_that_some_callable_answers() -> None:
    answered = {code for name in CALLABLES for code in product.refusals_of(name)} | set(product.EVERYWHERE)

    assert answered == set(Code)


@pytest.mark.parametrize("code", Code)
def test_every_code_has_the_http_status_that_the_platform_gives_it(code: Code) -> None:
    status = HttpsError(STATUS[code], "")._http_error_code.status

    assert HTTP_STATUS[STATUS[code].value] == status
