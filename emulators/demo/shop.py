"""Shop orders on Stripe's Checkout page: paid, refunded in part, disputed, won; paid at a store later; never paid."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import requests

from emulators.demo.compare import compare_order
from emulators.demo.stage import Stage, expect
from emulators.demo.stripe_side import GOOD, NO_FUNDS, Card, EmulatedStripe

NAME, UNIT_PRICE, QUANTITY, REFUND = "パーソナルカラー診断シート", 1200, 2, 500
TOTAL = UNIT_PRICE * QUANTITY
SECONDS = 30


@dataclass(frozen=True)
class Order:
    """What the buyer's app has in its hands after `createCheckoutSession`."""

    id: str
    page: str
    """The Checkout Session's id, which is the end of the page's address."""


@dataclass(frozen=True)
class Till:
    """The chapter's two sides: the running story, and a Stripe that pages can be paid on."""

    stage: Stage
    stripe: EmulatedStripe

    def opened(self, **data: object) -> Order:
        """The payer's app calls `createCheckoutSession` (C-01)."""
        answer = self.stage.payer.call("createCheckoutSession", **data)
        return Order(answer["orderId"], answer["url"].rsplit("/", 1)[1])

    def pay(self, order: Order, card: Card, status: str) -> dict[str, Any]:
        """The payer types a card on Stripe's page. Raises `StoryBrokenError`."""
        paid = self.stripe.pay_on_page(order.page, card)
        expect(f"the page after the card {card.number}", paid["status"], status)
        return paid

    def look(self, order: Order, status: str, payment: str | None = None) -> None:
        """Show what both sides hold. Raises `StoryBrokenError` where they differ or are not as told."""
        expect("webhooks that are still on their way", self.stripe.settle(), 0)
        known = self.stage.documents.read(f"orders/{order.id}")
        intent = known.get("stripe_sid")
        paid = self.stage.documents.read(f"stripe_payments/{intent}") if intent else {}
        rows = compare_order(self.stripe.sold(order.page), known, paid)
        self.stage.screen.sides(rows)
        self.stage.looks += 1
        expect("rows in which Stripe and Firestore differ", [row.name for row in rows if not row.is_equal], [])
        expect("the order and its payment", (known.get("status"), paid.get("status")), (status, payment))

    def result(self, order: Order) -> dict[str, Any]:
        """What the success page learns of the order, through Hosting (C-03)."""
        url = f"{self.stage.stack.hosting_url}/api/checkout/result"
        answer: dict[str, Any] = requests.get(url, {"orderId": order.id}, timeout=SECONDS).json()
        return answer

    def metadata(self, order: Order) -> dict[str, Any]:
        """How paying goes."""
        return self.stage.documents.read(f"order_metadata/{order.id}")


def an_order(stage: Stage) -> None:
    """C-01 … C-03, TC-001, TC-010 … TC-012, TC-014: declined, paid on another page; then what goes back of it."""
    stage.screen.chapter("A shop order on Stripe's Checkout page, refunded in part, disputed and won")
    till = _till(stage)
    if till is None:
        stage.screen.note("left out: Stripe's own page, on which only a person with a browser can pay")
        return
    order = _tried_again(till, _ordered(till))
    intent = _paid(till, order)
    _refunded(till, order, intent)
    _disputed(till, order, intent)


def at_a_store(stage: Stage) -> None:
    """C-02, C-03: the page is complete at once, the money comes later."""
    stage.screen.chapter("A shop order that is paid at a convenience store")
    till = _till(stage)
    if till is None:
        stage.screen.note("left out: Stripe's own page, as above")
        return
    order = _ordered(till)
    intent = _store_chosen(till, order)
    stage.screen.step("The payer pays at the store: Stripe says so, and the order is paid.")
    till.stripe.pay_at_store(intent)
    till.look(order, "paid", "succeeded")


def left_open(stage: Stage) -> Order | None:
    """An order whose page nobody pays; None where there is no page to leave."""
    till = _till(stage)
    return _ordered(till) if till else None


def expired(stage: Stage, order: Order | None) -> None:
    """TC-007: nothing is charged, and the order can be tried again."""
    till = _till(stage)
    if till is None or order is None:
        return
    stage.screen.note(
        "the order's page has closed by itself, 20 hours after it was opened, by Stripe's clock (moved on)"
    )
    till.look(order, "pending")
    expect("how paying has ended", till.metadata(order)["payment_state"], "stripe_failed")
    stage.screen.note("whoever comes back sees 「決済は完了していません」 (Not paid) and 「もう一度試す」 (Try again)")


def _till(stage: Stage) -> Till | None:
    return Till(stage, stage.stripe) if isinstance(stage.stripe, EmulatedStripe) else None


def _ordered(till: Till) -> Order:
    stage = till.stage
    product = {
        "seller_id": {"stringValue": stage.consultant.uid},
        "name": {"stringValue": NAME},
        "amount": {"integerValue": str(UNIT_PRICE)},
        "currency": {"stringValue": "jpy"},
        "active": {"booleanValue": True},
    }
    product_id = str(uuid.uuid4())
    stage.documents.write(f"products/{product_id}", product)
    stage.screen.step(f"The payer orders {QUANTITY} × {NAME} (¥{UNIT_PRICE:,}): createCheckoutSession.")
    items = [{"productId": product_id, "quantity": QUANTITY}]
    order = till.opened(sellerId=stage.consultant.uid, items=items)
    till.look(order, "pending")
    return order


def _tried_again(till: Till, order: Order) -> Order:
    screen = till.stage.screen
    screen.step(f"The payer types {NO_FUNDS.number} on Stripe's page, which says no and stays open.")
    refused = till.pay(order, NO_FUNDS, "open")
    screen.note(f"Stripe's page says: {refused['error']['message']}")
    till.stage.sold.append(refused["payment_intent"])
    till.look(order, "pending")
    screen.step("The payer tries again from the app: the first page is closed, and another one opens.")
    again = till.opened(orderId=order.id)
    expect("the first page", till.stripe.sold(order.page).session["status"], "expired")
    till.look(again, "pending")
    return again


def _paid(till: Till, order: Order) -> str:
    stage = till.stage
    stage.screen.step(f"The payer types {GOOD.number} on the new page: the order is paid.")
    paid = till.pay(order, GOOD, "complete")
    intent: str = paid["payment_intent"]
    stage.sold.append(intent)
    till.look(order, "paid", "succeeded")
    expect("what the success page learns", till.result(order)["status"], "paid")
    stage.screen.note(f"Stripe leads back to {paid['redirect']}")
    stage.screen.note("the page there asks /api/checkout/result, isPaid is true: 「決済完了」 (Payment complete)")
    return intent


def _store_chosen(till: Till, order: Order) -> str:
    stage = till.stage
    stage.screen.step("The payer chooses コンビニ決済 on Stripe's page: the page is complete, the money is to come.")
    chosen = till.stripe.choose_store(order.page)
    intent: str = chosen["payment_intent"]
    stage.sold.append(intent)
    till.look(order, "pending")
    expect("how paying goes", till.metadata(order)["payment_state"], "stripe_pending")
    expect("what the success page learns", till.result(order)["status"], "pending")
    refused = stage.payer.user.call("createCheckoutSession", {"orderId": order.id})
    expect("why there is no second page", refused.refusal, "payment_pending")
    stage.screen.note(f"another page? createCheckoutSession says {refused.refusal}: {refused.message}")
    return intent


def _refunded(till: Till, order: Order, intent: str) -> None:
    till.stage.screen.step(f"The shop refunds ¥{REFUND:,} of ¥{TOTAL:,} in Stripe's dashboard.")
    till.stripe.refund(intent, REFUND)
    till.look(order, "paid", "partially_refunded")


def _disputed(till: Till, order: Order, intent: str) -> None:
    till.stage.screen.step("The payer's bank takes the rest back: a dispute (チャージバック).")
    dispute = till.stripe.dispute(intent, TOTAL - REFUND)
    till.look(order, "paid", "disputed")
    alerts = [each for each in till.stage.documents.all("alerts").values() if each.get("intentId") == intent]
    expect("what the shop's people are told", [each["kind"] for each in alerts], ["disputed"])
    till.stage.screen.note("an alert is raised: a dispute has to be answered in time")
    till.stage.screen.step("The bank decides for the shop: the money is back.")
    till.stripe.win(dispute)
    till.look(order, "paid", "partially_refunded")
