"""A customer of the hosted Checkout page with the simplest of browsers: plain HTTP, forms, no JavaScript."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

import requests

if TYPE_CHECKING:
    from stripe.checkout import Session

CARD = {
    "email": "taro@example.com",
    "cardNumber": "4242 4242 4242 4242",
    "cardExpiry": "12/34",
    "cardCvc": "123",
    "billingName": "山田 太郎",
}
VOID = {"br", "hr", "img", "input", "link", "meta"}


def typed(number: str = CARD["cardNumber"], **changes: str) -> dict[str, str]:
    """What a customer types who pays by card."""
    return {**CARD, "cardNumber": number, **changes}


class _Reader(HTMLParser):
    """Texts by the id of their element, form fields, links and labels."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.attributes: dict[str, dict[str, str]] = {}
        self.fields: dict[str, str] = {}
        self.labelled: set[str] = set()
        self.action = ""
        self.language = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        identifier = given.get("id", "")
        self.attributes[identifier] = given
        if tag not in VOID:
            self._open.append(identifier)
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "form":
            self.action = given["action"]
        if tag == "label":
            self.labelled.add(given["for"])
        if tag == "input" and (given.get("type") != "radio" or "checked" in given):
            self.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, _: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for identifier in filter(None, self._open):
            self.texts[identifier] = (self.texts.get(identifier, "") + data).strip()


@dataclass
class Customer:
    """One browser. `location` is where the last answer led to outside of the hosted pages, "" if it stayed on them."""

    languages: str = "ja"
    location: str = ""
    url: str = ""
    answer: requests.Response = field(default_factory=requests.Response)
    page: _Reader = field(default_factory=_Reader)

    def open(self, url: str) -> Self:
        """Go to a hosted page."""
        return self._take(self._send("GET", url), url)

    def pay(self, **form: str) -> Self:
        """Fill in the form that is shown, and send it."""
        return self.submit({**self.page.fields, **form})

    def answer_challenge(self, outcome: str) -> Self:
        """Press a button of the 3-D Secure page."""
        return self.submit({"outcome": outcome})

    def submit(self, form: dict[str, str]) -> Self:
        """Send a form to where the page's form goes."""
        url = urljoin(self.url, self.page.action)
        return self._take(self._send("POST", url, form), url)

    def text(self, identifier: str) -> str | None:
        """What an element says, None where there is none."""
        return self.page.texts.get(identifier)

    def _send(self, method: str, url: str, form: dict[str, str] | None = None) -> requests.Response:
        headers = {"Accept-Language": self.languages}
        return requests.request(method, url, data=form, headers=headers, timeout=30, allow_redirects=False)

    def _take(self, answer: requests.Response, url: str) -> Self:
        self.location = ""
        while answer.is_redirect:
            target = answer.headers["Location"]
            if not target.startswith("/"):
                self.location = target
                return self
            url = urljoin(url, target)
            answer = self._send("GET", url)
        self.url, self.answer, self.page = url, answer, _Reader()
        self.page.feed(answer.text)
        return self


def visit(session: Session, languages: str = "ja") -> Customer:
    """A customer who has just been sent to a session's page."""
    assert session.url
    return Customer(languages).open(session.url)
