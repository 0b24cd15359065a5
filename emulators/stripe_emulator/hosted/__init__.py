"""The hosted Checkout page: what a customer of Stripe Checkout sees, in Japanese and English, without JavaScript."""

from .pages import make_pages

__all__ = ["make_pages"]
