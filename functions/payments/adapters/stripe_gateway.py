"""Stripe's API, by its SDK. Answers in our own types; one table says what a failure means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import stripe

from payments.adapters.stripe_metadata import metadata_of, order_metadata_of
from payments.adapters.stripe_parse import checkout_session, payment_intent_snapshot, read_event
from payments.core import logs
from payments.domain.chat.records import Attempt, CancelReason, Hold
from payments.domain.shop.orders import Item, Order
from payments.stripe_model.answers import CheckoutAnswer, Done, IntentAnswer, Misconfigured, Refused, TryAgain
from payments.stripe_model.events import BadWebhook, Event, EventPage
from payments.stripe_model.reversals import Reversals, most_urgent_dispute, takes_money
from payments.stripe_model.snapshots import IntentPage, PaymentIntentSnapshot

#: (connect, read) seconds. One call with its retry, and the reading after it, fit into a function's 60 s.
TIMEOUTS: Final = (2.0, 8.0)
RETRIES: Final = 1

#: What Stripe is told; it has no words for our own reasons.
STRIPE_REASONS: Final[Mapping[CancelReason, str]] = {
    CancelReason.REQUESTED_BY_CUSTOMER: "requested_by_customer",
    CancelReason.DUPLICATE: "duplicate",
    CancelReason.FRAUDULENT: "fraudulent",
    CancelReason.ABANDONED: "abandoned",
    CancelReason.SUPERSEDED: "duplicate",
    CancelReason.DIFFERS: "duplicate",
    CancelReason.UNCOLLECTED: "abandoned",
    CancelReason.UNUSED: "abandoned",
}

#: A 400 with one of these is a fault of ours, not of the payment: the same code on any hold.
OUR_FAULT: Final = frozenset(
    {
        "parameter_unknown",
        "parameter_missing",
        "parameters_exclusive",
        "payment_method_types_no_longer_supported",
        "payment_intent_invalid_parameter",
        "platform_api_key_expired",
        "api_key_expired",
        "testmode_charges_only",
        "account_invalid",
    }
)

#: As many as Stripe gives at once.
EVENTS_A_PAGE: Final = 100
INTENTS_A_PAGE: Final = 100

_GONE: Final = frozenset({"failed", "canceled"})

stripe.enable_telemetry = False


def classify(error: stripe.StripeError) -> Refused | TryAgain | Misconfigured:
    """What a failure means. Closed by default: what is not in the table may have been done, and is read again."""
    status, code = error.http_status, error.error.code if error.error else None
    kind = code or (error.error.type if error.error else None) or type(error).__name__
    if status in (401, 403, 404) or (status == 400 and code in OUR_FAULT):
        return Misconfigured(kind, is_unknown=status == 404 and code == "resource_missing")
    if status in (400, 402):
        return Refused(kind, is_spent=kind == "idempotency_error")
    if status is not None and status >= 500 and _is_replay(error):
        return Refused(kind, is_spent=True)
    return TryAgain(kind)


def _is_replay(error: stripe.StripeError) -> bool:
    """Stripe keeps failures too, and answers the same one for a day: trying again with this key is over."""
    return (error.headers or {}).get("Idempotent-Replayed") == "true"


def _not_read(error: stripe.StripeError) -> TryAgain | Misconfigured:
    """What a failure to read means: nothing is ever refused for good."""
    failure = classify(error)
    return TryAgain(failure.code) if isinstance(failure, Refused) else failure


class _HttpClient(stripe.RequestsClient):
    """The SDK's own client, which tells of each HTTP request before it is made, repeats included."""

    def __init__(self, before_request: Callable[[], None]) -> None:
        super().__init__(timeout=TIMEOUTS)
        self._before_request = before_request

    def request(self, *given: Any, **named: Any) -> Any:
        """As the SDK's."""
        self._before_request()
        return super().request(*given, **named)


class StripeGateway:
    """The gateways of chat, shop and jobs on Stripe's SDK. `base` is only for an emulator.

    `app` names this deployment in the metadata of all that it makes. A repeat sends the same, unless the parameter has
    changed in between: Stripe then refuses the key (`idempotency_error`), and the next call is a new attempt.
    `app_base_url` serves the pages that Checkout comes back to. `adaptive_pricing` lets Checkout show a price in the
    buyer's own currency; amounts and currencies here stay the order's. `before_request` is called before each HTTP
    request. `account` says whose key this is, if that is known, for what the answers put on record.
    """

    def __init__(  # noqa: PLR0913 - what wiring knows, each by its name
        self,
        api_key: str,
        *,
        base: str | None,
        now: Callable[[], datetime],
        app: str,
        app_base_url: str = "",
        adaptive_pricing: bool = False,
        before_request: Callable[[], None] = lambda: None,
        account: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._now = now
        self._account = account
        self._app = app
        self._app_base_url = app_base_url
        self._adaptive_pricing = adaptive_pricing
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": base} if base else {},
            http_client=_HttpClient(before_request),
            max_network_retries=RETRIES,
        )
        self._intents = self._client.v1.payment_intents
        self._pages = self._client.v1.checkout.sessions

    def create(self, attempt: Attempt) -> IntentAnswer:
        """Create the attempt's PaymentIntent: cards only, captured by hand (H-03, H-07)."""
        key = f"create:{attempt.session_id}:{attempt.number}:{int(attempt.requested_at.timestamp())}"
        return self._ask(
            lambda: self._intents.create(
                {
                    "amount": attempt.amount,
                    "currency": attempt.currency,
                    "capture_method": "manual",
                    "allowed_payment_method_types": ["card"],
                    "metadata": self._marked(metadata_of(attempt)),
                },
                {"idempotency_key": key},
            )
        )

    def _marked(self, metadata: Mapping[str, str]) -> dict[str, str]:
        return {**metadata, "app": self._app}

    def capture(self, hold: Hold) -> IntentAnswer:
        """Capture what was agreed, whatever has been authorized (H-09)."""
        key = f"{hold.id}:capture:{hold.operation_try}"
        return self._ask(
            lambda: self._intents.capture(hold.id, {"amount_to_capture": hold.amount}, {"idempotency_key": key})
        )

    def cancel(self, hold: Hold) -> IntentAnswer:
        """Cancel the hold for the reason on record (H-11)."""
        reason: Any = STRIPE_REASONS[hold.cancel_reason or CancelReason.ABANDONED]
        key = f"{hold.id}:cancel:{hold.operation_try}:{reason}"
        return self._ask(
            lambda: self._intents.cancel(hold.id, {"cancellation_reason": reason}, {"idempotency_key": key})
        )

    def retrieve(self, intent_id: str) -> IntentAnswer:
        """Read the PaymentIntent as it is now, with the charge that says until when it can be captured."""
        return self._ask(lambda: self._intents.retrieve(intent_id, {"expand": ["latest_charge"]}))

    def reversals(self, intent_id: str) -> Reversals | TryAgain | Misconfigured:
        """Refunds that stand or are on their way, and disputes, as they are now."""
        try:
            refunds = self._client.v1.refunds.list({"payment_intent": intent_id, "limit": 100})
            disputes = self._client.v1.disputes.list({"payment_intent": intent_id, "limit": 100})
            total = sum(r.amount for r in refunds.auto_paging_iter() if r.status not in _GONE)
            known = [(d.status, d.amount) for d in disputes.auto_paging_iter()]
            taken = sum(amount for status, amount in known if takes_money(status))
            return Reversals(total, most_urgent_dispute(status for status, _ in known), taken)
        except stripe.StripeError as error:
            return _not_read(error)

    def list_events(
        self, types: Sequence[str], since: datetime, after: str | None
    ) -> EventPage | TryAgain | Misconfigured:
        """What has happened, as Stripe's list of events tells it; Stripe forgets them after 30 days."""
        asked: Any = {"types": list(types), "created": {"gte": int(since.timestamp())}, "limit": EVENTS_A_PAGE}
        try:
            found = self._client.v1.events.list(asked | ({"starting_after": after} if after else {}))
        except stripe.StripeError as error:
            return _not_read(error)
        return EventPage(tuple(_understood(found.data)), found.data[-1].id if found.has_more else None)

    def list_intents(self, since: datetime, after: str | None) -> IntentPage | TryAgain | Misconfigured:
        """The account's PaymentIntents made since then, as Stripe's list has them: another app's are among them."""
        asked: Any = {"created": {"gte": int(since.timestamp())}, "limit": INTENTS_A_PAGE}
        try:
            found = self._intents.list(asked | ({"starting_after": after} if after else {}))
        except stripe.StripeError as error:
            return _not_read(error)
        listed = tuple(_snapshots(found.data, self._now()))
        return IntentPage(listed, found.data[-1].id if found.has_more else None)

    def create_checkout_session(self, order: Order) -> CheckoutAnswer:
        """Create the Checkout Session of the order's current attempt, back to the app's own pages (C-01)."""
        key = f"checkout:{order.id}:{order.attempt}:{int(order.requested_at.timestamp())}"
        return self._ask_page(lambda: self._pages.create(self._page_params(order), {"idempotency_key": key}))

    def _page_params(self, order: Order) -> Any:
        """The same for every call of an attempt, or Stripe would refuse its key."""
        named = {"order": order.id}
        metadata = self._marked(order_metadata_of(order))
        return {
            "mode": "payment",
            "adaptive_pricing": {"enabled": self._adaptive_pricing},
            "client_reference_id": order.id,
            "line_items": [_line_item(item, order.currency) for item in order.items],
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            "success_url": f"{self._app_base_url}/success?{urlencode(named)}",
            "cancel_url": f"{self._app_base_url}/cancel?{urlencode({'s': order.seller_id, **named})}",
            "locale": "auto",
            "expires_at": int(order.checkout_expires_at.timestamp()),
        }

    def expire_checkout_session(self, page_id: str) -> CheckoutAnswer:
        """Close a Checkout Session. Stripe refuses if it is no longer open."""
        return self._ask_page(lambda: self._pages.expire(page_id))

    def retrieve_checkout_session(self, page_id: str) -> CheckoutAnswer:
        """Read the Checkout Session as it is now."""
        return self._ask_page(lambda: self._pages.retrieve(page_id, {"expand": ["payment_intent"]}))

    def _ask_page(self, call: Callable[[], stripe.checkout.Session]) -> CheckoutAnswer:
        try:
            return replace(checkout_session(call().to_dict()), account=self._account())
        except stripe.StripeError as error:
            return classify(error)

    def _ask(self, call: Callable[[], stripe.PaymentIntent]) -> IntentAnswer:
        try:
            snapshot = payment_intent_snapshot(call().to_dict(), self._now())
        except stripe.StripeError as error:
            return classify(error)
        return Done(replace(snapshot, account=self._account()))

    def read_account(self) -> str | TryAgain | Misconfigured | None:
        """The id of the account that the key belongs to; None if the key may not read it."""
        try:
            return self._client.v1.accounts.retrieve_current().id
        except stripe.PermissionError:
            return None
        except stripe.StripeError as error:
            return _not_read(error)


def _understood(events: Iterable[stripe.Event]) -> Iterator[Event]:
    for each in events:
        try:
            yield read_event(each.to_dict())
        except BadWebhook:
            logs.write("WARNING", "event not understood", eventId=each.id)


def _snapshots(intents: Iterable[stripe.PaymentIntent], at: datetime) -> Iterator[PaymentIntentSnapshot]:
    for each in intents:
        try:
            yield payment_intent_snapshot(each.to_dict(), at)
        except (KeyError, TypeError, ValueError, AttributeError):
            logs.write("WARNING", "PaymentIntent not understood", intentId=each.id)


def _line_item(item: Item, currency: str) -> dict[str, Any]:
    price = {"currency": currency, "unit_amount": item.unit_amount, "product_data": {"name": item.name}}
    return {"price_data": price, "quantity": item.quantity}
