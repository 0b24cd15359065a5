"""Which Stripe made a payment, and which one this deployment's key belongs to: the mode, and the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeIdentity:
    """A mode and an account of Stripe's (`acct_…`), as far as they are known.

    `found_at`: when the key last found a payment that is on record, for keys that may not read their account.
    """

    livemode: bool | None = None
    account: str | None = None
    found_at: datetime | None = None

    def certainly_differs(self, other: StripeIdentity) -> bool:
        """Whether the modes or the accounts are known to be two."""
        return _differ(self.livemode, other.livemode) or _differ(self.account, other.account)

    def is_certainly(self, other: StripeIdentity) -> bool:
        """Whether mode and account are known, and the same."""
        is_known = None not in (self.account, self.livemode)
        return is_known and (self.livemode, self.account) == (other.livemode, other.account)


NOT_KNOWN: Final = StripeIdentity()


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeInUse:
    """`settings/stripe`: the key that this deployment used last, by a fingerprint, and whose it is.

    `earlier` names what was in use before it, such as `test acct_1Abc`. `currency` is what prices were in last.
    """

    id: str = "stripe"
    key: str
    livemode: bool
    account: str | None = None
    currency: str
    since: datetime
    found_at: datetime | None = None
    earlier: str | None = None

    @property
    def identity(self) -> StripeIdentity:
        """Whose the key is."""
        return StripeIdentity(livemode=self.livemode, account=self.account, found_at=self.found_at)

    @property
    def name(self) -> str:
        """Mode and account in words, for logs and alerts."""
        return f"{'live' if self.livemode else 'test'} {self.account or '(account unknown)'}"
