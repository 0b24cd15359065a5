"""The API's endpoints; importing this package registers them."""

from . import charges, disputes, events, payment_intents, refunds, webhook_endpoints

__all__ = ["charges", "disputes", "events", "payment_intents", "refunds", "webhook_endpoints"]
