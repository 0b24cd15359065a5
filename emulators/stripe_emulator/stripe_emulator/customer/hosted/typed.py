"""What a customer typed into the page's form: read, checked, and made a PaymentMethod."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stripe_emulator.cards import is_card_number
from stripe_emulator.payment_methods import shape as payment_methods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stripe_emulator.account import Account
    from stripe_emulator.errors import Object

EXPIRY = re.compile(r"(\d{1,2})\s*/\s*(\d{4}|\d{2})|(\d{2})(\d{2})")
CVC = re.compile(r"\d{3,4}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
FEWEST_DIGITS = 12


@dataclass(frozen=True)
class Typed:
    """One submitted form."""

    token: str
    method: str
    email: str
    name: str
    postal_code: str
    number: str
    expiry: str
    cvc: str

    @classmethod
    def of(cls, form: Mapping[str, str], session: Object) -> Typed:
        """The fields under their names on the page; spaces around them don't count."""

        def text(name: str, default: str = "") -> str:
            return form.get(name, default).strip()

        return cls(
            token=text("formToken"),
            method=text("paymentMethod", "card"),
            email=session["customer_email"] or text("email"),
            name=text("billingName"),
            postal_code=text("billingPostalCode"),
            number=text("cardNumber"),
            expiry=text("cardExpiry"),
            cvc=text("cardCvc"),
        )

    def problems(self, account: Account, session: Object) -> dict[str, str]:
        """By field, the code of what is wrong with it; nothing is sent to the card's issuer before this is empty."""
        found = {
            "email": None if EMAIL.fullmatch(self.email) else "email_incomplete",
            "billingName": None if self.name else "name_missing",
        }
        if self.method not in session["payment_method_types"]:
            found["paymentMethod"] = "method_unknown"
        elif self.method == "card":
            found["cardNumber"] = self._number_problem()
            found["cardExpiry"] = self._expiry_problem(account)
            found["cardCvc"] = None if CVC.fullmatch(self.cvc) else "cvc_incomplete"
        return {field: code for field, code in found.items() if code}

    def _number_problem(self) -> str | None:
        digits = self.number.replace(" ", "").replace("-", "")
        if not digits.isdigit() or len(digits) < FEWEST_DIGITS:
            return "number_incomplete"
        return None if is_card_number(digits) else "incorrect_number"

    def _expiry_problem(self, account: Account) -> str | None:
        expiry = self.month_and_year
        if expiry is None:
            return "expiry_incomplete"
        month, year = expiry
        today = dt.datetime.fromtimestamp(account.now, dt.UTC)
        if not 1 <= month <= 12 or year > today.year + payment_methods.LONGEST_VALIDITY:
            return "expiry_invalid"
        return "expiry_past" if (year, month) < (today.year, today.month) else None

    @property
    def month_and_year(self) -> tuple[int, int] | None:
        """`12 / 34`, `12/2034` or `1234` as (12, 2034)."""
        found = EXPIRY.fullmatch(self.expiry)
        if found is None:
            return None
        month, year = (int(part) for part in found.groups() if part)
        return month, year if year >= 100 else 2000 + year

    def payment_method(self, account: Account) -> Object:
        """The PaymentMethod. Raises a 402 for a real card."""
        address = {"country": account.settings.country, "postal_code": self.postal_code or None}
        billing = payment_methods.billing_details(self.email, self.name, address)
        if self.method == "konbini":
            return payment_methods.make_konbini(account, billing)
        expiry = self.month_and_year or payment_methods.DEFAULT_EXPIRY
        card = payment_methods.known_card(account, self.number, expiry)
        return payment_methods.make(account, card, expiry, self.cvc, billing)
