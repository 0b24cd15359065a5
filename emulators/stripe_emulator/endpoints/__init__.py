"""The API's endpoints; importing this package registers them."""

from . import charges, checkout_sessions, disputes, events, payment_intents, refunds, webhook_endpoints

__all__ = ["charges", "checkout_sessions", "disputes", "events", "payment_intents", "refunds", "webhook_endpoints"]
