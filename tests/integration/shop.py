"""The shop, as buyers, Stripe's page and banks use it, and what is then on record."""

from __future__ import annotations

from typing import Any, Final

from stripe import StripeObject
from stripe.checkout import Session

from payments.adapters.firestore_mapping import from_doc
from payments.adapters.stripe_metadata import order_metadata_of
from payments.core.limits import Action
from payments.domain.shop.ledger import Payment
from payments.domain.shop.orders import Line, Order, OrderMetadata
from payments.endpoints.checkout_result import answer_of
from payments.jobs.port import JobDeps
from payments.shop import check_out
from tests.integration.deployment import Deployment, Json

SELLER, BUYER, STRANGER = "seller", "buyer", "stranger"
#: What the seller sells, in yen: a basket of two of the first and one of the second is ¥5,000.
PRODUCTS: Final = {"tea": 2000, "cup": 1000}
BASKET: Final = (Line(product_id="tea", quantity=2), Line(product_id="cup", quantity=1))
TOTAL: Final = 5000
DECLINED: Final = "4000000000000002"


def product(deployment: Deployment, name: str, /, **fields: Any) -> None:
    """Something to sell, as somebody types it in the console."""
    given = {"seller_id": SELLER, "name": name, "amount": PRODUCTS.get(name, 500), "currency": "jpy", "active": True}
    deployment.db.document(f"products/{name}").set({**given, **fields})


def open_shop(deployment: Deployment) -> None:
    """The seller's products."""
    for name in PRODUCTS:
        product(deployment, name)


def order(
    deployment: Deployment, *, deps: JobDeps | None = None, user: str = BUYER, basket: Any = BASKET
) -> check_out.Opened:
    """Somebody orders, and gets a page to pay on."""
    if not deployment.db.document("products/tea").get().exists:
        open_shop(deployment)
    return check_out.place_order((deps or deployment.deps).shop, user, SELLER, basket)


def order_again(
    deployment: Deployment, order_id: str, *, deps: JobDeps | None = None, user: str = BUYER
) -> check_out.Opened:
    """「もう一度試す」."""
    return check_out.retry_order((deps or deployment.deps).shop, user, order_id)


def pay_page(
    deployment: Deployment, page: check_out.Opened | str, card: str = "4242424242424242", **options: Any
) -> Json:
    """Somebody fills in Stripe's page; nothing is delivered."""
    identifier = page if isinstance(page, str) else page_id(page)
    return deployment.control.pay_checkout(identifier, card=card, **options)


def page_id(opened: check_out.Opened) -> str:
    """The Checkout Session that was opened."""
    assert opened.order.checkout_session_id is not None
    return opened.order.checkout_session_id


def paid(deployment: Deployment, card: str = "4242424242424242", **options: Any) -> Order:
    """An order that has been paid, its webhooks delivered."""
    opened = order(deployment)
    pay_page(deployment, opened, card, **options)
    deployment.deliver()
    return the_order(deployment, opened.order.id)


def paid_unheard(deployment: Deployment) -> str:
    """An order that has been paid, and nobody has been told."""
    opened = order(deployment)
    pay_page(deployment, opened)
    return opened.order.id


def declined(deployment: Deployment) -> str:
    """An order whose buyer has tried a card in vain."""
    opened = order(deployment)
    pay_page(deployment, opened, DECLINED)
    return opened.order.id


def expired(deployment: Deployment) -> str:
    """An order whose page has run out."""
    opened = order(deployment)
    deployment.sdk.v1.checkout.sessions.expire(page_id(opened))
    return opened.order.id


def at_store(deployment: Deployment) -> tuple[check_out.Opened, str]:
    """An order whose buyer has gone to a convenience store with payment codes, and its PaymentIntent."""
    opened = order(deployment)
    intent: str = pay_page(deployment, opened, method="konbini")["payment_intent"]
    return opened, intent


def paid_at_store(deployment: Deployment) -> str:
    """An order that has been paid in cash."""
    opened, intent = at_store(deployment)
    deployment.control.settle_konbini(intent, "succeed")
    return opened.order.id


def never_paid_at_store(deployment: Deployment) -> str:
    """An order whose payment codes have run out."""
    opened, intent = at_store(deployment)
    deployment.control.settle_konbini(intent, "fail")
    return opened.order.id


def paid_page_of(deployment: Deployment, of: Order, amount: int = TOTAL, currency: str = "jpy") -> str:
    """Pay a page that names an order and was made by somebody else through the API; the PaymentIntent."""
    metadata = order_metadata_of(of)
    line: Any = {
        "price_data": {"currency": currency, "unit_amount": amount, "product_data": {"name": "x"}},
        "quantity": 1,
    }
    made = deployment.sdk.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [line],
            "success_url": "https://shop.example/success",
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
        }
    )
    intent: str = pay_page(deployment, made.id)["payment_intent"]
    return intent


def result(
    deployment: Deployment, order_id: str, *, confirm: bool = False, deps: JobDeps | None = None
) -> check_out.Result:
    """What the success page is told."""
    return check_out.order_result((deps or deployment.deps).shop, order_id, confirm=confirm)


def told(deployment: Deployment, order_id: str, *, confirm: bool = False) -> dict[str, Any]:
    """What stands in the answer to a page that asks."""
    return answer_of(result(deployment, order_id, confirm=confirm))


# --- what is then on record


def document(deployment: Deployment, path: str) -> Json:
    """The fields of a document, none where it does not exist."""
    return deployment.db.document(path).get().to_dict() or {}


def the_order(deployment: Deployment, order_id: str) -> Order:
    """The order as it is on record."""
    return from_doc(Order, order_id, document(deployment, f"orders/{order_id}"))


def the_metadata(deployment: Deployment, order_id: str) -> OrderMetadata:
    """How its paying goes, by the record."""
    return from_doc(OrderMetadata, order_id, document(deployment, f"order_metadata/{order_id}"))


def state(deployment: Deployment, order_id: str) -> str | None:
    """`order_metadata.payment_state`."""
    return document(deployment, f"order_metadata/{order_id}").get("payment_state")


def orders(deployment: Deployment) -> dict[str, Order]:
    """Every order."""
    return {s.id: from_doc(Order, s.id, s.to_dict() or {}) for s in deployment.db.collection("orders").stream()}


def payments(deployment: Deployment, order_id: str | None = None) -> dict[str, Payment]:
    """Every payment, or those of one order."""
    found = (from_doc(Payment, s.id, s.to_dict() or {}) for s in deployment.db.collection("stripe_payments").stream())
    return {payment.id: payment for payment in found if order_id in (None, payment.order_id)}


def the_payment(deployment: Deployment, of: Order) -> Payment:
    """The payment that has paid an order."""
    return from_doc(Payment, of.stripe_sid or "", document(deployment, f"stripe_payments/{of.stripe_sid}"))


def alerts(deployment: Deployment) -> list[Json]:
    """What a person has to look at."""
    return deployment.alert_documents()


def tried(deployment: Deployment, user: str = BUYER) -> int:
    """How often somebody has asked for a page in the present hour."""
    return deployment.attempts(Action.CHECKOUT, user)


def pages(deployment: Deployment, order_id: str | None = None) -> list[Session]:
    """The Checkout Sessions at Stripe, newest first; or those that name one order."""
    found = deployment.sdk.v1.checkout.sessions.list({"limit": 100}).auto_paging_iter()
    return [s for s in found if order_id in (None, named(s).get("orderId"))]


def named(thing: StripeObject) -> dict[str, str]:
    """The metadata of a Checkout Session or of a PaymentIntent."""
    return thing.to_dict().get("metadata") or {}


def the_page(deployment: Deployment, opened: check_out.Opened) -> Session:
    """The Checkout Session at Stripe."""
    return deployment.sdk.v1.checkout.sessions.retrieve(page_id(opened))


def books_of(deployment: Deployment, order_id: str, without: frozenset[str] = frozenset()) -> Json:
    """The documents of an order, without what tells how often or when they were written."""
    names = {"rev", "paid_at", "created_at", "due_at"} | without
    kept = [
        s for name in ("orders", "order_metadata", "stripe_payments") for s in deployment.db.collection(name).stream()
    ]
    mine = [s for s in kept if s.id == order_id or (s.to_dict() or {}).get("order_id") == order_id]
    return {s.reference.path: {k: v for k, v in (s.to_dict() or {}).items() if k not in names} for s in mine}
