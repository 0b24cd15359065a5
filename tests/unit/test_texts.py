"""What people are told: every code has its text in both languages, and its status."""

from __future__ import annotations

import ast
import string
from functools import cache
from pathlib import Path

import pytest
from firebase_functions import https_fn

import payments
from payments.core.language import language_of
from payments.core.refusals import Code, Refusal
from payments.endpoints.errors import STATUS
from payments.endpoints.texts import PROBLEMS, TEXTS, text_of

PACKAGE = Path(payments.__file__).parent
CODES = list(Code)

#: What each refusal whose text has a gap is raised with.
FACTS: dict[Code, dict] = {
    Code.INTERNAL: {"correlationId": "abc"},
    Code.INVALID_ARGUMENT: {"fields": {"amount": "invalid", "coupon": "unknown", "sessionId": "missing"}},
    Code.PRODUCT_UNAVAILABLE: {"products": "tea, cup"},
    Code.PRICE_CHANGED: {"amount": 5000, "currency": "jpy"},
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@cache
def refusals_raised() -> list[tuple[str, set[str]]]:
    """Every `Refusal(Code.X, …)` of the package: its code, and the details that it carries."""
    calls = [
        node
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal"
    ]
    fixed = [call for call in calls if call.args and isinstance(call.args[0], ast.Attribute)]
    return [
        (call.args[0].attr, {keyword.arg or "" for keyword in call.keywords})
        for call in fixed
        if isinstance(call.args[0], ast.Attribute)
    ]


def test_every_code_has_a_text_in_both_languages_and_a_status() -> None:
    """A code that is added has to be decided for people and for the platform too."""
    assert set(TEXTS) == set(STATUS) == set(Code)
    assert all(ja and en and ja != en for ja, en in [*TEXTS.values(), *PROBLEMS.values()])


@pytest.mark.parametrize("code", CODES)
def test_both_languages_have_the_same_gaps(code: Code) -> None:
    ja, en = TEXTS[code]

    assert placeholders(ja) == placeholders(en) == set(FACTS.get(code, {}))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_gap_is_filled(code: Code, language: str) -> None:
    text = text_of(Refusal(code, **FACTS.get(code, {})), language)  # type: ignore[arg-type]

    assert "{" not in text
    assert text


@pytest.mark.parametrize("code", list(FACTS))
def test_a_refusal_with_gaps_is_always_raised_with_its_facts(code: Code) -> None:
    """Otherwise its text can't be made, and the caller is told of an internal error instead."""
    raised = [details for name, details in refusals_raised() if name == code.name]

    assert raised
    assert all(set(FACTS[code]) <= details for details in raised)


#: These name codes without raising them.
DECLARING = {"refusals.py", "callables.py"}


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_raised_somewhere(code: Code) -> None:
    """A code that nothing raises is a promise that nothing keeps."""
    sources = "".join(file.read_text() for file in PACKAGE.rglob("*.py") if file.name not in DECLARING)
    uses = sources.count(f"Code.{code.name}")

    assert uses > sum(f"Code.{code.name}:" in line for line in sources.splitlines())


def test_wrong_fields_are_named_in_the_callers_language() -> None:
    refusal = Refusal(Code.INVALID_ARGUMENT, fields={"amount": "invalid", "sessionId": "missing"})

    assert text_of(refusal, "ja") == "入力内容が正しくありません: amount (値が正しくありません), sessionId (必須です)"
    assert text_of(refusal, "en") == "The request is not valid: amount (is not valid), sessionId (is missing)"


def test_a_field_named_like_a_gap_is_only_a_name() -> None:
    """Names come from the caller."""
    refusal = Refusal(Code.INVALID_ARGUMENT, fields={"{amount.__class__}": "unknown"})

    assert "{amount.__class__}" in text_of(refusal, "en")


@pytest.mark.parametrize(
    "header", [None, "", "ja", "ja-JP,ja;q=0.9,en;q=0.8", "fr,en;q=0.9", "*", "zh-CN", "de-EN", "\x00"]
)
def test_japanese_is_the_language_of_everybody_else(header: str | None) -> None:
    assert language_of(header) == "ja"


@pytest.mark.parametrize("header", ["en", "en-US,en;q=0.9,ja;q=0.8", "EN-gb", "  en"])
def test_english_is_spoken_to_those_who_ask_for_it_first(header: str) -> None:
    assert language_of(header) == "en"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (Code.UNAUTHENTICATED, https_fn.FunctionsErrorCode.UNAUTHENTICATED),
        (Code.SESSION_NOT_YOURS, https_fn.FunctionsErrorCode.PERMISSION_DENIED),
        (Code.INVALID_ARGUMENT, https_fn.FunctionsErrorCode.INVALID_ARGUMENT),
        (Code.PAYMENT_UNAVAILABLE, https_fn.FunctionsErrorCode.UNAVAILABLE),
        (Code.BUSY, https_fn.FunctionsErrorCode.ABORTED),
        (Code.TOO_MANY_ATTEMPTS, https_fn.FunctionsErrorCode.RESOURCE_EXHAUSTED),
        (Code.INTERNAL, https_fn.FunctionsErrorCode.INTERNAL),
    ],
)
def test_a_code_travels_under_the_platforms_own(code: Code, status: https_fn.FunctionsErrorCode) -> None:
    """Apps and the SDK's retries go by it; "internal" is only for what nobody expected."""
    assert STATUS[code] is status
    assert list(STATUS.values()).count(https_fn.FunctionsErrorCode.INTERNAL) == 1
