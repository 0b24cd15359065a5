"""The API's endpoints; importing this module registers them."""

from stripe_emulator.accounts import endpoints as accounts
from stripe_emulator.charges import endpoints as charges
from stripe_emulator.checkout import endpoints as checkout
from stripe_emulator.disputes import endpoints as disputes
from stripe_emulator.events import endpoints as events
from stripe_emulator.payment_intents import endpoints as payment_intents
from stripe_emulator.radar import endpoints as radar
from stripe_emulator.refunds import endpoints as refunds
from stripe_emulator.webhooks import endpoints as webhooks

__all__ = ["accounts", "charges", "checkout", "disputes", "events", "payment_intents", "radar", "refunds", "webhooks"]
