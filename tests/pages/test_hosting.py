"""firebase.json and the files beside it: what is sent with every page, and what is in them."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.pages.hosting import PUBLIC, ROOT, SETTINGS, function_of, headers_of

PAGES = sorted(PUBLIC.glob("*.html"))
SCRIPTS = sorted(PUBLIC.glob("js/*.js"))
STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
}


@pytest.mark.parametrize("path", ["/", "/success", "/cancel", "/js/success.js", "/page.css", "/no-such-page"])
def test_every_answer_carries_the_security_headers(path: str) -> None:
    headers = headers_of(path)

    assert set(headers["Content-Security-Policy"].split("; ")) == STRICT
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "payment=()" in headers["Permissions-Policy"]


def test_no_page_is_older_than_the_last_deployment() -> None:
    assert headers_of("/success")["Cache-Control"] == headers_of("/js/success.js")["Cache-Control"] == "no-cache"


def test_no_result_is_ever_kept() -> None:
    """C-03."""
    assert headers_of("/api/checkout/result")["Cache-Control"] == "no-store"


def test_the_apis_are_handed_on_to_deployed_functions() -> None:
    """C-03, C-06."""
    source = ast.parse((ROOT / "functions" / "main.py").read_text())
    deployed = {node.name for node in source.body if isinstance(node, ast.FunctionDef)}
    handed_on = {"/api/checkout/result": "checkoutResult", "/api/webhooks/stripe": "stripeWebhook"}

    assert {path: function_of(path) for path in handed_on} == handed_on
    assert set(handed_on.values()) <= deployed
    assert {each["function"]["region"] for each in SETTINGS["rewrites"]} == {"asia-northeast1"}


class Tags(HTMLParser):
    """Every tag of a page, with its attributes and, for scripts and styles, what is inside."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in ("script", "style") and data.strip():
            self.inside.append(data)


def page_id(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_no_page_has_scripts_or_styles_of_its_own(page: Path) -> None:
    read = Tags(page.read_text())

    assert [tag for tag, _ in read.tags if tag == "style"] == []
    assert [(tag, name) for tag, has in read.tags for name in has if name == "style" or name.startswith("on")] == []
    assert read.inside == []


@pytest.mark.parametrize("script", SCRIPTS, ids=page_id)
def test_no_script_can_turn_text_into_html(script: Path) -> None:
    """The browser would refuse it (Trusted Types); this is for browsers that don't."""
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc|DOMParser"

    assert re.findall(forbidden, script.read_text()) == []
