"""The allowed values that the pages give are the ones that the functions take."""

from __future__ import annotations

import re

import pytest

from docs.generator import product
from docs.generator.blocks import words
from emulators.stack.stripe_settings import stripe_settings
from payments import config
from tests.docs.pages import LANGUAGES

RANGE = re.compile(r"(\d+) … (\d+)")


def is_taken(name: str, value: str) -> bool:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(name, value)
        return {**config._checks(), **config._push_checks()}[name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_ends_of_every_range_are_taken_and_what_lies_beyond_is_not(language: str) -> None:
    allowed = {name: text for name, (text, _) in words(language)["params"].items()}
    ranges = {
        name: [int(end) for end in found.groups()] for name, text in allowed.items() if (found := RANGE.search(text))
    }

    assert set(ranges) == {"SESSION_PRICE", "SESSION_MINUTES", "HOLD_HOURS", "STRIPE_RATE", "STUCK_MINUTES"}
    for name, (low, high) in ranges.items():
        tried = [is_taken(name, str(value)) for value in (low - 1, low, high, high + 1)]
        assert tried == [False, True, True, False], name


def test_every_parameter_is_checked() -> None:
    """A parameter that nothing checks fails in silence, or open. The webhook's secret is checked by its reader."""
    checked = {*config._checks(), *config._push_checks()}

    assert {each.name for each in product.settings()} - checked == {"STRIPE_WEBHOOK_SECRET"}


def test_the_functions_take_the_keys_with_which_the_local_stack_starts_them() -> None:
    """`make demo` and `make dev` want one variable for Stripe's test mode, the secret key; all of it works then."""
    for environ in ({}, {"STRIPE_SECRET_KEY": "sk_test_1"}):
        keys = stripe_settings(4243, environ)

        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("STRIPE_SECRET_KEY", keys.secret_key)
            environment.setenv("STRIPE_PUBLISHABLE_KEY", keys.publishable_key)
            taken = config._checks()

        assert taken["STRIPE_SECRET_KEY"]
        assert taken["STRIPE_PUBLISHABLE_KEY"], environ
