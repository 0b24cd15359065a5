"""The hosted Checkout page: what a customer of Stripe Checkout sees, in Japanese and English, without JavaScript."""

from stripe_emulator.customer.hosted.pages import make_pages

__all__ = ["make_pages"]
