"""Who sees an order and what is for sale; nothing of the shop is ever written by an app."""

from tests.rules.app import Fields, Query, equal
from tests.rules.clause import (
    ANYBODY,
    NOBODY,
    ONLY_PAYER,
    PAST,
    PAYER,
    STRANGER,
    create,
    delete,
    find,
    get,
    replace,
    update,
)

ORDER: Fields = {
    "user_id": PAYER,
    "seller_id": "seller",
    "status": "pending",
    "stripe_sid": None,
    "amount": 5000,
    "currency": "jpy",
    "created_at": PAST,
}
PRODUCT: Fields = {"seller_id": "seller", "name": "煎茶", "amount": 2500, "currency": "jpy", "active": True}

SHOP: dict[str, Fields] = {
    "orders/o_1": ORDER,
    "orders/o_others": ORDER | {"user_id": "somebody"},
    "orders/o_sellers": ORDER | {"user_id": "somebody", "seller_id": PAYER},
    "orders/o_in_the_chats_words": {"userId": PAYER, "created_at": PAST},
    "products/p_1": PRODUCT,
    "products/p_off": PRODUCT | {"active": False},
    "products/p_payers": PRODUCT | {"seller_id": PAYER},
}

READS = (
    get("orders/o_1", ONLY_PAYER),
    get("orders/o_others", NOBODY),
    get("orders/o_sellers", NOBODY),
    get("orders/o_in_the_chats_words", NOBODY),
    get("orders/no_such_order", NOBODY),
    get("products/p_1", ANYBODY),
    get("products/p_off", ANYBODY),
    find("the payer's open orders", Query("orders", equal("user_id", PAYER) + equal("status", "pending")), ONLY_PAYER),
    find("the orders of a seller", Query("orders", equal("seller_id", PAYER)), NOBODY),
    find("orders by the chat's own field", Query("orders", equal("userId", PAYER)), NOBODY),
    find("all orders", Query("orders"), NOBODY),
    find("orders anywhere", Query("orders", equal("user_id", PAYER), group=True), NOBODY),
    find("all products", Query("products"), ANYBODY),
    find("products anywhere", Query("products", group=True), NOBODY),
)  # fmt: skip

PAID: Fields = {"status": "paid"}

WRITES = (
    create("orders/o_new", ORDER),
    create("orders/o_paid", ORDER | PAID | {"stripe_sid": "pi_1"}),
    update("orders/o_1", PAID),
    update("orders/o_1", {"user_id": STRANGER}),
    delete("orders/o_1"),
    create("products/p_new", PRODUCT | {"seller_id": PAYER}),
    update("products/p_payers", {"amount": 1}),
    replace("products/p_payers", PRODUCT | {"seller_id": PAYER, "amount": 1}),
    delete("products/p_payers"),
)
