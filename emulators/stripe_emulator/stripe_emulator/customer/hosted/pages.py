"""The routes of the hosted page: the form, the 3-D Secure challenge, and what is left of a page that is done.

The page's state is the session's and its PaymentIntent's, read anew each time. Each form carries a token that pays
once: whoever sends it again (a double click, a repeated request) is told what came of it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from stripe_emulator.account import Cause
from stripe_emulator.checkout import steps as checkout
from stripe_emulator.checkout.shape import success_url
from stripe_emulator.customer.hosted.typed import Typed
from stripe_emulator.customer.hosted.words import PAGE, language, money, problem, refusal
from stripe_emulator.errors import StripeRefusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from stripe_emulator.account import Account
    from stripe_emulator.errors import Object
    from stripe_emulator.service import Service

SEE_OTHER = 303
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Page:
    """One request for one session's page, inside the account's lock."""

    def __init__(self, account: Account, identifier: str) -> None:
        self.account = account
        self.found = account.table("checkout.session").get(identifier)
        self.lang = language(self.found, request.accept_languages)

    @property
    def session(self) -> Object:
        """The session, for steps that are taken only where there is one."""
        return self.found or {}

    @property
    def intent(self) -> Object | None:
        """The PaymentIntent, once somebody has tried to pay."""
        identifier = self.session["payment_intent"]
        return self.account.find("payment_intent", identifier) if identifier else None

    @property
    def is_challenged(self) -> bool:
        """Whether a 3-D Secure challenge waits for its answer."""
        return self.intent is not None and self.intent["status"] == "requires_action"

    def show(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page in the customer's language."""
        words = PAGE[self.lang]
        shown = {"lang": self.lang, "t": words, "session": self.session, "money": money, **values}
        return make_response(render_template(template, **shown), status)

    def message(self, name: str, status: int = 200) -> Response:
        """A page that says one thing."""
        return self.show("message.html", status, title=PAGE[self.lang][f"{name}_title"], name=name)

    def form(self, typed: Typed | None = None, problems: dict[str, str] | None = None, error: str = "") -> Response:
        """The card form: with what was typed (never the card), what is wrong with it, or why the payment failed."""
        said = {field: problem(self.lang, code) for field, code in (problems or {}).items()}
        lines = self.account.line_items[self.session["id"]]
        token = self.account.token(24)
        return self.show("form.html", lines=lines, typed=typed, problems=said, error=error, token=token)

    def as_it_is(self) -> Response:
        """The form of an open session, with the failure of the last try."""
        failure = self.intent and self.intent["last_payment_error"]
        return self.form(error=refusal(self.lang, failure) if failure else "")

    def go(self, path: str) -> Response:
        """On to another page of this session."""
        return _redirect(f"/c/pay/{self.session['id']}{path}")

    def go_on(self) -> Response:
        """Where the session leads next after a step that has changed it."""
        if self.session["status"] == "complete":
            return _redirect(success_url(self.session))
        return self.go("/authenticate") if self.is_challenged else self.as_it_is()


def _redirect(url: str) -> Response:
    return make_response(redirect(url, SEE_OTHER))


def make_pages(service: Service) -> Blueprint:
    """The pages of one service."""
    pages = Blueprint("hosted", __name__, url_prefix="/c", template_folder="templates", static_folder="static")
    add_routes(pages, service.account)
    pages.after_request(_with_headers)
    return pages


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


def add_routes(pages: Blueprint, account: Account) -> None:
    """Each page, and each form that it sends."""
    steps: dict[tuple[str, str], Callable[[Page], Response]] = {
        ("GET", "/pay/<identifier>"): Page.as_it_is,
        ("POST", "/pay/<identifier>"): pay,
        ("GET", "/pay/<identifier>/authenticate"): challenge,
        ("POST", "/pay/<identifier>/authenticate"): answer_challenge,
    }
    for (method, path), step in steps.items():
        view = _view(account, step)
        pages.add_url_rule(path, f"{method} {path}", view, methods=[method])


def _view(account: Account, step: Callable[[Page], Response]) -> Callable[[str], Response]:
    def view(identifier: str) -> Response:
        # The page is a client of the API: what it does is caused by a request of its own.
        with account.acting(Cause("req_" + account.token(14), str(uuid.uuid4()))):
            page = Page(account, identifier)
            return step(page) if page.session.get("status") == "open" else closed(page)

    return view


def closed(page: Page) -> Response:
    """No such session, or one that takes no payment any more; a form that comes too late follows its payment."""
    if page.found is None:
        return page.message("missing", 404)
    if page.session["status"] == "expired":
        return page.message("expired")
    return page.go_on() if request.method == "POST" else page.message("done")


def pay(page: Page) -> Response:
    """The form was sent."""
    typed = Typed.of(request.form, page.session)
    if not typed.token or typed.token in page.account.spent_forms:
        return page.go("/authenticate") if page.is_challenged else page.as_it_is()
    if problems := typed.problems(page.account, page.session):
        return page.form(typed, problems)
    page.account.spent_forms.add(typed.token)
    return _try(page, typed)


def _try(page: Page, typed: Typed) -> Response:
    try:
        method = typed.payment_method(page.account)
        if typed.method == "konbini":
            checkout.pay_at_konbini(page.account, page.session, method)
        else:
            checkout.pay_with_card(page.account, page.session, method)
    except StripeRefusal as refused:
        return page.form(typed, error=refusal(page.lang, refused.error))
    return page.go_on()


def challenge(page: Page) -> Response:
    """The issuer's page."""
    return page.show("challenge.html") if page.is_challenged else page.go("")


def answer_challenge(page: Page) -> Response:
    """The issuer's page was answered."""
    outcome = request.form.get("outcome")
    if not page.is_challenged or page.intent is None or outcome not in ("succeed", "fail"):
        return page.go("")
    try:
        checkout.authenticate(page.account, page.intent, succeeded=outcome == "succeed")
    except StripeRefusal:
        return page.go("")
    return page.go("") if page.session["status"] == "open" else page.go_on()
