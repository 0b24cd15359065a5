"""Paid chat on Firebase and Stripe: holds, chat sessions, webhooks and the sweep."""
