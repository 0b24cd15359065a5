"""Checkout Sessions, and what is paid on them."""
