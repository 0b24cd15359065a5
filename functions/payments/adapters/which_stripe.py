"""Whose Stripe key is in use, and in which currency prices are: on record, and said at CRITICAL if it has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from payments.core import logs
from payments.core.alerts import Alert, AlertKind
from payments.core.refusals import Refusal
from payments.core.store import Decision, Docs, Ref, Store
from payments.stripe_model.answers import Misconfigured, TryAgain
from payments.stripe_model.identity import StripeIdentity, StripeInUse

IN_USE: Final = Ref(StripeInUse, "stripe")
#: An instance reads the record again after this.
REFRESH: Final = timedelta(hours=1)
#: While Stripe does not answer whose key it is, it is asked again after this.
PATIENCE: Final = timedelta(minutes=1)


def fingerprint(secret_key: str) -> str:
    """What tells a key from another on record, and gives nothing of it away."""
    return hashlib.sha256(secret_key.encode()).hexdigest()[:16]


@dataclass(slots=True, kw_only=True)
class WhichStripe:
    """Answers whose key is in use; the first call of an instance reads the record, and asks Stripe about a new key.

    `key` is a fingerprint of the key; `read_account` answers the account's id, or None if the key may not read it.
    """

    store: Store
    key: str
    livemode: bool
    currency: str
    read_account: Callable[[], str | TryAgain | Misconfigured | None]
    now: Callable[[], datetime]
    _known: StripeIdentity = field(default_factory=StripeIdentity)
    _again_at: datetime | None = None

    def __call__(self) -> StripeIdentity:
        """Mode and account, as far as they are known."""
        now = self.now()
        if self._again_at is None or now >= self._again_at:
            self._again_at = now + PATIENCE
            self._resolve(now)
        return self._known

    def has_found(self) -> None:
        """The key has just found a payment that is on record: kept once an hour, if nobody knows whose key it is."""
        now = self.now()
        if self._known.account is not None:
            return
        if self._known.found_at is not None and now < self._known.found_at + REFRESH:
            return

        def decide(docs: Docs) -> Decision[StripeInUse | None]:
            record = docs.get(IN_USE)
            if record is None or record.key != self.key:
                return Decision(None)
            found = replace(record, found_at=now)
            return Decision(found, (found,))

        record = self.store.change([IN_USE], decide).result
        if record is not None:
            self._known = record.identity

    def _resolve(self, now: datetime) -> None:
        self._known = StripeIdentity(livemode=self.livemode, account=self._known.account, found_at=self._known.found_at)
        record = self.store.read([IN_USE]).get(IN_USE)
        if record is None or (record.key, record.currency) != (self.key, self.currency):
            account = record.account if record and record.key == self.key else self.read_account()
            if isinstance(account, TryAgain | Misconfigured):
                logs.write("WARNING", "Stripe account not read", answer=repr(account))
                return
            record = self._put_on_record(account, now)
        self._known, self._again_at = record.identity, now + REFRESH

    def _put_on_record(self, account: str | None, now: datetime) -> StripeInUse:
        new = StripeInUse(key=self.key, livemode=self.livemode, account=account, currency=self.currency, since=now)

        def decide(docs: Docs) -> Decision[_Noted]:
            known = docs.get(IN_USE)
            after = new if known is None else _after(known, new)
            raised = (_alert(after, now),) if known and after.since == now and after.earlier else ()
            return Decision(_Noted(known, after, raised), (after, *raised))

        try:
            noted = self.store.change([IN_USE], decide).result
        except Refusal:  # others put it on record at the same time
            return new
        noted.log()
        return noted.after


@dataclass(frozen=True, slots=True)
class _Noted:
    before: StripeInUse | None
    after: StripeInUse
    raised: tuple[Alert, ...]

    def log(self) -> None:
        if self.raised:
            logs.write("CRITICAL", "another Stripe account or mode", now=self.after.name, before=self.after.earlier)
        if self.before is not None and self.before.currency != self.after.currency:
            changed = {"before": self.before.currency, "now": self.after.currency}
            logs.write("CRITICAL", "SESSION_CURRENCY changed: check every price", **changed)
        logs.alerts(self.raised)


def _after(known: StripeInUse, new: StripeInUse) -> StripeInUse:
    """What is in use from now on: the same account with another key, or another account."""
    if known.identity.certainly_differs(new.identity):
        return replace(new, earlier=known.name)
    return replace(known, key=new.key, account=new.account or known.account, currency=new.currency)


def _alert(record: StripeInUse, now: datetime) -> Alert:
    text = f"now {record.name}, before {record.earlier}: what that made is not asked about until its key is back"
    return Alert(kind=AlertKind.STRIPE_CHANGED, account=f"{record.name} since {now:%Y-%m-%d %H:%M}", text=text, at=now)
