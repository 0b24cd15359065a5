"""PaymentIntents."""
